"""A clamd of the tests: listens on a real socket, speaks PING and INSTREAM, knows one signature (EICAR)."""

import socket
import threading
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Serves until closed. `answer` replaces every verdict, for a daemon that misbehaves."""

    def __init__(self, place: Path | None = None, *, limit: int = 25_000_000) -> None:
        self.limit, self.answer, self.seen = limit, b"", []
        if place:
            self.line = socket.socket(socket.AF_UNIX)
            self.line.bind(str(place))
            self.address = f"unix://{place}"
        else:
            self.line = socket.socket()
            self.line.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{self.line.getsockname()[1]}"
        self.line.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.line.shutdown(socket.SHUT_RDWR)
        self.line.close()
        self.thread.join(5)

    def __enter__(self) -> "Clamd":
        return self

    def __exit__(self, *why: object) -> None:
        self.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self.line.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as reading:
                command = self._word(reading)
                self.seen.append(command)
                if command == b"zPING":
                    caller.sendall(b"PONG\0")
                elif command == b"zINSTREAM":
                    verdict = self._verdict(reading)
                    caller.sendall((self.answer or verdict) + b"\0")

    def _word(self, reading) -> bytes:
        word = b""
        while (letter := reading.read(1)) not in (b"", b"\0"):
            word += letter
        return word

    def _verdict(self, reading) -> bytes:
        whole = b""
        while (size := int.from_bytes(reading.read(4))) > 0:
            whole += reading.read(size)
            if len(whole) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in whole else b"stream: OK"
