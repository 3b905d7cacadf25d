"""A stand-in for a map source (地图模拟器): draws plain pictures and notes what it was asked. Never in production.

`python -m shebao.appointments.map_simulator --port 8103` serves tiles and still pictures on the loopback.
"""

import argparse
import threading
import zlib
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAPER, LINE = 0xF2, 0xD6
EVERY = 32


@dataclass
class Source:
    """What it received: path with query, and the names and values of the headers."""

    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def drawing(width: int, height: int) -> bytes:
    """A grey PNG with a grid."""
    lines = (
        bytes([0]) + bytes(LINE if not (x % EVERY and y % EVERY) else PAPER for x in range(width))
        for y in range(height)
    )
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 0, 0, 0, 0))
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")
        for name, body in parts
    )


def server(source: Source, port: int = 0) -> ThreadingHTTPServer:
    """A server on the loopback; port 0 takes a free one."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            source.asked.append((self.path, dict(self.headers.items())))
            body = drawing(640, 420) if self.path.startswith("/staticimage?") else drawing(256, 256)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    made = ThreadingHTTPServer(("127.0.0.1", port), Door)
    made.daemon_threads = True
    return made


def started(source: Source) -> ThreadingHTTPServer:
    """The same in a thread of this process."""
    door = server(source)
    threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True).start()
    return door


def main() -> None:
    """Serves until it is ended."""
    parser = argparse.ArgumentParser(description="地图模拟器（只用于演示）")
    parser.add_argument("--port", type=int, default=8103)
    door = server(Source(), parser.parse_args().port)
    try:
        door.serve_forever()
    except KeyboardInterrupt:
        door.server_close()


if __name__ == "__main__":
    main()
