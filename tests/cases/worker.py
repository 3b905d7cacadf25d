"""Every step of a case by its name, for the processes of `tests.killing`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shebao.cases import actions, assigning, urgent
from shebao.cases.deciding import Lack
from shebao.items import clocks, comparing, handling, office, opinion
from shebao.privacy import gate

LACK = (Lack("list", "第 2 页看不清"),)
WHY = "材料在他那边"
URGENT = "医院急救要核对参保地，来不及等办件"


def step(order: dict[str, Any]) -> Callable[[], Any]:
    """The step that an order names."""
    by = gate.actor_of(bytes.fromhex(order.pop("by")))
    name, now = order.pop("step"), datetime.fromisoformat(order.pop("now"))
    return steps(by=by, now=now, **order)[name]


def steps(no: str, by: gate.Actor, now: datetime, **more: Any) -> dict[str, Callable[[], Any]]:
    """All of them."""
    words = {"granted": True, "text": "已核定。", "amount_fen": more.get("amount", 0)}
    return _applicant(no, by, now) | {
        "take": lambda: assigning.take(no, by=by),
        "accept": lambda: office.accept(no, now=now, by=by),
        "ask": lambda: office.ask(no, lacking=LACK, now=now, by=by),
        "decline": lambda: office.decline(no, reason="不在这里参保", now=now, by=by),
        "propose": lambda: office.propose(no, now=now, by=by, **words),
        "return": lambda: office.send_back(no, note="金额请再核一遍", now=now, by=by),
        "confirm": lambda: office.confirm(no, now=now, by=by),
        "decide": lambda: office.decide(no, now=now, by=by, **words),
        "deliver": lambda: office.deliver(no, now=now, by=by),
        "clock": lambda: clocks.run(now=now),
        "enter": lambda: opinion.enter(no, more["values"], now=now, by=by),
        "term": lambda: opinion.hold_to(no, term=more["term"], now=now, by=by),
        "halt": lambda: opinion.halt(no, note="等法院对事故的判决", now=now, by=by),
        "resume": lambda: opinion.resume(no, now=now, by=by),
        "adopt": lambda: comparing.adopt(no, key=more["key"], now=now, by=by),
        "keep": lambda: comparing.keep(no, key=more["key"], now=now, by=by),
        "hand_over": lambda: assigning.hand_over(no, to=more["to"], reason=WHY, by=by),
        "release": lambda: assigning.release(no, by=by),
        "step_aside": lambda: assigning.step_aside(no, reason="是我的亲戚", by=by),
        "open": lambda: actions.open_window(
            id_number=more["whose"], kind="enquiry", reason="来窗口查", by=by
        ),
        "close": lambda: actions.close(case_no=no, by=by),
        "break_glass": lambda: office.break_glass(id_number=more["whose"], reason=URGENT, now=now, by=by),
        "countersign": lambda: urgent.countersign(no, justified=True, note="", by=by),
    }


def _applicant(no: str, by: gate.Actor, now: datetime) -> dict[str, Callable[[], Any]]:
    return {
        "submit": lambda: handling.submit(no, key=f"k-{no}", now=now, by=by),
        "supply": lambda: handling.supply(no, now=now, by=by),
        "withdraw": lambda: handling.withdraw(no, reason="", now=now, by=by),
        "review": lambda: handling.review(no, text="请换人再看一遍", now=now, by=by),
    }
