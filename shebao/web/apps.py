"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `web`."""

    name = "shebao.web"
    label = "web"
