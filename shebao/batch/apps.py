"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `batch`."""

    name = "shebao.batch"
    label = "batch"
    default_auto_field = "django.db.models.BigAutoField"
