"""Files on their way in (上传): kept in memory, never in a temporary file; more than a sending holds is not kept."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, SkipFile
from django.http import HttpRequest

from shebao.cases.papers import limits

TOO_BIG = "shebao.too_big"
ROOM = 1_000_000


class InMemory(MemoryFileUploadHandler):
    """Every file of a form as bytes; a form longer than allowed loses its files and is marked."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        """Every file stays in memory, whatever its size; too long a form is marked."""
        self.activated = True
        self.refusing = content_length > limits.current().sending_bytes + ROOM
        META[TOO_BIG] = self.refusing

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keeps a chunk, or skips the file."""
        if self.refusing:
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def too_big(request: HttpRequest) -> bool:
    """Whether the form was longer than allowed; asks for its fields first."""
    _ = request.POST
    return bool(request.META.get(TOO_BIG))
