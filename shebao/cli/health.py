"""The health job of the worker: asks the web server itself how every service answers, and keeps outages."""

import http.client
import json
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from shebao.base import clock
from shebao.items import directory
from shebao.privacy import availability, outages

SECONDS = 5
SILENT = "网页服务没有回答"


def watch() -> int:
    """One round of probes; always 0, so that the next round waits its turn."""
    keep(ask(settings.BASE_URL), now=clock.now())
    return 0


def ask(base: str) -> dict[str, str] | None:
    """What the web server says of its services; None when it says nothing."""
    address = urlsplit(base)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz/services")
        found = json.loads(connection.getresponse().read())["services"]
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return None
    finally:
        connection.close()
    return {str(code): str(problem) for code, problem in found.items()}


def keep(found: dict[str, str] | None, *, now: datetime) -> None:
    """Writes one round down: a silent server is an outage of every service that should run."""
    board = availability.board(fresh=True)
    for service, standing in directory.shown(board, now):
        if standing.state != "online":
            outages.stop_observing(service.code, now=now)
        elif found is None:
            outages.observe(service.code, SILENT, now=now)
        elif service.code in found:
            outages.observe(service.code, found[service.code], now=now)
