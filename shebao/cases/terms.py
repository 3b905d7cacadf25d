"""Time and words of the office in a case: what it enters, another limit of the law, time that stands still (中止)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import applying, clock, writing
from shebao.cases.item import Item
from shebao.cases.models import Case, Halt
from shebao.privacy import gate
from shebao.rules.handling import deadlines

AUTHORITY, PUBLICITY = "authority", "publicity"
LEAST_WORDS = 4


def enter(grant: gate.Grant, no: str, values: Mapping[str, str], *, now: datetime) -> Case:
    """经办填写: kept beside the answers, sealed. The applicant reads it in the decision. The same once more is nothing."""
    case = _held(grant, no)
    known = writing.answers(case)
    if case.state == "accepted" and known | dict(values) == known:
        return case
    sealed = writing.seal_answers(case, known | dict(values))
    return writing.act(grant, case, "enter", now=now, answers=sealed)


def publish(grant: gate.Grant, item: Item, no: str, since: date, until: date, *, now: datetime) -> bool:
    """公示 from a day up to and with another: those days do not count. False when they stood there before.

    Refuses days before the application came, and a notice shorter than the item's (`invalid_input`).
    """
    case = _held(grant, no)
    if since < applying.received_on(case):
        raise Refusal("invalid_input", "公示要在收到申请以后开始。", field=item.publicity["since"])
    least = deadlines.deadline(item.publicity["least"], since, region=clock.region()).day
    if until < least:
        raise Refusal(
            "invalid_input",
            f"公示时间太短，最早到 {least.month}月{least.day}日。",
            field=item.publicity["until"],
        )
    days = {"since": since, "until": until + timedelta(days=1)}
    rows = Halt.objects.using(grant.alias).filter(case_id=no, cause=PUBLICITY)
    if rows.filter(**days).exists():
        return False
    if not rows.update(**days):
        Halt.objects.using(grant.alias).create(
            case_id=no, subject_id=case.subject_id, cause=PUBLICITY, **days
        )
    note = f"{since.month}月{since.day}日到{until.month}月{until.day}日"
    writing.act(grant, case, "publish", now=now, note=note, **_last(grant, item, case, case.term))
    return True


def published(grant: gate.Grant, no: str, today: date) -> date | None:
    """The last day of a public notice that still stands today."""
    rows = Halt.objects.using(grant.alias).filter(case_id=no, cause=PUBLICITY, until__gt=today)
    row = rows.first()
    return row.until - timedelta(days=1) if row is not None and row.until is not None else None


def hold_to(grant: gate.Grant, item: Item, no: str, *, term: str, now: datetime) -> Case:
    """Another limit of the law for this case, one that the item names. Refuses any other, and a second change."""
    case = _held(grant, no)
    if term not in item.terms:
        raise Refusal("invalid_input", "没有这个时限。", field="term")
    if case.term:
        raise Refusal("conflict", "时限已经改过一次。", "回到办件", f"/desk/cases/{no}/")
    return writing.act(grant, case, "term", now=now, note=item.terms[term], term=term,
                       **_last(grant, item, case, term))  # fmt: skip


def halt(grant: gate.Grant, no: str, *, note: str, now: datetime) -> Case:
    """中止: a court or another authority has to conclude first; until then there is no last day."""
    case = _held(grant, no)
    if len(note.strip()) < LEAST_WORDS:
        raise Refusal("invalid_input", "请写明等哪个机关的什么结论，至少四个字。", field="note")
    if halted(grant, no):
        raise Refusal("conflict", "已经中止了。", "回到办件", f"/desk/cases/{no}/")
    Halt.objects.using(grant.alias).create(
        case_id=no, subject_id=case.subject_id, cause=AUTHORITY, since=_tomorrow(now)
    )
    return writing.act(grant, case, "halt", now=now, note=note.strip(), due_on=None, warn_on=None)


def resume(grant: gate.Grant, item: Item, no: str, *, now: datetime) -> Case:
    """The conclusion is here: the days since do not count, and there is a last day again."""
    case = _held(grant, no)
    row = Halt.objects.using(grant.alias).filter(case_id=no, until=None, cause=AUTHORITY).first()
    if row is None:
        raise Refusal("conflict", "没有中止，不用恢复。", "回到办件", f"/desk/cases/{no}/")
    row.until = max(row.since, _tomorrow(now))
    row.save(using=grant.alias, update_fields=["until"])
    return writing.act(grant, case, "resume", now=now, **_last(grant, item, case, case.term))


def halted(grant: gate.Grant, no: str) -> bool:
    """Whether the case waits for another authority."""
    return Halt.objects.using(grant.alias).filter(case_id=no, until=None, cause=AUTHORITY).exists()


def refuse_halted(grant: gate.Grant, no: str, *, today: date) -> None:
    """Nothing is decided before the other authority has concluded, nor while a public notice stands (`conflict`)."""
    until = published(grant, no, today)
    if until is not None:
        raise Refusal(
            "conflict",
            f"公示到 {until.month}月{until.day}日，第二天起才能决定。",
            "回到办件",
            f"/desk/cases/{no}/",
        )
    if halted(grant, no):
        raise Refusal("conflict", "还在等别的机关的结论，先恢复计时。", "回到办件", f"/desk/cases/{no}/")


def _last(grant: gate.Grant, item: Item, case: Case, term: str) -> dict[str, object]:
    last = clock.promised(item, applying.received_on(case), applying.halts(grant, case.no), term=term)
    return {"due_on": last.day, "warn_on": last.warn, "provisional": last.provisional}


def _tomorrow(now: datetime) -> date:
    return today_in_china(now) + timedelta(days=1)


def _held(grant: gate.Grant, no: str) -> Case:
    case = writing.locked(grant, no)
    if case.holder_id != grant.actor.actor_id:
        raise Refusal("out_of_reach", "这个办件不在您手上。", "回到办件列表", "/desk/")
    return case
