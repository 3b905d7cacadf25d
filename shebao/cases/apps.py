"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `cases`."""

    name = "shebao.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
