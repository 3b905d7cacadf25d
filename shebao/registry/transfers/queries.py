"""关系转移 under an open grant: where it is, who holds it, since when, until when."""

from dataclasses import dataclass
from datetime import date

from shebao.privacy import gate
from shebao.registry.models import Transfer, TransferLeg
from shebao.registry.transfers.actions import LEGS, legs
from shebao.registry.transfers.documents import REASONS


@dataclass(frozen=True)
class Leg:
    """One leg. `holder` is here or there."""

    code: str
    name: str
    holder: str
    since: date
    due_on: date
    done_on: date | None
    late: bool


@dataclass(frozen=True)
class Standing:
    """One transfer with its legs; the open one is the last without `done_on`."""

    transfer: Transfer
    legs: tuple[Leg, ...]
    reason: str


def transfers(grant: gate.Grant) -> list[Transfer]:
    """All transfers of the person, newest first."""
    return list(Transfer.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("-id"))


def standing(grant: gate.Grant, today: date) -> list[Standing]:
    """The same, leg by leg."""
    mine: dict[int, list[Leg]] = {}
    for one in legs(grant):
        mine.setdefault(one.transfer_id, []).append(_leg(one, today))
    return [
        Standing(row, tuple(mine.get(row.id, ())), REASONS.get(row.reason, row.reason))
        for row in transfers(grant)
    ]


def _leg(one: TransferLeg, today: date) -> Leg:
    late = (one.done_on or today) > one.due_on
    return Leg(one.code, LEGS.get(one.code, one.code), one.holder, one.since, one.due_on, one.done_on, late)
