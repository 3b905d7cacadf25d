"""A running site over a copy of the installation, and people walking through it in a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, sync_playwright

from shebao.identity.methods import card_simulator
from shebao.privacy import ledger
from tests.conftest import Installation
from tests.journeys.walk import Site

ROOT = Path(__file__).resolve().parents[2]
STARTING = 180.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _served(installation: Installation, **environment: str) -> Iterator[str]:
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
               "--blocking-threads", "2", "--log-level", "warning", "--no-ws", "shebao.wsgi:application"]  # fmt: skip
    given = os.environ | environment | {
        "SHEBAO_HOME": str(installation.home),
        "SHEBAO_PROFILE": installation.profile,
        "SHEBAO_SECRET_FILE": str(installation.home / "secret"),
        "SHEBAO_BASE_URL": address,
    }  # fmt: skip
    with (installation.home / "web.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=log)
        try:
            end = time.monotonic() + STARTING
            while not _answers(port):
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((installation.home / "web.log").read_text("utf-8"))
                time.sleep(0.05)
            yield address
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="module")
def site(standing: Installation, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The web server of the module's profile; with a card source where the profile asks for cards."""
    environment, door = {}, None
    patch = pytest.MonkeyPatch()
    # The browser's own event loop runs in this thread; the tables are read between its steps, never inside one.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    if settings.DEPLOYMENT["features"]["card_link"]:
        door = card_simulator.started(card_simulator.Source(card_simulator.known_cards(standing.home)))
        environment["SHEBAO_CARD_SOURCE"] = f"http://127.0.0.1:{door.server_port}"
    with _served(standing, **environment) as address:
        ledger.sequence_once()
        yield Site(address, standing)
    patch.undo()
    if door:
        door.shutdown()
        door.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's browser; its camera shows a test picture."""
    with sync_playwright() as play:
        options = ["--no-sandbox", "--use-fake-device-for-media-stream"]
        running = play.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield running
        connections.close_all()
        running.close()
