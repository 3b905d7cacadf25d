"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `registry`."""

    name = "shebao.registry"
    label = "registry"
    default_auto_field = "django.db.models.BigAutoField"
