"""A process of one thread that does steps of cases in children of its own and lets them die where it is told (run with -m).

A line in: {"step", "no", "by", "at", …}; a line out: lived, killed or failed. It never does a step itself, so that no
library has started a thread that a child would wait for.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"


def steps(no: str, by: Any, now: datetime, **more: Any) -> dict[str, Callable[[], Any]]:
    """Every step of a case by its name."""
    from shebao.cases import assigning
    from shebao.cases.deciding import Lack
    from shebao.items import clocks, handling, office

    lack = [Lack("list", "第 2 页看不清")]
    words = {"granted": True, "text": "已核定。", "amount_fen": more.get("amount", 0)}
    return {
        "submit": lambda: handling.submit(no, key=f"k-{no}", now=now, by=by),
        "take": lambda: assigning.take(no, by=by),
        "accept": lambda: office.accept(no, now=now, by=by),
        "ask": lambda: office.ask(no, lacking=lack, now=now, by=by),
        "supply": lambda: handling.supply(no, now=now, by=by),
        "propose": lambda: office.propose(no, now=now, by=by, **words),
        "return": lambda: office.send_back(no, note="金额请再核一遍", now=now, by=by),
        "confirm": lambda: office.confirm(no, now=now, by=by),
        "decide": lambda: office.decide(no, now=now, by=by, **words),
        "deliver": lambda: office.deliver(no, now=now, by=by),
        "withdraw": lambda: handling.withdraw(no, reason="", now=now, by=by),
        "review": lambda: handling.review(no, text="请换人再看一遍", now=now, by=by),
        "clock": lambda: clocks.run(now=now),
    }


def die(at: int) -> None:
    """This process kills itself at the given boundary: before a statement, before a commit, or right after it."""
    from django.db import connections
    from django.db.backends.base.base import BaseDatabaseWrapper

    passed = 0

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, *arguments: Any) -> Any:
        boundary()
        return execute(*arguments)

    commit = BaseDatabaseWrapper._commit

    def committed(connection: BaseDatabaseWrapper) -> Any:
        boundary()
        done = commit(connection)
        boundary()
        return done

    BaseDatabaseWrapper._commit = committed  # type: ignore[method-assign]
    for alias in ("default", "worker", "login"):
        connections[alias].execute_wrappers.append(statement)


def child(order: dict[str, Any]) -> None:
    """One step, in a process of its own."""
    from shebao.privacy import gate

    by = gate.actor_of(bytes.fromhex(order.pop("by")))
    at, step = order.pop("at"), order.pop("step")
    now = datetime.fromisoformat(order.pop("now"))
    die(at)
    steps(by=by, now=now, **order)[step]()


def main() -> None:
    import django

    django.setup()
    from shebao.items import catalogue
    from shebao.privacy import register

    # What every child needs is read once, here; none of it starts a thread or opens a connection.
    steps("", None, datetime.now(UTC))
    assert catalogue.ITEMS and register.current()
    print("begun", flush=True)
    for line in sys.stdin:
        number = os.fork()
        if number == 0:
            try:
                child(json.loads(line))
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        _, status = os.waitpid(number, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print("killed" if killed else "failed" if status else "lived", flush=True)


if __name__ == "__main__":
    main()
