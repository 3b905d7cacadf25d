"""Malware scanner (查毒): the clamd protocol, INSTREAM, over TCP or a unix socket."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

CHUNK = 65_536
ANSWER = 4096


class Unreachable(OSError):
    """No verdict: the daemon is away, too slow, or refuses this stream."""


class AddressError(ValueError):
    """An address that is neither tcp://host:port nor unix:///path."""


@dataclass(frozen=True)
class Scanner:
    """A clamd at `address` (tcp://host:port or unix:///path)."""

    address: str
    seconds: float = 20.0

    def infected(self, content: bytes) -> bool:
        """Whether the daemon finds malware. Raises Unreachable without a verdict."""
        answer = self._ask(content)
        if answer.endswith("FOUND"):
            return True
        if answer.endswith(": OK"):
            return False
        raise Unreachable("the scanner gave no verdict")

    def alive(self) -> bool:
        """Whether the daemon answers at all."""
        try:
            with self._connected() as line:
                line.sendall(b"zPING\0")
                return self._answer(line) == "PONG"
        except OSError:
            return False

    def _ask(self, content: bytes) -> str:
        try:
            with self._connected() as line:
                with suppress(BrokenPipeError):
                    self._send(line, content)
                return self._answer(line)
        except OSError as error:
            raise Unreachable(type(error).__name__) from None

    def _send(self, line: socket.socket, content: bytes) -> None:
        """The stream in parts; a daemon that has answered early may have closed its side."""
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            part = content[start : start + CHUNK]
            line.sendall(len(part).to_bytes(4) + part)
        line.sendall(bytes(4))

    def _answer(self, line: socket.socket) -> str:
        answer = bytearray()
        while b"\0" not in answer and len(answer) < ANSWER:
            part = line.recv(ANSWER)
            if not part:
                break
            answer += part
        return answer.split(b"\0")[0].decode("utf-8", "replace").strip()

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "tcp" and parts.hostname and parts.port:
            return socket.create_connection((parts.hostname, parts.port), timeout=self.seconds)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.seconds)
        try:
            line.connect(parts.path)
        except OSError:
            line.close()
            raise
        return line


def at(address: str) -> Scanner:
    """The scanner of an address. Raises AddressError."""
    parts = urlsplit(address)
    if not (parts.scheme == "tcp" and parts.hostname and parts.port) and not (
        parts.scheme == "unix" and parts.path
    ):
        raise AddressError(address)
    return Scanner(address)
