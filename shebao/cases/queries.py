"""Cases in the hands of a clerk; no names and no numbers before a case is opened."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.cases.actions import KINDS
from shebao.privacy import gate


@dataclass(frozen=True)
class Mine:
    """办件 as its clerk sees it in the list."""

    no: str
    kind: str
    kind_name: str
    state: str
    reason: str
    opened_at: datetime
    subject_id: int


def mine(actor: gate.Actor) -> list[Mine]:
    """The open cases the actor has taken, newest first."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select case_no, kind, state, reason, opened_at, subject_id from cases.mine(%s)", [actor.token]
        )
        return [
            Mine(no, kind, KINDS.get(kind, kind), state, reason, opened_at, subject)
            for no, kind, state, reason, opened_at, subject in cursor.fetchall()
        ]


def one(actor: gate.Actor, case_no: str) -> Mine:
    """One of them. Refuses a case that is not the actor's."""
    for case in mine(actor):
        if case.no == case_no:
            return case
    raise Refusal("out_of_reach", "这个办件不在您手上，所以打不开。", "回到办件列表", "/desk/")
