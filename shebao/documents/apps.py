"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `documents`."""

    name = "shebao.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
