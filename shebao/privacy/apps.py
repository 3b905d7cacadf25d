"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `privacy`."""

    name = "shebao.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
