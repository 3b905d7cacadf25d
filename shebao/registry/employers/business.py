"""单位登记: an employer made from the shared registration of businesses (市场主体登记)."""

from dataclasses import dataclass
from datetime import date

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.rules.identity import uscc


@dataclass(frozen=True)
class Shared:
    """What the market authority shares of one code; `known`: state of our own registration, empty without one."""

    code: str
    name: str
    region: str
    state: str
    registered_on: date
    known: str
    mine: bool


def shared(actor: gate.Actor, code: str) -> Shared | None:
    """The shared registration of a code; None when there is none."""
    plain = uscc.normalise(code)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select name, region, state, registered_on, known, mine from registry.business(%s, %s)",
            [actor.token, plain],
        )
        row = cursor.fetchone()
    return None if row is None else Shared(plain, *row)


def register(grant: gate.Grant, *, code: str) -> int:
    """Registers the employer; returns its subject. Within a grant that writes `contribution.unit`."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select registry.register_employer(%s, %s)", [grant.subject_id, uscc.normalise(code)])
        (subject,) = cursor.fetchone()
    if subject is None:
        raise Refusal("conflict", "这家单位刚刚登记过了。", "查单位", "/employers/")
    return int(subject)


def led_by(actor: gate.Actor) -> dict[int, tuple[str, str]]:
    """Code and name of the employers whose legal representative this person is, by subject."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select subject_id, uscc, name from registry.units_of_legal(%s)", [actor.token])
        return {subject: (code, name) for subject, code, name in cursor.fetchall()}
