"""Standing in for somebody else (代办): whom a session may choose, whom it has chosen, and how it goes back.

The choice is kept with the session in the database and is worth what the reach is worth at the next statement.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.privacy.gate import Acting as Acting
from shebao.privacy.gate import Actor

AS_WHAT = {"guardian": "监护人", "mandate": "受委托人", "employer": "单位经办人"}


@dataclass(frozen=True)
class Choice:
    """One person (or employer) the account may stand in for; `scope`: the only items and purposes, empty for all."""

    reach_id: int
    subject_id: int
    rule: str
    relation: str
    scope: tuple[str, ...]
    until: datetime


def current(actor: Actor) -> Acting | None:
    """Whom this session stands in for at present; None when it speaks for its own person."""
    return actor.acting


def choices(actor: Actor) -> list[Choice]:
    """Everybody this account may stand in for now."""
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select reach_id, subject_id, rule, relation, scope, until from identity.acting_choices(%s)",
            [actor.token],
        )
        return [
            Choice(reach, subject, rule, relation, tuple(scope), until)
            for reach, subject, rule, relation, scope, until in cursor.fetchall()
        ]


def choose(actor: Actor, *, reach_id: int | None) -> None:
    """From now on this session stands in under this reach; None goes back to oneself.

    Refuses a reach that is another account's, has ended or was revoked.
    """
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.act_for(%s, %s, %s)", [actor.token, reach_id, gate.request_id.get()])
        (done,) = cursor.fetchone()
    if not done:
        raise Refusal(
            "out_of_reach", "您现在不能替这个人办，所以没有换。", "看家人和代办", "/account/guardians/"
        )


def as_what(actor: Actor, subject: int) -> str:
    """As what the actor works for this person: self, guardian, mandate or employer; empty: not at all."""
    if actor.subject_id == subject:
        return "self"
    if actor.acting is not None and actor.acting.subject_id == subject:
        return actor.acting.rule
    return next((one.rule for one in choices(actor) if one.subject_id == subject), "")


def scope(actor: Actor) -> tuple[str, ...] | None:
    """The only items and purposes of the mandate the actor stands in under; None: no mandate stands between."""
    if actor.acting is None or actor.acting.rule != "mandate":
        return None
    return next((one.scope for one in choices(actor) if one.reach_id == actor.acting.reach_id), ())


def require(actor: Actor, item: str) -> Acting | None:
    """Whom the actor stands in for, when this business (事项编号) may be done so; None: her own.

    Refuses an item outside the mandate (委托书没有写的事项).
    """
    if actor.acting is None:
        return None
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.may_act(%s, %s)", [actor.token, item])
        (allowed,) = cursor.fetchone()
    if not allowed:
        raise Refusal(
            "out_of_reach",
            "对方的委托里没有写这件事，所以办不了。",
            "请对方补一份委托",
            "/account/guardians/",
        )
    return actor.acting
