"""交接经办: an agent hands her role to a colleague with a code; the colleague's account opens and hers ends at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, telling
from shebao.identity.models import Agency
from shebao.identity.telling import ALIAS
from shebao.privacy import keys
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.agent"
LIFE = timedelta(days=7)
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


@dataclass(frozen=True)
class Bond:
    """What an agent may know of her own role."""

    id: int
    since: datetime | None
    agents: int
    handing_until: datetime | None


def bond(by: Actor, *, now: datetime) -> Bond:
    """Her role, how many agents the employer has, and whether a code is out. Refuses who has no role."""
    row = _mine(by)
    agents = Agency.objects.using(ALIAS).filter(employer_id=row.employer_id, state="active").count()
    waiting = row.heir_until if row.heir_until and row.heir_until > now else None
    return Bond(row.id, row.decided_at, agents, waiting)


def offer(by: Actor, *, name: str, id_number: str, now: datetime) -> str:
    """A code for one colleague, good for seven days; an earlier one ends. Refuses a person not on file, and oneself."""
    row = _mine(by)
    checked = citizen.inspect(id_number)
    attempt = attempts.begin("handover", str(row.id), now=now)
    digest = keys.blind("real_name", f"{checked.normalised}|{accounts.plain_name(name)}")
    heir = telling.find_subject("real_name", digest) if checked.valid else None
    if heir is None:
        raise attempts.failed(
            attempt,
            Refusal("precondition_unmet", "姓名和身份证号没有和登记对上，请核对。", field="id_number"),
        )
    if heir == row.person_id:
        raise Refusal("precondition_unmet", "这是您自己，请写同事。", field="id_number")
    attempts.succeeded(attempt)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    with transaction.atomic(using=ALIAS):
        row.heir_id, row.heir_digest, row.heir_until = heir, _digest(code), now + LIFE
        row.save(using=ALIAS)
        _told(row, by, "agent_offer")
    return code


def take_back(by: Actor) -> None:
    """The code is worth nothing any more."""
    row = _mine(by)
    with transaction.atomic(using=ALIAS):
        row.heir_id = row.heir_digest = row.heir_until = None
        row.save(using=ALIAS)
        _told(row, by, "agent_offer_end")


def giver(*, employer_subject: int, person: int, code: str, now: datetime) -> Agency | None:
    """The agent who handed her role to this person with this code; None for a wrong or old one. Locked."""
    wanted = "".join(code.split()).upper()
    rows = (
        Agency.objects.using(ALIAS)
        .select_for_update()
        .filter(employer_id=employer_subject, heir_id=person, state="active", heir_until__gt=now)
    )
    return next(
        (row for row in rows if secrets.compare_digest(bytes(row.heir_digest or b""), _digest(wanted))), None
    )


def _mine(by: Actor) -> Agency:
    row = Agency.objects.using(ALIAS).filter(actor_id=telling.account_number(by), state="active").first()
    if row is None:
        raise Refusal("out_of_reach", "您的经办授权已经结束。", "看怎样开通", "/register/agent")
    return row


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()


def _told(row: Agency, by: Actor, what: str) -> None:
    telling.happened(what, PROCESS, actor_id=by.actor_id, account_id=row.actor_id, subject_id=row.person_id,
                     writes=("agency.bond",))  # fmt: skip
