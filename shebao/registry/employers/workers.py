"""在册职工: an employer's people, opened one by one for its agent within the employer's own open grant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys
from shebao.registry.models import Employer, Enrolment

PROCESS = "employer.worker"
READS = ("person.name", "person.id_number", "enrolment.record")
PAGE = 20


@dataclass(frozen=True)
class Billed:
    """账单的一行: one insurance of a month in one state. Fen."""

    month: int
    insurance: int
    state: str
    people: int
    base_fen: int
    employer_fen: int
    person_fen: int


@dataclass(frozen=True)
class Owed:
    """欠费 or 等缴款: a month of one insurance, without the person. Fen."""

    month: int
    insurance: int
    principal_fen: int


def employer(grant: gate.Grant) -> Employer:
    """The employer whose grant this is. Refuses a subject that is none."""
    row = Employer.objects.using(grant.alias).filter(subject_id=grant.subject_id).first()
    if row is None:
        raise Refusal("precondition_unmet", "这件事由单位经办人办。", "看谁能办", "/items/")
    return row


def count(grant: gate.Grant) -> int:
    """How many people are on the roster."""
    return int(_rows(grant, "select registry.roster_count()")[0][0])


def page(grant: gate.Grant, number: int) -> list[gate.Grant]:
    """A page of the roster; each person on it finds an entry in her ledger. Refuses with the gate's code."""
    found = _rows(
        grant, "select worker, entry, outcome from registry.roster(%s, %s, %s, %s, %s)",
        grant.actor.token, list(READS), PAGE, (number - 1) * PAGE, gate.request_id.get(),
    )  # fmt: skip
    return [_granted(grant, worker, entry, outcome, READS, ()) for worker, entry, outcome in found]


def on_roster(grant: gate.Grant, *, id_number: str, name: str) -> int | None:
    """The worker on the roster with this number and name; None for everybody else."""
    digest = keys.blind("real_name", f"{id_number}|{name}")
    found = _rows(grant, "select registry.on_roster(%s)", digest)[0][0]
    return None if found is None else int(found)


def many_on_roster(grant: gate.Grant, people: Sequence[tuple[str, str]]) -> list[int | None]:
    """The workers behind (number, name), in the order of the list; None for everybody who is not on the roster."""
    digests = [keys.blind("real_name", f"{id_number}|{name}") for id_number, name in people]
    found: list[int | None] = [None] * len(digests)
    for place, worker in _rows(grant, "select place, worker from registry.many_on_roster(%s)", digests):
        found[place - 1] = int(worker)
    return found


def numbered(grant: gate.Grant, *, id_number: str) -> int | None:
    """The worker on the roster with this ID number; None for everybody else."""
    digest = keys.blind("id_number", id_number)
    found = _rows(grant, "select registry.numbered_on_roster(%s)", digest)[0][0]
    return None if found is None else int(found)


def many_opened(
    grant: gate.Grant, people: Sequence[int], *, items: Sequence[str], writes: Sequence[str] = (), case: str
) -> dict[int, gate.Grant]:
    """Several workers of the employer at one call, by number. Refuses when one is somebody else's."""
    found = _rows(
        grant, "select worker, entry, outcome from registry.open_workers(%s, %s, %s, %s, %s, %s)",
        grant.actor.token, list(people), list(items), list(writes), case, gate.request_id.get(),
    )  # fmt: skip
    return {
        worker: _granted(grant, worker, entry, outcome, items, writes) for worker, entry, outcome in found
    }


def opened(
    grant: gate.Grant, worker: int, *, items: Sequence[str], writes: Sequence[str] = (), case: str
) -> gate.Grant:
    """One worker of the employer, in the same transaction. Refuses everybody else (`out_of_reach`)."""
    (entry, outcome), *_ = _rows(
        grant, "select entry, outcome from registry.open_worker(%s, %s, %s, %s, %s, %s)",
        grant.actor.token, worker, list(items), list(writes), case, gate.request_id.get(),
    )  # fmt: skip
    return _granted(grant, worker, entry, outcome, items, writes)


def beside(
    grant: gate.Grant, worker: int, *, items: Sequence[str], writes: Sequence[str] = (), case: str
) -> gate.Grant:
    """The worker of a case beside its employer, for the clerk who holds it: an entry of the same purpose."""
    (entry, outcome), *_ = _rows(
        grant, "select entry, outcome from privacy.open(%s, %s, %s, %s, %s, %s, %s, %s)",
        grant.actor.token, grant.process, worker, list(items), list(writes), case, "", gate.request_id.get(),
    )  # fmt: skip
    granted = _granted(grant, worker, entry, outcome, items, writes)
    return replace(granted, process=grant.process)


def of_employer(worker: gate.Grant, unit: Employer) -> list[Enrolment]:
    """The spells of a worker with this employer, newest first within an insurance; no other employer's."""
    return many_of_employer([worker], unit)[worker.subject_id]


def many_of_employer(opened: Sequence[gate.Grant], unit: Employer) -> dict[int, list[Enrolment]]:
    """The same for several opened workers, by number."""
    found: dict[int, list[Enrolment]] = {worker.subject_id: [] for worker in opened}
    if opened:
        rows = Enrolment.objects.using(opened[0].alias).filter(subject_id__in=list(found), employer=unit)
        for row in rows.order_by("insurance", "-since"):
            found[row.subject_id].append(row)
    return found


def declare(worker: gate.Grant, *, unit: Employer, month: int, wage_fen: int, case: str) -> None:
    """申报工资 of a worker from a month on, in place of an earlier declaration for the same month."""
    declare_all([(worker, month, wage_fen)], unit=unit, case=case)


def declare_all(wages: Sequence[tuple[gate.Grant, int, int]], *, unit: Employer, case: str) -> None:
    """The same for several workers: (worker, month, wage in fen)."""
    if not wages:
        return
    with connections[wages[0][0].alias].cursor() as cursor:
        cursor.execute(
            "insert into registry_wage (subject_id, month, employer_id, wage_fen, case_no)"
            " select w.subject_id, w.month, %s, w.wage_fen, %s"
            " from unnest(%s::bigint[], %s::int[], %s::bigint[]) w(subject_id, month, wage_fen)"
            " on conflict (subject_id, month) do update"
            " set employer_id = excluded.employer_id, wage_fen = excluded.wage_fen, case_no = excluded.case_no",
            [unit.id, case, *map(list, zip(*((w.subject_id, m, fen) for w, m, fen in wages), strict=True))],
        )


def bill(grant: gate.Grant, *, month: int = 0) -> list[Billed]:
    """The bill of a month; 0: the newest there is. Empty when there is none."""
    return [
        Billed(*row)
        for row in _rows(
            grant, "select month, insurance, state, people, base_fen, employer_fen, person_fen"
            " from registry.bill(%s)",
            month,
        )
    ]  # fmt: skip


def waiting(grant: gate.Grant) -> list[Owed]:
    """What waits for payment by month and insurance, oldest first."""
    return [
        Owed(*row)
        for row in _rows(grant, "select month, insurance, amount_fen from registry.months_waiting()")
    ]


def arrears(grant: gate.Grant) -> list[Owed]:
    """Everything the employer owes, oldest first."""
    statement = "select month, insurance, principal_fen from registry.employer_arrears()"
    return [Owed(*row) for row in _rows(grant, statement)]


def close(grant: gate.Grant) -> None:
    """注销 of the employer. Within a grant that writes its registration."""
    _must(grant, "select registry.close_employer(%s)", grant.subject_id)


def change(grant: gate.Grant, *, name: str = "", industry: str = "") -> None:
    """A new name or industry; what is empty stays. Within a grant that writes its registration."""
    _must(grant, "select registry.change_employer(%s, %s, %s)", grant.subject_id, name, industry)


def _must(grant: gate.Grant, statement: str, *values: Any) -> None:
    if not _rows(grant, statement, *values)[0][0]:
        raise Refusal("out_of_reach")


def _rows(grant: gate.Grant, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())


def _granted(
    grant: gate.Grant, worker: int, entry: int, outcome: str, items: Sequence[str], writes: Sequence[str]
) -> gate.Grant:
    if outcome != "allowed":
        raise Refusal("out_of_reach" if outcome == "not_found" else outcome)
    return replace(
        grant, subject_id=worker, entry_id=entry, process=PROCESS, items=tuple(items), writes=tuple(writes)
    )
