"""Keeps a few child processes running, says so when one dies, and ends them all cleanly."""

import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from shebao.cli.binaries import ServerProblem

POLL_SECONDS = 0.2
WATCH_SECONDS = 5.0
GRACE_SECONDS = 10.0
EARLY_FAILURES = 1
STEADY_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 30.0
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass
class Child:
    """A command to keep alive. `failures` counts deaths since it last ran steadily."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started_at: float = field(default=0.0, init=False)
    due_at: float = field(default=0.0, init=False)
    failures: int = field(default=0, init=False)


class Supervisor:
    """Runs children in process groups of their own, so that a terminal's Ctrl+C reaches only the supervisor."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        every_five_seconds: Callable[[], None] | None = None,
    ) -> None:
        self._children = children
        self._environment = dict(environment)
        self._say = say
        self._watch = every_five_seconds
        self._stopping = False

    def run(self, *, ready: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Until SIGTERM or SIGINT. `announce` is called once, when `ready` first holds."""
        previous = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        announced = False
        watched_at = time.monotonic()
        try:
            while not self._stopping:
                self._tend()
                if not announced:
                    self._give_up_early()
                    if ready():
                        announced = True
                        announce()
                if self._watch is not None and time.monotonic() - watched_at > WATCH_SECONDS:
                    self._watch()
                    watched_at = time.monotonic()
                time.sleep(POLL_SECONDS)
        finally:
            self._end()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _give_up_early(self) -> None:
        """A program that never came up is broken, not unlucky."""
        for child in self._children:
            if child.failures > EARLY_FAILURES:
                raise ServerProblem(f"{child.name}启动不了，原因见上面。改正后再运行一次。")

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _tend(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is None:
                if now >= child.due_at:
                    self._start(child)
            elif (code := child.process.poll()) is not None:
                self._bury(child, code)
            elif now - child.started_at > STEADY_SECONDS:
                child.failures = 0

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 (no threads here)
        )
        child.started_at = time.monotonic()

    def _bury(self, child: Child, code: int) -> None:
        """Whatever the dead child left in its group goes too: an orphan would keep the port."""
        assert child.process is not None
        _signal_group(child.process, signal.SIGKILL)
        child.process = None
        pause = min(2.0**child.failures - 1, LONGEST_PAUSE_SECONDS)
        child.failures += 1
        child.due_at = time.monotonic() + pause
        when = f"{pause:.0f} 秒后" if pause else "马上"
        self._say(f"{child.name}意外退出（返回码 {code}），{when}重新启动。")

    def _end(self) -> None:
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say("有一个进程没有按时停下，已强制结束。")
            _signal_group(process, signal.SIGKILL)
            process.wait()


def answers(host: str, port: int) -> bool:
    """Whether the web server gives any answer, whatever its status."""
    connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=2)  # noqa: S104
    try:
        connection.request("GET", "/healthz", headers={"Host": "127.0.0.1"})
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _end_with_parent() -> None:
    """A killed supervisor takes its children along (Linux)."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return
