"""A stand-in for an SMS gateway (短信网关模拟器): takes messages by the documented protocol and shows them, sends none."""

import argparse
import html
import json
import os
import threading
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST = 200
BIGGEST = 16 * 1024


@dataclass
class Gateway:
    """What the gateway took, oldest first. `answers` are statuses to give instead, one for each call."""

    taken: list[dict[str, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, sent: dict[str, str]) -> tuple[int, dict[str, str]]:
        """Accepts a message, once for each key."""
        with self.lock:
            self.calls += 1
            if self.answers:
                return self.answers.pop(0), {}
            known = self.known(sent["key"])
            if known:
                return 200, {"id": known["id"], "state": known["state"]}
            one = {**sent, "id": uuid.uuid4().hex, "state": "accepted"}
            self.taken.append(one)
            del self.taken[:-MOST]
            return 202, {"id": one["id"], "state": one["state"]}

    def known(self, key: str) -> dict[str, str] | None:
        """The message under a key."""
        return next((one for one in self.taken if one["key"] == key), None)

    def settle(self, state: str) -> None:
        """Everything taken so far was delivered, or was not."""
        with self.lock:
            for one in self.taken:
                one["state"] = state


def server(gateway: Gateway, port: int = 0) -> ThreadingHTTPServer:
    """The gateway behind HTTP on the loopback."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                size = int(self.headers.get("Content-Length", "0"))
                sent = json.loads(self.rfile.read(min(size, BIGGEST)))
                wanted = {name: str(sent[name]) for name in ("key", "to", "text")}
            except (ValueError, KeyError, TypeError):
                self._answer(422, {})
                return
            self._answer(*gateway.take(wanted))

        def do_GET(self) -> None:
            if self.path.startswith("/v1/messages/"):
                one = gateway.known(self.path.rpartition("/")[2])
                self._answer(200 if one else 404, {"id": one["id"], "state": one["state"]} if one else {})
                return
            rows = "".join(
                f"<tr><td>{html.escape(one['to'])}</td><td>{html.escape(one['text'])}</td></tr>"
                for one in reversed(gateway.taken)
            )
            page = f"<!doctype html><html lang=zh-Hans><meta charset=utf-8><title>短信（演示）</title><table>{rows}</table>"
            self._write(200, page.encode(), "text/html; charset=utf-8")

        def _answer(self, status: int, body: dict[str, str]) -> None:
            self._write(status, json.dumps(body).encode(), "application/json")

        def _write(self, status: int, body: bytes, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return ThreadingHTTPServer(("127.0.0.1", port), Door)


def started(gateway: Gateway) -> ThreadingHTTPServer:
    """The same in a thread of this process."""
    door = server(gateway)
    threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True).start()
    return door


def main() -> None:
    """Serves until it is ended; never in production."""
    parser = argparse.ArgumentParser(description="短信网关模拟器（只用于演示）")
    parser.add_argument("--port", type=int, default=8103)
    wanted = parser.parse_args()
    if os.environ.get("SHEBAO_PRODUCTION") == "1":
        raise SystemExit("模拟器不能在正式环境里运行。")
    door = server(Gateway(), wanted.port)
    try:
        door.serve_forever()
    except KeyboardInterrupt:
        door.server_close()


if __name__ == "__main__":
    main()
