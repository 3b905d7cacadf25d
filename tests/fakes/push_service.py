"""A push service on the loopback, and a browser that holds the keys and opens what was pushed (RFC 8291)."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shebao.notices.channels.webpush import decode, encode, point


@dataclass
class Browser:
    """The receiving end of one subscription."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def wish(self) -> dict[str, str]:
        return {
            "endpoint": self.endpoint,
            "p256dh": encode(point(self.key.public_key())),
            "auth": encode(self.auth),
        }

    def opens(self, body: bytes) -> dict[str, Any]:
        """What was pushed, decrypted step by step as the standard describes the receiver."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        info = b"WebPush: info\x00" + point(self.key.public_key()) + sender
        mixed = HKDF(SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\x00").derive(mixed)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\x00").derive(mixed)
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        return dict(json.loads(plain.rstrip(b"\x00").removesuffix(b"\x02")))


def sender_of(authorization: str) -> dict[str, Any]:
    """The claims of a VAPID header, its signature checked with the key it names."""
    scheme, _, rest = authorization.partition(" ")
    assert scheme == "vapid"
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    raw = decode(signature)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    der = utils.encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    return {**json.loads(decode(claims)), "key": parts["k"]}


@dataclass
class Service:
    """What arrived: path, headers, body. `status` is the answer."""

    url: str = ""
    status: int = 201
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def browser(self, name: str = "b1") -> Browser:
        return Browser(f"{self.url}/push/{name}")


@contextmanager
def push_service() -> Iterator[Service]:
    """Runs the service on the loopback."""
    service = Service()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.got.append((self.path, dict(self.headers), body))
            self.send_response(service.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service.url = f"http://127.0.0.1:{door.server_port}"
    threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield service
    finally:
        door.shutdown()
        door.server_close()
