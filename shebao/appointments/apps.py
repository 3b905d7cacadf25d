"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `appointments`."""

    name = "shebao.appointments"
    label = "appointments"
    default_auto_field = "django.db.models.BigAutoField"
