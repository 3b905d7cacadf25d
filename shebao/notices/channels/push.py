"""推送 to browsers that asked for it. The push service carries sealed bytes; what they say names nothing of anybody."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.notices import browsers
from shebao.notices.channels import webpush
from shebao.notices.channels.channel import SECONDS, Envelope, Later, Sent, Undeliverable
from shebao.privacy.gate import Grant

GONE = (404, 410)
LIFE = 24 * 3600


@dataclass(frozen=True, repr=False)
class Push:
    """Push services on the list of the installation; a browser replaces a message that comes twice (its tag)."""

    hosts: Sequence[str]
    home: Path
    subject: str
    name: str = "push"
    items: tuple[str, ...] = ("message.contact",)
    repeatable: bool = True

    def address(self, grant: Grant, envelope: Envelope) -> list[str]:
        """Every browser of the person, as JSON."""
        found = browsers.of(grant) if self.hosts else []
        if not found:
            raise Undeliverable("no_browser")
        return [json.dumps(one) for one in found]

    def send(self, envelope: Envelope, address: list[str]) -> Sent:
        told = {
            "title": settings.DEPLOYMENT.get("name", ""),
            "body": envelope.short,
            "tag": f"m{envelope.message}",
        }
        plain = json.dumps(told, ensure_ascii=False).encode()
        problems: list[Undeliverable | Later] = []
        for one in address:
            try:
                self._one(json.loads(one), plain, envelope)
            except (Undeliverable, Later) as problem:
                problems.append(problem)
        if len(problems) == len(address):
            raise next((one for one in problems if isinstance(one, Later)), problems[-1])
        return Sent()

    def _one(self, browser: dict[str, str], plain: bytes, envelope: Envelope) -> None:
        parts = urlsplit(browser["endpoint"])
        if not browsers.is_allowed(browser["endpoint"], self.hosts):
            raise Undeliverable("service_not_listed")
        try:
            keys = {name: webpush.decode(browser[name]) for name in ("p256dh", "auth")}
            body = webpush.encrypt(plain, **keys)
        except ValueError:
            raise Undeliverable("bad_keys") from None
        origin = f"{parts.scheme}://{parts.netloc}"
        headers = {
            "Authorization": webpush.authorization(
                webpush.vapid_key(self.home), audience=origin, subject=self.subject, now=clock.now()
            ),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(LIFE),
            "Topic": envelope.key.hex,
            "Urgency": "high" if envelope.category in ("important", "security") else "normal",
        }
        status = _post(browser["endpoint"], body, headers)
        if status in GONE:
            with connections["worker"].cursor() as cursor:
                cursor.execute("select notices.drop_push(%s)", [browsers.mark(browser["endpoint"])])
            raise Undeliverable("browser_gone")
        if status == 429 or status >= 500:
            raise Later(f"service_{status}")
        if not 200 <= status < 300:
            raise Undeliverable(f"refused_{status}")


def _post(endpoint: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(endpoint)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        response = connection.getresponse()
        response.read(1024)
    except (OSError, http.client.HTTPException):
        raise Later("service_unreachable") from None
    finally:
        connection.close()
    return response.status
