"""死亡登记 and its correction. Within an open grant that writes `death.record` and what follows from it. Fen, months."""

from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Benefit, Death, Enrolment, Payable, Person, Recovery

REASON = "死亡"
SOURCES = {
    "family": "家属申报",
    "civil": "民政部门共享",
    "health": "卫生健康部门共享",
    "police": "公安机关共享",
}


def record(grant: gate.Grant, *, died_on: date, source: str, reference: str, on: date) -> Death | None:
    """The day of death with its source; benefits end with the month, insurance too. None when a day is on record.

    Refuses a day in the future or before birth. Payments of later months are written down to come back.
    """
    person = Person.objects.using(grant.alias).select_for_update().get(subject_id=grant.subject_id)
    if person.died_on is not None:
        return None
    if died_on > on or died_on < person.birth_date:
        raise Refusal("invalid_input", "死亡日期不对，请核对。", field="died_on")
    person.died_on = died_on
    person.save(using=grant.alias, update_fields=["died_on"])
    after = months.plus(months.of(died_on), 1)
    changed = {"payables": _stop(grant, after), "enrolments": _end(grant, after)}
    row = Death.objects.using(grant.alias).create(
        subject_id=grant.subject_id, died_on=died_on, source=source, reference=reference, recorded_on=on,
        changed=changed,
    )  # fmt: skip
    _overpaid(grant, row, after, on)
    return row


def withdraw(grant: gate.Grant, *, reason: str, on: date) -> tuple[Death, int]:
    """A wrong death is corrected: what it ended goes on; returns it and what is paid late (fen).

    Refuses without a death on record, and a reason that says nothing.
    """
    rows = Death.objects.using(grant.alias).select_for_update()
    row = rows.filter(subject_id=grant.subject_id, withdrawn_on=None).order_by("-id").first()
    if row is None:
        raise Refusal("conflict", "登记里没有死亡记录，不用更正。")
    if len(reason.strip()) < 4:
        raise Refusal("invalid_input", "请写明更正的原因，至少四个字。", field="reason")
    row.withdrawn_on, row.reason = on, reason.strip()
    row.save(using=grant.alias, update_fields=["withdrawn_on", "reason"])
    Person.objects.using(grant.alias).filter(subject_id=grant.subject_id).update(died_on=None)
    back = sum(_resume(grant, one, row, on) for one in row.changed["payables"])
    for number, state, reason_before in row.changed["enrolments"]:
        Enrolment.objects.using(grant.alias).filter(
            id=number, subject_id=grant.subject_id, reason=REASON
        ).update(until=None, state=state, reason=reason_before)
    Recovery.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, case_no=f"death/{row.id}", state="open"
    ).update(state="cancelled")
    return row, back


def contested(grant: gate.Grant, death: int) -> str | None:
    """Why two people say that a death on record is none; None when it was taken back before."""
    rows = Death.objects.using(grant.alias).select_for_update()
    row = rows.filter(
        id=death, subject_id=grant.subject_id, withdrawn_on=None, agreed_by__isnull=False
    ).first()
    return row.contest_reason if row is not None else None


def taken_back(grant: gate.Grant, *, reason: str) -> bool:
    """Whether this very correction was made before: no death stands, and the last one went with these words."""
    row = Death.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("-id").first()
    return row is not None and row.withdrawn_on is not None and row.reason == reason.strip()


def _stop(grant: gate.Grant, after: int) -> list[list[int | str | None]]:
    """Monthly orders end with the month of death; returns what they were."""
    rows = Payable.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, monthly=True, state="approved"
    )
    changed: list[list[int | str | None]] = []
    for one in rows:
        if one.until is None or one.until > after:
            changed.append([one.id, one.until, one.reason])
            rows.filter(id=one.id).update(until=after, state="stopped", reason=REASON)
    return changed


def _end(grant: gate.Grant, after: int) -> list[list[int | str]]:
    rows = Enrolment.objects.using(grant.alias).filter(subject_id=grant.subject_id, until=None)
    changed: list[list[int | str]] = []
    for one in rows.filter(state__in=("active", "suspended", "retired")):
        changed.append([one.id, one.state, one.reason])
        rows.filter(id=one.id).update(until=max(after, one.since), state="terminated", reason=REASON)
    return changed


def _overpaid(grant: gate.Grant, row: Death, after: int, on: date) -> None:
    """Months paid after the death are to come back (经办条例第四十六条)."""
    paid = Benefit.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, month__gte=after, paid_on__isnull=False
    )
    sums: dict[str, int] = {}
    for one in paid:
        sums[one.kind] = sums.get(one.kind, 0) + one.amount_fen
    for kind, fen in sums.items():
        Recovery.objects.using(grant.alias).create(
            subject_id=grant.subject_id, kind=kind, amount_fen=fen, reason="死亡后多发", since=on,
            case_no=f"death/{row.id}",
        )  # fmt: skip


def _resume(grant: gate.Grant, was: list[Any], row: Death, on: date) -> int:
    """One order goes on as it was: the next batch pays the months since; returns what they are up to last month."""
    number, until, reason = was
    orders = Payable.objects.using(grant.alias).filter(id=number, subject_id=grant.subject_id, reason=REASON)
    one = orders.first()
    if one is None:
        return 0
    orders.update(until=until, state="approved", reason=reason)
    paid = set(
        Benefit.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id, kind=one.kind)
        .values_list("month", flat=True)
    )
    month, owed = months.plus(months.of(row.died_on), 1), 0
    while month < months.of(on) and (until is None or month < int(until)):
        owed += one.amount_fen if month not in paid and month >= one.since else 0
        month = months.plus(month, 1)
    return owed
