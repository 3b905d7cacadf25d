"""Children are kept running, buried with all they left behind, and ended on request."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shebao.cli.binaries import ServerProblem
from shebao.cli.supervisor import Child, Supervisor


def nap(name: str = "小睡") -> Child:
    return Child(name, ("sleep", "60"))


def supervise(children: list[Child], said: list[str], during: Callable[[], None]) -> None:
    """Runs a supervisor until `during`, in a thread beside it, is through."""

    def then_stop() -> None:
        try:
            during()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    beside = threading.Thread(target=then_stop)
    Supervisor(children, environment=os.environ, say=said.append).run(
        ready=lambda: True, announce=beside.start
    )
    beside.join()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again_and_this_is_said() -> None:
    child, said = nap("网页服务"), list[str]()

    def kill() -> None:
        assert child.process is not None
        first = child.process.pid
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: child.process is not None and child.process.pid != first)

    supervise([child], said, kill)

    assert said == ["网页服务意外退出（返回码 -9），马上重新启动。"]


def test_a_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    grandchild = tmp_path / "pid"
    family = Child("一家", ("sh", "-c", f"sleep 60 & echo $! > {grandchild}; wait"))

    supervise([family], [], lambda: wait_for(lambda: grandchild.exists() and grandchild.read_text() != ""))

    wait_for(lambda: "sleep" not in command_line(int(grandchild.read_text())))


def test_a_program_that_never_starts_is_given_up() -> None:
    supervisor = Supervisor([Child("网页服务", ("false",))], environment=os.environ, say=lambda line: None)

    with pytest.raises(ServerProblem, match="网页服务启动不了"):
        supervisor.run(ready=lambda: False, announce=lambda: None)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems cannot tie a child to its parent")
def test_a_killed_supervisor_takes_its_children_along(tmp_path: Path) -> None:
    script = (
        "import os, sys; from shebao.cli.supervisor import Child, Supervisor\n"
        "child = Child('x', ('sleep', '60'))\n"
        "def announce(): print(child.process.pid, flush=True); os.kill(os.getpid(), 9)\n"
        "Supervisor([child], environment=os.environ, say=print).run(ready=lambda: True, announce=announce)\n"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    pid = int(told.stdout)
    wait_for(lambda: "sleep" not in command_line(pid))


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""
