"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `identity`."""

    name = "shebao.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
