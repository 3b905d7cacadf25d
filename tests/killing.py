"""Processes that die where they are told. A child does one step and kills itself at its n-th boundary.

A module gives `step(order)`, which finds the step in a dictionary, and `SENDS` (if any), the methods that reach another
machine. A line in: an order with "at" and "where"; a line out: lived, killed or failed. The parent of the children does
no step itself, so that no library has started a thread that a child would wait for.

Boundaries: `where` = "statement" is every statement and both sides of every commit; "lasting" is the moment before each
thing that stays when the process is gone (a commit, a statement outside a transaction, a file that gets its name or goes,
a call of another machine), and the moment after the last one, before the answer.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from shebao.items import catalogue
from shebao.privacy import register

ROOT = Path(__file__).resolve().parent.parent
ALIASES = ("default", "worker", "login")
SERVE = "import django; django.setup(); from tests import killing; import {0}; killing.serve({0})"
Order = dict[str, Any]


class Mortal:
    """A process that does the steps of a module in children which die where they are told."""

    def __init__(self, module: str, home: Path, **environment: str) -> None:
        place = {"SHEBAO_HOME": str(home), "SHEBAO_SECRET_FILE": str(home / "secret")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE.format(module)], cwd=ROOT, env=os.environ | place | environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._answer() == "begun"

    def lived(self, order: Order, at: int, where: str = "lasting") -> bool:
        """Whether the step was done and said so before the death of its process."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order | {"at": at, "where": where}) + "\n")
        self.process.stdin.flush()
        answer = self._answer()
        assert answer in ("lived", "killed"), "the step itself failed"
        return answer == "lived"

    def everywhere(
        self, order: Order, world: Callable[[], Any], sound: Callable[[Any], None], *, once: bool = False
    ) -> int:
        """Kills a step at each thing that lasts, again and again, until it is done; returns how often it died.

        After every death the world is looked at (`sound` asserts). `once`: one change is the whole step. In a world that
        was never seen before, the next death comes as early as possible.
        """
        kills, at, before = 0, 1, world()
        known = {repr(before)}
        while not self.lived(order, at):
            kills += 1
            after = world()
            sound(after)
            if once and after != before:
                return kills
            at = at + 1 if repr(after) in known else max(1, at - 1)
            known.add(repr(after))
        sound(world())
        return kills

    def end(self) -> None:
        self.process.communicate()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def die(at: int, where: str, module: ModuleType) -> Callable[[], None]:
    """This process kills itself at the given boundary; returns the boundary, to be passed once more at the end."""
    passed = 0
    every = where == "statement"

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(call: Callable[..., Any], both: bool = False) -> Callable[..., Any]:
        @wraps(call)
        def called(*arguments: Any, **named: Any) -> Any:
            boundary()
            done = call(*arguments, **named)
            if both:
                boundary()
            return done

        return called

    def statement(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if every or not context["connection"].in_atomic_block:
            boundary()
        return execute(sql, params, many, context)

    BaseDatabaseWrapper._commit = before(BaseDatabaseWrapper._commit, every)  # type: ignore[method-assign]
    for alias in ALIASES:
        connections[alias].execute_wrappers.append(statement)
    if not every:
        os.replace, os.unlink = before(os.replace), before(os.unlink)
        for owner, method in getattr(module, "SENDS", ()):
            setattr(owner, method, before(getattr(owner, method)))
    return boundary


def child(order: Order, module: ModuleType) -> None:
    """One step, in a process of its own."""
    at, where = order.pop("at"), order.pop("where")
    step = module.step(order)
    boundary = die(at, where, module)
    step()
    if where == "lasting":
        boundary()


def serve(module: ModuleType) -> None:
    """The parent: a child for every line, until there are no more lines."""
    # What every child needs is read once, here; none of it starts a thread or opens a connection.
    assert catalogue.ITEMS and register.current()
    print("begun", flush=True)
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            try:
                child(json.loads(line), module)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(number, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else "failed" if status else "lived", flush=True)
