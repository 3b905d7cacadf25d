"""A few months of invented ledger entries (查看记录) for the cast, so that 谁看过 has something to show."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connections, transaction

from shebao.synth import cast
from shebao.synth.demonstration import STAFF
from shebao.synth.world import World, words

MONTHS = 6
SHANGHAI = timedelta(hours=8)
SEARCH, LOOK, REVEAL, LOAD = "desk.search", "desk.case", "desk.reveal", "data.load"
REASONS = ("核对参保年限", "办理待遇申领", "核对医保结算", "更正登记信息")


@dataclass(frozen=True)
class Entry:
    """One line to be written, at a moment of the past."""

    at: datetime
    kind: str
    process: str
    role: str
    subject: int
    items: tuple[str, ...]
    writes: tuple[str, ...] = ()
    case_no: str = ""
    reason: str = ""
    outcome: str = "allowed"


@dataclass(frozen=True)
class Case:
    """A window case that was opened and closed again."""

    no: str
    subject: int
    reason: str
    opened: datetime


def write(place: World, actors: dict[str, int], *, now: datetime) -> None:
    """Writes entries and closed cases in the order of time, as the owner."""
    rng = Random(len(place.divisions))
    entries: list[Entry] = []
    cases: list[Case] = []
    for subject, part in enumerate(cast.parts(place.axis.today), 1):
        entries += _checks(subject, now)
        busy = 3 if part.code == "gap" else 1
        for turn in range(busy):
            ago = 9 + turn * 47 + subject * 3
            case = _case(subject, now, ago, rng)
            cases.append(case)
            entries += _at_the_desk(case, rng)
    entries += _refused(now)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select privacy.make_actor('system', null, %s, '')", [words()["staff"]["checks"]])
        known = actors | {"system": int(cursor.fetchone()[0])}
        for case in cases:
            _keep_case(cursor, case, known)
        for entry in sorted(entries, key=lambda one: one.at):
            _keep(cursor, entry, known)


def _moment(now: datetime, days_ago: int, hour: int, minute: int) -> datetime:
    """An hour of a working day in China."""
    day = (now + SHANGHAI - timedelta(days=days_ago)).date()
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - SHANGHAI


def _checks(subject: int, now: datetime) -> list[Entry]:
    """Each month's declaration is entered by the system."""
    return [
        Entry(
            at=_moment(now, 5 + 30 * back, 6, 10 + subject), kind="write", process=LOAD, role="system",
            subject=subject, items=("person.id_number",), writes=("contribution.record",),
            reason="单位按月申报",
        )
        for back in range(MONTHS)
    ]  # fmt: skip


def _case(subject: int, now: datetime, ago: int, rng: Random) -> Case:
    opened = _moment(now, ago, rng.randint(9, 16), rng.randint(0, 59))
    local = opened + SHANGHAI
    number = f"BJ{local:%y%m%d}-{rng.randint(0, 999_999):06d}"
    return Case(number, subject, rng.choice(REASONS), opened)


def _at_the_desk(case: Case, rng: Random) -> list[Entry]:
    """Searching, looking, and sometimes revealing one value."""

    def later(minutes: int) -> datetime:
        return case.opened + timedelta(minutes=minutes)

    told = [
        Entry(case.opened, "read", SEARCH, "clerk", case.subject, ("person.id_number",), (), case.no, case.reason),
        Entry(
            later(1), "read", LOOK, "clerk", case.subject,
            ("person.name", "enrolment.record", "contribution.record"), (), case.no, case.reason,
        ),
    ]  # fmt: skip
    if rng.random() < 0.6:
        told.append(
            Entry(
                later(4), "reveal", REVEAL, "clerk", case.subject, ("person.phone",), (), case.no, case.reason
            )
        )
    if rng.random() < 0.4:
        told.append(
            Entry(
                later(95),
                "read",
                LOOK,
                "supervisor",
                case.subject,
                ("contribution.record",),
                (),
                case.no,
                case.reason,
            )
        )
    return told


def _refused(now: datetime) -> list[Entry]:
    """A partner without authorisation was stopped, and a clerk without a case."""
    return [
        Entry(
            at=_moment(now, 12, 20, 41), kind="refuse", process="enquiry.spending_detail", role="partner", subject=1,
            items=("claim.detail",), outcome="recipient_not_authorised", reason="没有授权",
        ),
        Entry(
            at=_moment(now, 76, 15, 22), kind="refuse", process=LOOK, role="clerk", subject=1,
            items=("contribution.record",), outcome="out_of_reach", reason="没有办件",
        ),
    ]  # fmt: skip


def _unit(role: str) -> str:
    named = {one.role: one.unit for one in STAFF}
    named |= {"system": words()["staff"]["checks"], "partner": words()["staff"]["partner"]}
    return named[role]


def _keep_case(cursor: Any, case: Case, actors: dict[str, int]) -> None:
    cursor.execute(
        "insert into cases_case (no, subject_id, kind, state, unit, reason, opened_by_id, opened_at, closed_at)"
        " values (%s, %s, 'enquiry', 'closed', %s, %s, %s, %s, %s)",
        [case.no, case.subject, _unit("clerk"), case.reason, actors["clerk"], case.opened,
         case.opened + timedelta(hours=3)],
    )  # fmt: skip


def _keep(cursor: Any, entry: Entry, actors: dict[str, int]) -> None:
    """The same row that privacy.write_entry makes, at a moment of the past."""
    cursor.execute(
        "insert into privacy_entry (at, kind, process, register_version, basis, actor_id, actor_role, actor_unit,"
        " subject_id, items, writes, case_no, reason, outcome)"
        " select %s, %s, %s, coalesce(p.register_version, ''), coalesce(p.basis, ''), %s, %s, %s, %s, %s, %s, %s, %s, %s"
        " from (select 1) one left join privacy_process p on p.code = %s and p.in_force",
        [entry.at, entry.kind, entry.process, actors[entry.role], entry.role, _unit(entry.role), entry.subject,
         list(entry.items), list(entry.writes), entry.case_no, entry.reason, entry.outcome, entry.process],
    )  # fmt: skip
