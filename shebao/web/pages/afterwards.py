"""钱到哪了、关系转到哪了: what goes on after a decision, for its person. Pure: the day is passed in."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.items import paying
from shebao.registry import insurances
from shebao.registry.models import Recovery
from shebao.registry.payables.payments import Standing
from shebao.registry.payables.recoveries import WAYS
from shebao.registry.transfers.queries import Leg
from shebao.registry.transfers.queries import Standing as Moving
from shebao.rules import regions
from shebao.web import formats

WORDS = {
    "approved": ("已核定", "w", "等这一批交给银行。"),
    "listed": ("已编批", "w", "编进了一批，复核以后交给银行。"),
    "sent": ("银行在办", "w", "已经交给银行，等银行答复。"),
    "paid": ("已到账", "", "钱已经打到您的账户。"),
    "returned": ("银行退回", "b", ""),
    "stopped": ("已停发", "b", ""),
}
STAGES = {
    "merged": ("转好了", ""),
    "closed": ("转走了", ""),
    "refused": ("没有转成", "b"),
    "returned": ("没有转成", "b"),
}
HOLDERS = {"here": "我们这边", "there": "对方经办机构"}
CHANGE = "/items/benefit-account-change/"


def payments(
    found: Sequence[Standing], owed: Sequence[Recovery] = (), *, today: date, hidden: bool
) -> dict[str, Any]:
    """Each sum with where it is; those that ask something of the person stand first."""
    rows = [_payment(one, today, hidden=hidden) for one in found]
    back = [row for row in rows if row["back"]]
    return {
        "back": back,
        "rows": [row for row in rows if not row["back"]],
        "change": CHANGE,
        "owed": [_owed(one, hidden=hidden) for one in owed],
    }


def _owed(one: Recovery, *, hidden: bool) -> dict[str, Any]:
    left = formats.yuan_unit(one.amount_fen - one.returned_fen, hidden=hidden)
    return {
        "name": paying.name(one.kind),
        "lines": [f"要退 {left}", f"原因：{one.reason}。", f"{WAYS[one.way]}。"],
    }


def _payment(one: Standing, today: date, *, hidden: bool) -> dict[str, Any]:
    word, tone, text = WORDS.get(one.state, (one.state, "", ""))
    if one.state == "approved" and one.month > months.of(today):
        text = f"到 {formats.month_text(one.month)}再交给银行。"
    amount = formats.yuan_unit(one.amount_fen, hidden=hidden)
    lines = [f"{formats.month_text(one.month)}起，每月 {amount}" if one.monthly else amount]
    if one.reason:
        lines.append(f"原因：{one.reason}。")
    if text:
        lines.append(text)
    note = " · ".join(
        part
        for part in (
            formats.date_full(one.since) if one.since else "",
            f"尾号 {one.tail}" if one.tail else "",
        )
        if part
    )
    return {
        "name": paying.name(one.kind), "word": word, "tone": tone, "lines": lines, "note": note,
        "url": f"/cases/{one.case_no}/" if one.case_no.startswith("BJ") else "", "back": one.state == "returned",
    }  # fmt: skip


def transfers(found: Sequence[Moving], *, today: date) -> dict[str, Any]:
    """Each transfer with its legs: who holds it since when, until when."""
    return {"rows": [_transfer(one, today) for one in found]}


def _transfer(one: Moving, today: date) -> dict[str, Any]:
    row = one.transfer
    word, tone = STAGES.get(row.stage, ("在转", "w"))
    place = regions.name(row.region)
    ways = {"in": f"从{place}转来", "out": f"转到{place}", "switch": "职工和居民养老合到一起"}
    direction = ways[row.direction]
    lines = [direction]
    if row.months and row.stage != "refused":
        lines.append(f"{row.months} 个月")
    if one.reason:
        lines.append(f"{one.reason}。年限和钱都在原来的地方。")
    return {
        "name": insurances.name(row.insurance), "word": word, "tone": tone, "lines": lines,
        "legs": [_leg(leg) for leg in one.legs], "open": row.done_on is None,
        "url": f"/cases/{row.case_no}/" if row.case_no.startswith("BJ") else "",
    }  # fmt: skip


def _leg(leg: Leg) -> dict[str, Any]:
    if leg.done_on:
        when = f"{formats.date_full(leg.since)}开始，{formats.date_full(leg.done_on)}办完"
    else:
        when = f"{formats.date_full(leg.since)}开始，最晚 {formats.date_full(leg.due_on)}"
    late = "已经过了期限，我们在催。" if leg.late and not leg.done_on else ""
    return {
        "name": leg.name, "kind": "done" if leg.done_on else "now", "holder": HOLDERS[leg.holder], "when": when,
        "late": late,
    }  # fmt: skip
