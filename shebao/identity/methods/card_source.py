"""The card source (社保卡数据来源) over HTTP and JSON. Only the fields named here come in; the password only goes out."""

import http.client
import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from prometheus_client import Counter

TIMEOUT_SECONDS = 5.0
LARGEST_ANSWER = 64 * 1024
FIELDS = frozenset({"name", "id_number", "birth_date"})
DROPPED = Counter(
    "shebao_card_fields_dropped_total", "Fields the card source sent beyond those agreed", ["field"]
)


class WrongCard(Exception):
    """The source does not know this pair of number and password."""


class Unreachable(Exception):
    """No usable answer came in time."""


@dataclass(frozen=True, repr=False)
class Holder:
    """持卡人, used to compare and then forgotten."""

    name: str
    id_number: str
    born: date


@dataclass(frozen=True)
class Agreed:
    """The source agreed: whose card it is, and for how many minutes it may be queried."""

    holder: Holder
    minutes: int


def check(url: str, card_number: str, password: str, kinds: list[str]) -> Agreed:
    """Asks the source once. Neither the password nor the answer is part of any exception."""
    body = json.dumps({"card_number": card_number, "password": password, "scope": kinds}).encode()
    status, answer = _post(url, "/check", body)
    if status in (401, 403, 404):
        raise WrongCard
    try:
        if status != 200:
            raise ValueError
        kept = _allowed(answer["holder"])
        holder = Holder(
            str(kept["name"]), str(kept["id_number"]), date.fromisoformat(str(kept["birth_date"]))
        )
        return Agreed(holder, max(1, int(answer["expires_in"]) // 60))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreachable from None


def _allowed(sent: dict[str, Any]) -> dict[str, Any]:
    """The agreed fields; every other one is dropped and counted by name."""
    for field in sent.keys() - FIELDS:
        DROPPED.labels(str(field)[:40]).inc()
    return {field: sent[field] for field in FIELDS}


def _post(url: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise Unreachable
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request(
            "POST", parts.path.rstrip("/") + path, body, {"Content-Type": "application/json; charset=utf-8"}
        )
        response = connection.getresponse()
        answer = json.loads(response.read(LARGEST_ANSWER) or b"{}")
        return response.status, answer if isinstance(answer, dict) else {}
    except (OSError, ValueError, http.client.HTTPException):
        raise Unreachable from None
    finally:
        connection.close()
