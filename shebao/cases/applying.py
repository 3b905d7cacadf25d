"""What an applicant does with a case (申请人): draft, send, supply, take back. Within an open grant of the item's purpose."""

from datetime import date, datetime

from django.conf import settings
from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import clock, writing
from shebao.cases.item import Item
from shebao.cases.models import Case, Halt
from shebao.privacy import gate

OPEN = ("submitted", "supplement", "accepted", "proposed")
LOCK = 20264


def reception(item: Item) -> str:
    """The unit that gets an application (受理科室)."""
    return item.unit or str(settings.DEPLOYMENT["agencies"]["reception"])


def start(
    grant: gate.Grant,
    item: Item,
    *,
    channel: str,
    capacity: str,
    about: str = "",
    bundle: str = "",
    now: datetime,
) -> Case:
    """A draft; the open draft of the same item is gone on with. Refuses a second open case of one item (`conflict`)."""
    alone(grant)
    mine = Case.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    draft = mine.filter(kind=item.code, state="draft", about=about).select_for_update().first()
    if draft is not None:
        return draft
    refuse_double(grant, item)
    return writing.new(
        grant, kind=item.code, unit=reception(item), channel=channel, capacity=capacity, reason=item.name, now=now,
        about=about, bundle=bundle,
    )  # fmt: skip


def alone(grant: gate.Grant) -> None:
    """One beginning or sending of a person at a time: two that come together see each other."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, hashint8(%s))", [LOCK, grant.subject_id])


def refuse_double(grant: gate.Grant, item: Item, *, but: str = "") -> None:
    """Refuses when this item, or one that contradicts it, is already being handled (重复、冲突)."""
    kinds = (() if item.many else (item.code,)) + item.conflicts
    other = (
        Case.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id, kind__in=kinds, state__in=OPEN)
        .exclude(no=but)
        .first()
    )
    if other is None:
        return
    same = other.kind == item.code
    text = "这件事已经在办了，不用再申请。" if same else "有一件相关的事正在办，办完才能办这件。"
    raise Refusal("conflict", text, "看在办的这件", f"/cases/{other.no}/")


def save(grant: gate.Grant, no: str, values: dict[str, str], *, now: datetime) -> dict[str, str]:
    """Puts answers into a draft (or a case waiting for supplement); returns all of them."""
    case = writing.locked(grant, no)
    if case.state not in ("draft", "supplement"):
        raise Refusal("conflict", "已经交上去了，不能再改答案。", "看办件进度", f"/cases/{no}/")
    kept = writing.answers(case) | values
    case.answers = writing.seal_answers(case, kept)
    case.touched_at = now
    case.save(using=grant.alias, update_fields=["answers", "touched_at"])
    return kept


def submit(grant: gate.Grant, item: Item, no: str, *, key: str, capacity: str = "", now: datetime) -> Case:
    """Sends a draft; the clock starts. `capacity`: as what it is sent, when another than who began it.

    Refuses an item already being handled.
    """
    case = writing.locked(grant, no)
    refuse_double(grant, item, but=no)
    changes = {"submitted_at": now, "key": key or no, "capacity": capacity or case.capacity}
    if not item.instant:
        last = clock.promised(item, today_in_china(now))
        changes |= {"due_on": last.day, "warn_on": last.warn, "provisional": last.provisional}
    return writing.act(grant, case, "submit", now=now, **changes)


def sent_with(grant: gate.Grant, key: str) -> Case | None:
    """The case already sent with this key, for a client that retries."""
    if not key:
        return None
    return Case.objects.using(grant.alias).filter(subject_id=grant.subject_id, key=key).first()


def supply(grant: gate.Grant, item: Item, no: str, *, now: datetime) -> Case:
    """The supplement has come: the halt ends and the last day moves by the days that did not count."""
    case = writing.locked(grant, no)
    today = today_in_china(now)
    for halt in Halt.objects.using(grant.alias).filter(case_id=no, until=None, cause="supplement"):
        halt.until = clock.halt(halt.since, today)[1]
        halt.save(using=grant.alias, update_fields=["until"])
    last = clock.promised(item, received_on(case), halts(grant, no), term=case.term)
    return writing.act(
        grant, case, "supply", now=now, due_on=last.day, warn_on=last.warn, provisional=last.provisional,
        supply_by=None,
    )  # fmt: skip


def withdraw(grant: gate.Grant, no: str, *, reason: str, now: datetime) -> Case:
    """Takes an application back before the decision (撤回); a draft is thrown away with its answers."""
    case = writing.locked(grant, no)
    if case.state == "draft":
        return writing.act(grant, case, "discard", now=now, note=reason or None, answers=None)
    return writing.act(grant, case, "withdraw", now=now, note=reason or None)


def rate(no: str, *, stars: int, by: gate.Actor) -> None:
    """满意度, once, after the end of the case. Refuses a second rating, a case still open, another person's."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.rate(%s, %s, %s, %s)", [by.token, no, stars, gate.request_id.get()])
        (outcome,) = cursor.fetchone()
    if outcome == "conflict":
        raise Refusal("conflict", "这件事评过了，或者还没有办完。", "看办件进度", f"/cases/{no}/")
    if outcome != "allowed":
        raise Refusal(str(outcome))


def received_on(case: Case) -> date:
    """The day from which the limit counts."""
    if case.submitted_at is None:
        raise Refusal("conflict", "还没有提交。", "回到草稿", f"/cases/{case.no}/edit/")
    return today_in_china(case.submitted_at)


def halts(grant: gate.Grant, no: str) -> list[tuple[date, date]]:
    """The finished halts of a case."""
    rows = Halt.objects.using(grant.alias).filter(case_id=no).exclude(until=None).order_by("since")
    return [(row.since, row.until) for row in rows if row.until is not None]
