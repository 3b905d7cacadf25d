"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `notices`."""

    name = "shebao.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
