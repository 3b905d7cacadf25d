"""A stand-in for the card source (社保卡来源模拟器), for the demonstration and the tests. Never in production.

`python -m shebao.identity.methods.card_simulator --port 8102` knows the invented people of this installation;
the query password of a card is the last six characters of its holder's ID number.
"""

import argparse
import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections

from shebao.privacy import vault

LIFE_SECONDS = 30 * 24 * 3600
MOST_CARDS = 20_000
MOST_BYTES = 4096


@dataclass(repr=False)
class Source:
    """The cards it knows, the tries it saw (card numbers only), and what it adds to an answer."""

    cards: Mapping[str, Mapping[str, str]]
    life_seconds: int = LIFE_SECONDS
    extra: Mapping[str, str] = field(default_factory=dict)
    calls: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def check(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and answer for one pair of number and password."""
        number = str(asked.get("card_number", ""))
        self.calls.append((number, tuple(asked.get("scope", ()))))
        card = self.cards.get(number)
        given = str(asked.get("password", "")).encode()
        if (
            not secrets.compare_digest(given, (card or {"password": "-"})["password"].encode())
            or card is None
        ):
            return 401, {"error": "wrong_card"}
        number_of = card["id_number"]
        born = f"{number_of[6:10]}-{number_of[10:12]}-{number_of[12:14]}"
        holder = {"name": card["name"], "id_number": number_of, "birth_date": born, **self.extra}
        return 200, {"token": secrets.token_hex(16), "expires_in": self.life_seconds, "holder": holder}


def server(source: Source, port: int = 0) -> ThreadingHTTPServer:
    """A server on the loopback; port 0 takes a free one. It logs nothing."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            try:
                asked = json.loads(self.rfile.read(length))
                status, answer = source.check(asked) if self.path == "/check" else (404, {})
            except (ValueError, AttributeError, TypeError):
                status, answer = 400, {}
            body = json.dumps(answer, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    made = ThreadingHTTPServer(("127.0.0.1", port), Door)
    made.daemon_threads = True
    return made


def query_password(id_number: str) -> str:
    """The invented query password (查询密码) of a person of the demonstration."""
    return id_number[-6:]


def known_cards(home: Path) -> dict[str, dict[str, str]]:
    """The demonstration's cards; read once from the invented registry, then kept beside it as the source's own."""
    file = home / "card_source.json"
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(_from_registry(), out, ensure_ascii=False)
    found: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return found


def _from_registry() -> dict[str, dict[str, str]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select subject_id, item, ciphertext from privacy_vault where subject_id in"
            " (select subject_id from privacy_vault where item = 'person.card_number' order by subject_id limit %s)"
            " and item in ('person.card_number', 'person.name', 'person.id_number')",
            [MOST_CARDS],
        )
        people: dict[int, dict[str, str]] = {}
        for subject, item, sealed in cursor.fetchall():
            people.setdefault(subject, {})[item] = vault.unseal(subject, item, bytes(sealed))
    return {
        told["person.card_number"]: {
            "name": told["person.name"],
            "id_number": told["person.id_number"],
            "password": query_password(told["person.id_number"]),
        }
        for told in people.values()
        if len(told) == 3
    }


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description="社保卡来源模拟器（只用于演示）")
    parser.add_argument("--port", type=int, default=8102)
    wanted = parser.parse_args()
    if not apps.ready:
        django.setup()
    if settings.PRODUCTION:
        raise SystemExit("模拟器不能在正式环境里运行。")
    door = server(Source(known_cards(settings.HOME)), wanted.port)
    try:
        door.serve_forever()
    except KeyboardInterrupt:
        door.server_close()


def started(source: Source) -> ThreadingHTTPServer:
    """The same in a thread of this process."""
    door = server(source)
    threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True).start()
    return door


if __name__ == "__main__":
    main()
