"""The card source of the tests: the simulator itself, in a thread, with cards of the test's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from django.conf import settings

from shebao.identity.methods.card_simulator import Source, started


@contextmanager
def card_source(
    patch: pytest.MonkeyPatch, cards: Mapping[str, Mapping[str, str]], **options: object
) -> Iterator[Source]:
    """Runs the source and points the settings at it."""
    source = Source(dict(cards), **options)  # type: ignore[arg-type]
    door = started(source)
    patch.setattr(settings, "CARD_SOURCE", f"http://127.0.0.1:{door.server_port}")
    try:
        yield source
    finally:
        door.shutdown()
        door.server_close()
