"""What the case page shows (办件页): comparison, calculation, paper, clock, and the choices of this state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from shebao.base import money
from shebao.base.clock import china, today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import clock, deciding, states, writing
from shebao.cases.item import Material
from shebao.desk import compare
from shebao.desk.lines import CHANNELS, tone
from shebao.items import comparing
from shebao.items.office import DeskCase
from shebao.privacy import gate, masks, register

ROLES = {
    "citizen": "申请人",
    "employer_agent": "单位经办人",
    "clerk": "经办人员",
    "supervisor": "科长",
    "system": "系统",
}
CAUSES = {
    "supplement": "等本人补材料",
    "authority": "等别的机关的结论",
    "publicity": "公示",
    "third_party": "等第三方答复",
    "outage": "停机维护",
}
CAPACITIES = {"self": "本人", "guardian": "监护人", "mandate": "受托人", "employer": "单位经办人"}
YES_NO = (("yes", "是"), ("no", "否"))
PAGE_URL = "/desk/cases/{no}/materials/{page}/preview.png"


@dataclass(frozen=True)
class Typed:
    """What the clerk had filled in when an act was refused; nothing of it is lost."""

    values: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    problem: Refusal | None = None


def acting_for(helper: writing.Helper | None) -> str:
    """Who acts for the person, and whether she still may."""
    if helper is None:
        return ""
    called = f"，{helper.called}" if helper.called else ""
    if helper.rule == "guardian":
        return f"监护人办理，{helper.relation}的监护登记{'有效' if helper.live else '已结束'}，到 {helper.until:%Y-%m-%d}"
    state = f"委托到 {helper.until:%Y-%m-%d}" if helper.live else "委托已结束"
    return f"受托人办理：{helper.relation}{called}，{state}"


def context(
    case: DeskCase, typed: Typed, revealed: tuple[str, ...], *, now: datetime, by: gate.Actor
) -> dict[str, Any]:
    """Everything the template needs."""
    today = today_in_china(now)
    settled = comparing.settled(case.compared, case.answers, case.steps)
    rows = compare.rows(case.compared, case.answers, settled, f"{china(now):%m-%d %H:%M}")
    open_rows = [row for row in rows if row.differs]
    papers = _papers(case)
    return (
        {
            "case": case,
            "item": case.item,
            "state_word": states.STATES[case.state],
            "state_tone": "w" if case.state == "supplement" else "",
            "name": masks.mask("person.name", case.name),
            "channel": CHANNELS.get(case.channel, case.channel),
            "capacity": CAPACITIES.get(case.capacity, case.capacity),
            "helper": acting_for(case.helper),
            "submitted": _moment(case.submitted_at) if case.submitted_at else "",
            "rows": rows,
            "open_rows": open_rows,
            "may_adopt": case.state == "accepted",
            "may_keep": case.state == "accepted" and case.asked_at is not None,
            "papers": papers,
            "sheets": [sheet for paper in papers for sheet in paper["sheets"]],
            "lacking_papers": [paper for paper in papers if not paper["sheets"] and not paper["optional"]],
            "failed": [finding for finding in case.findings if not finding.passed],
            "amount": money.yuan(case.verdict.amount_fen) if case.verdict.amount_fen else "",
            "pays": "payment.order" in case.item.effects,
            "notice": _notice(papers, open_rows, typed),
            "steps": [_step(step) for step in reversed(case.steps)],
            "halts": [_halt(halt) for halt in case.halts],
            "hidden": _hidden(case),
            "showable": [item for item, _ in _hidden(case)],
            "revealed": len([item for item in revealed if item in case.item.reads]),
            "seen": len(case.steps),
            "typed": typed,
            "problem": typed.problem,
            "mine_proposed": case.proposed_by is not None and case.proposed_by == by.actor_id,
            "is_supervisor": by.role == "supervisor",
        }
        | _purpose(case)
        | _clock(case, today)
        | _choices(case, typed)
        | _opinion(case, typed, today)
    )


def _moment(at: datetime) -> str:
    local = china(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _purpose(case: DeskCase) -> dict[str, Any]:
    process = register.current().process["desk.decide"]
    return {"process": process, "count": len(case.item.reads)}


def _clock(case: DeskCase, today: date) -> dict[str, Any]:
    total, working = clock.limit(case.item, case.term)
    if case.due_on is None or case.submitted_at is None:
        return {"total": 0}
    received = china(case.submitted_at).date()
    if case.days_left is None:
        used = total
    elif working:
        used = total - case.days_left
    else:
        used = (today - received).days
    return {
        "total": total,
        "used": max(0, used),
        "unit": "个工作日" if working else "天",
        "running": case.days_left is not None,
        "late": -case.days_left if case.days_left is not None and case.days_left < 0 else 0,
        "tone": tone(case.days_left, case.escalated),
    }


def _choices(case: DeskCase, typed: Typed) -> dict[str, Any]:
    """Grant and refusal with their first wording; which is proposed; the reasons that may be chosen."""
    verdict, item = case.verdict, case.item
    chosen = typed.values.get("decision") or ("yes" if verdict.granted else "no")
    said = {reason.code: reason.text for reason in verdict.reasons}
    reasons = [
        {"code": code, "text": said.get(code, law.says), "rule": str(law),
         "on": code in typed.reasons or (not typed.values and code in said)}
        for code, law in item.refusals.items()
    ]  # fmt: skip
    return {
        "chosen": chosen,
        "reasons": reasons,
        "yes_text": verdict.words
        or deciding.plain_text(item, granted=True, amount_fen=verdict.amount_fen, reasons=()),
        "no_text": deciding.plain_text(item, granted=False, amount_fen=0, reasons=()),
        "text": typed.values.get("text", case.draft_text),
        "verb": "提交复核" if case.needs_second else "作出决定",
        "limit": money.yuan(item.second_over_fen) if item.second == "over" else "",
    }


def _opinion(case: DeskCase, typed: Typed, today: date) -> dict[str, Any]:
    """经办意见: what the office still enters, the other limits of the law, whether time stands still."""
    kept = dict(case.answers) | {k: v for k, v in typed.values.items() if typed.values.get("act") == "enter"}
    entries: list[dict[str, Any]] = [
        {"key": one.key, "label": one.label, "kind": one.kind, "hint": one.hint, "optional": one.optional,
         "value": kept.get(one.key, ""), "wrong": bool(typed.problem and typed.problem.field == one.key),
         "choices": YES_NO if one.kind == "yes_no" else tuple(one.choices.items())}
        for one in case.item.to_enter(case.answers)
    ]  # fmt: skip
    return {
        "entries": entries,
        "unentered": [
            one["label"] for one in entries if not one["optional"] and not case.answers.get(one["key"])
        ],
        "terms": tuple(case.item.terms.items()) if not case.term else (),
        "term": case.item.terms.get(case.term, ""),
        "noticed": max(
            (
                halt.until - timedelta(days=1)
                for halt in case.halts
                if halt.cause == "publicity" and halt.until is not None and halt.until > today
            ),
            default=None,
        ),
        "halted": any(halt.cause == "authority" and halt.until is None for halt in case.halts),
    }


def _papers(case: DeskCase) -> list[dict[str, Any]]:
    """Each wanted material with its pages."""
    return [
        {"code": one.code, "name": one.name, "basis": str(one.basis), "optional": one.optional,
         "sheets": _sheets(case, one)}
        for one in case.wanted
    ]  # fmt: skip


def _sheets(case: DeskCase, material: Material) -> list[dict[str, Any]]:
    pages = [page for page in case.pages if page.material == material.code]
    return [
        {
            "url": PAGE_URL.format(no=case.no, page=page.id),
            "name": material.name,
            "number": at,
            "count": len(pages),
        }
        for at, page in enumerate(pages, 1)
    ]


def _notice(papers: list[dict[str, Any]], open_rows: list[compare.Row], typed: Typed) -> list[dict[str, Any]]:
    """Every line the one complete notice could hold; what is lacking or differs is chosen beforehand."""
    lines = []
    for paper in papers:
        lacking = not paper["sheets"] and not paper["optional"]
        lines.append({"key": paper["code"], "label": paper["name"], "on": lacking,
                      "note": f"缺{paper['name']}，请补交。" if lacking else ""})  # fmt: skip
    for row in open_rows:
        note = f"您填的「{row.label}」和登记的不一样，请核对后告诉我们以哪个为准。"
        lines.append({"key": row.key, "label": row.label, "on": True, "note": note})
    for line in lines:
        if typed.lacking or f"note.{line['key']}" in typed.values:
            line["on"] = line["key"] in typed.lacking
            line["note"] = typed.values.get(f"note.{line['key']}", line["note"])
    return lines


def _step(step: Any) -> dict[str, Any]:
    note = step.note
    more = ""
    if isinstance(note, str):
        more = note
    elif isinstance(note, Mapping) and "label" in note:
        more = str(note["label"])
    return {
        "at": f"{china(step.at):%m-%d %H:%M}",
        "word": step.word,
        "who": f"{step.unit}{ROLES.get(step.role, '')}",
        "more": more,
    }


def _halt(halt: Any) -> dict[str, Any]:
    return {"word": CAUSES.get(halt.cause, halt.cause), "since": halt.since, "until": halt.until}


def _hidden(case: DeskCase) -> list[tuple[str, str]]:
    """Masked items of this case that the register lets staff reveal."""
    book = register.current()
    allowed = book.process["desk.reveal"].items
    shown = [item for item in compare.MASKED if item in case.item.reads and item in allowed]
    return [(item, book.items[item].label_zh) for item in shown]
