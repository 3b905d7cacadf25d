"""短信: an adapter to an SMS gateway over HTTP and JSON (docs/messages.md). The number travels in bodies only."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from shebao.notices.channels.channel import SECONDS, Envelope, Later, Sent, Undeliverable
from shebao.privacy import vault
from shebao.privacy.gate import Grant

PHONE = "person.phone"
LARGEST_ANSWER = 16 * 1024


@dataclass(frozen=True, repr=False)
class Sms:
    """The gateway at `url`. It drops a second message under the same key, so a lost answer is asked again."""

    url: str
    token: str = ""
    name: str = "sms"
    items: tuple[str, ...] = (PHONE,)
    repeatable: bool = True

    def address(self, grant: Grant, envelope: Envelope) -> list[str]:
        """The number under confirmation, else the one in the vault."""
        number = envelope.to or vault.read(grant, (PHONE,)).get(PHONE, "")
        if not number:
            raise Undeliverable("no_phone")
        return [number]

    def send(self, envelope: Envelope, address: list[str]) -> Sent:
        body = {"key": str(envelope.key), "to": address[0], "text": envelope.short}
        status, answer = self._call("POST", "/v1/messages", body)
        if status in (200, 202):
            return Sent(str(answer.get("id", "")) or str(envelope.key))
        if status in (400, 404, 410, 422):
            raise Undeliverable(f"refused_{status}")
        raise Later(f"gateway_{status}")

    def arrived(self, key: str) -> str:
        """delivered, failed, or waiting; an unreachable gateway means waiting."""
        try:
            status, answer = self._call("GET", f"/v1/messages/{key}", None)
        except Later:
            return "waiting"
        state = str(answer.get("state", "")) if status == 200 else ""
        return {"delivered": "delivered", "undelivered": "failed"}.get(state, "waiting")

    def _call(self, method: str, path: str, body: dict[str, str] | None) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(self.url)
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise Undeliverable("not_configured")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=SECONDS)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            data = json.dumps(body, ensure_ascii=False).encode() if body else None
            connection.request(method, parts.path.rstrip("/") + path, data, headers)
            response = connection.getresponse()
            answer = json.loads(response.read(LARGEST_ANSWER) or b"{}")
        except (OSError, ValueError, http.client.HTTPException):
            raise Later("gateway_unreachable") from None
        finally:
            connection.close()
        return response.status, answer if isinstance(answer, dict) else {}
