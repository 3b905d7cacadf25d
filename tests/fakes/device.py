"""Stand-in for the native shell of an app: a device with a logged-in session that sends what an app could read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client
from prometheus_client import REGISTRY

from shebao.privacy import gate

PROTECT, NEARBY = "device.protect", "location.nearby"
HERE = {"longitude": 125.323544, "latitude": 43.886841}


class Device:
    """One device: calls the API as its session, or as nobody."""

    def __init__(self, actor: gate.Actor | None = None) -> None:
        self.actor = actor
        headers = {"Authorization": f"Bearer {actor.token.hex()}"} if actor and actor.token else {}
        self.client = Client(headers=headers)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        send = getattr(self.client, method)
        kind: dict[str, Any] = {} if method == "get" else {"content_type": "application/json", "data": body}
        response = send(f"/api/v1{path}", **kind)
        return response.status_code, response.json() if response.content else None

    def send(self, purpose: str = PROTECT, **signals: object) -> tuple[int, Any]:
        return self.call("post", "/me/signals", {"purpose": purpose, "signals": signals})

    def sent(self, purpose: str = PROTECT, **signals: object) -> dict[str, Any]:
        status, answer = self.send(purpose, **signals)
        assert status == 200, answer
        return dict(answer)

    def refused(self, code: str, purpose: str = PROTECT, **signals: object) -> dict[str, Any]:
        status, answer = self.send(purpose, **signals)
        assert answer["code"] == code and status >= 400, answer
        return dict(answer)

    def permission(self, name: str) -> dict[str, Any]:
        _, rows = self.call("get", "/me/permissions")
        return next(row for row in rows if row["code"] == name)

    def permit(self, name: str, granted: bool = True, **changes: object) -> tuple[int, Any]:
        shown = self.permission(name)
        wish = {"granted": granted, "purpose": shown["purpose"], "notice_hash": shown["notice_hash"]}
        return self.call("put", f"/me/permissions/{name}", wish | changes)

    def allow(self, *names: str) -> None:
        for name in names:
            status, answer = self.permit(name)
            assert status == 200, answer

    def consent(self, process: str) -> None:
        _, rows = self.call("get", "/me/consents")
        shown = next(row for row in rows if row["process"] == process)
        body = {"answer": "give", "notice_hash": shown["notice_hash"]}
        assert self.call("post", f"/me/consents/{process}", body)[0] == 200


def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the owner of the tables reads."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def tables(*only: str) -> str:
    """Every text, number and byte string of every table (or of these), as one text."""
    names = only or [
        name
        for (name,) in rows("select table_name from information_schema.tables where table_schema = 'public'")
    ]
    return "\n".join(
        str(row[0]) for name in names for row in rows(f'select to_jsonb(t)::text from "{name}" t')
    )


def logs() -> str:
    """All log files of this installation."""
    folder = Path(settings.HOME) / "log"
    return "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*")))


def log_lines() -> list[str]:
    return [line for line in logs().splitlines() if line]


def signals_kept() -> dict[str, str]:
    """code -> value of every stored signal."""
    return dict(rows("select code, value from privacy_signal"))


def metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@contextmanager
def rises(name: str, by: float = 1, **labels: str) -> Iterator[None]:
    """The measurement goes up by this much in the block."""
    before = metric(name, **labels)
    yield
    assert metric(name, **labels) == before + by, (name, labels)
