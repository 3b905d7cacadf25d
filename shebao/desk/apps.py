"""Django label of the room; it never changes."""

from django.apps import AppConfig


class RoomConfig(AppConfig):
    """Room `desk`."""

    name = "shebao.desk"
    label = "desk"
