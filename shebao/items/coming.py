"""近期安排: the person's own running matters for the home page, one round trip, no register opened."""

from datetime import date

from django.db import connections

from shebao.cases import states
from shebao.items import catalogue
from shebao.items.progress import CaseLine
from shebao.privacy import gate

MOST = 2


def agenda(*, today: date, by: gate.Actor, most: int = MOST) -> list[CaseLine]:
    """What waits for the person first, then by last day; drafts last."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select no, kind, state, due_on, supply_by, touched_at, bundle from cases.agenda(%s, %s)",
            [by.token, most],
        )
        rows = cursor.fetchall()
    running = states.WITH_OFFICE - {"decided"}
    return [
        CaseLine(
            no=no,
            code=kind,
            name=catalogue.named(kind),
            state=state,
            state_word=states.STATES[state],
            yours=state in states.WAITING_FOR_APPLICANT,
            due_on=due_on,
            supply_by=supply_by,
            late=bool(due_on and due_on < today and state in running),
            touched_at=touched_at,
            bundle=bundle,
        )
        for no, kind, state, due_on, supply_by, touched_at, bundle in rows
    ]
