"""接收方式: whether an e-mail address was confirmed by a link, and stopping all mail to it at once."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing
from shebao.notices.models import Contact
from shebao.privacy import gate, keys, masks, vault

PROCESS = "notice.contact"
CONTACT, EMAIL, PHONE = "message.contact", "person.email", "person.phone"
LINK_HOURS = 24
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class Ways:
    """How the person can be reached, as she sees it: masked."""

    email: str
    email_confirmed: bool
    phone: str


def mark(channel: str, address: str) -> bytes:
    """A keyed digest: tells whether two addresses are one, and nothing else."""
    key = keys.installation_key(settings.SECRET_FILE, f"notices|{channel}")
    return hmac.digest(key, address.strip().lower().encode(), "sha256")


def confirmed(grant: gate.Grant, channel: str, address: str) -> bool:
    """Whether the person has confirmed this very address."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select notices.confirmed(%s, %s, %s)", [grant.subject_id, channel, mark(channel, address)]
        )
        return bool(cursor.fetchone()[0])


def ways(by: gate.Actor) -> Ways:
    """What stands in the vault for this person, masked."""
    with gate.open(by, PROCESS, items=(EMAIL, PHONE, CONTACT)) as grant:
        kept = vault.read(grant, (EMAIL, PHONE))
        email = kept.get(EMAIL, "")
        return Ways(
            email=_masked_email(email),
            email_confirmed=bool(email) and confirmed_by_owner(grant, "email", email),
            phone=masks.mask(PHONE, kept.get(PHONE, "")),
        )


def confirmed_by_owner(grant: gate.Grant, channel: str, address: str) -> bool:
    """The same question under the person's own entry."""
    rows = Contact.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, channel=channel, mark=mark(channel, address), verified_at__isnull=False
    )
    return rows.exists()


def start_email(*, address: str, now: datetime, by: gate.Actor) -> None:
    """Keeps an address, unconfirmed, and sends a link to it; until then nothing else goes there."""
    wanted = address.strip()
    if len(wanted) > 254 or not _ADDRESS.fullmatch(wanted):
        raise Refusal("invalid_input", "邮箱写得不完整，请检查。", "改一改邮箱", field="email")
    with gate.open(by, PROCESS, items=(EMAIL, CONTACT), writes=(EMAIL, CONTACT)) as grant:
        vault.write(grant, EMAIL, wanted)
        token = sealing.token()
        _keep(grant, "email", wanted, token=token, until=now + timedelta(hours=LINK_HOURS))
        actions.post_link(
            subject=grant.subject_id,
            template="account.email_link",
            to=wanted,
            link=f"{settings.BASE_URL}/inbox/confirm/{token.hex()}",
            alias=grant.alias,
        )


def verify_contact(*, grant: gate.Grant, channel: str, address: str, now: datetime) -> None:
    """Notes that an address was confirmed another way (a code, a hall); the grant must write message.contact."""
    _keep(grant, channel, address, verified_at=now)


def confirm(token: bytes) -> str:
    """The link in the mail was opened: confirmed, expired or not_found."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select notices.confirm(%s, %s)", [token, gate.request_id.get()])
        return str(cursor.fetchone()[0])


def remove_email(by: gate.Actor) -> None:
    """Removes the address; all mail to it stops at once, queued mail goes on to the next channel."""
    with gate.open(by, PROCESS, items=(EMAIL, CONTACT), writes=(EMAIL, CONTACT)) as grant:
        remove_contact(grant=grant, channel="email")
        with connections[grant.alias].cursor() as cursor:
            cursor.execute(
                "delete from privacy_vault where subject_id = %s and item = %s", [grant.subject_id, EMAIL]
            )


def remove_contact(*, grant: gate.Grant, channel: str) -> int:
    """Ends the confirmation of a channel and stops what is queued for it; returns how many were stopped."""
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select notices.stop_channel(%s, %s)", [grant.subject_id, channel])
        return int(cursor.fetchone()[0])


def _keep(
    grant: gate.Grant,
    channel: str,
    address: str,
    *,
    verified_at: datetime | None = None,
    token: bytes | None = None,
    until: datetime | None = None,
) -> None:
    Contact.objects.using(grant.alias).filter(subject_id=grant.subject_id, channel=channel).delete()
    Contact.objects.using(grant.alias).bulk_create(
        [
            Contact(
                subject_id=grant.subject_id,
                channel=channel,
                mark=mark(channel, address),
                verified_at=verified_at,
                token=sha256(token).digest() if token else None,
                token_until=until,
            )
        ]
    )


def _masked_email(address: str) -> str:
    name, _, place = address.partition("@")
    return f"{name[:1]}…@{place}" if place else ""
