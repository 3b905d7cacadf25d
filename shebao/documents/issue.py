"""Issuing a certificate (出具证明): typeset, seal, store encrypted. Whether to issue is decided above."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.documents import codes, sign, store
from shebao.documents.content import Content
from shebao.documents.content import masked as masked_content
from shebao.documents.facts import facts, locked
from shebao.documents.issuer import Issuer, read_issuer
from shebao.documents.models import Certificate
from shebao.documents.render import typeset
from shebao.documents.sheet import compose
from shebao.privacy.gate import Actor, Grant


def current_issuer() -> Issuer:
    """The issuer of this instance's profile."""
    return read_issuer(Path(settings.PROFILES) / settings.PROFILE, settings.BASE_URL)


def issue(grant: Grant, content: Content, *, masked: bool = True, now: datetime, by: Actor) -> Certificate:
    """One sealed certificate of the grant's person, in the grant's transaction; refuses another's grant."""
    if by != grant.actor:
        raise Refusal("out_of_reach")
    issuer = current_issuer()
    shown = masked_content(content) if masked else content
    code = codes.new_code()
    last4 = content.holder.last4
    form = issuer.forms[content.kind]
    issued_on = clock.today_in_china(now)
    valid_until = issued_on + timedelta(days=form.valid_days)
    serial = f"{issuer.prefix}-{form.letters}-{issued_on:%Y%m%d}-{_next_number(grant.alias):07d}"
    sheet = compose(shown, issuer, serial=serial, code=code, issued_at=now, valid_until=valid_until)
    pdf = sign.sign(typeset(sheet, now), Path(settings.HOME))
    return Certificate.objects.using(grant.alias).create(
        subject_id=grant.subject_id,
        entry_id=grant.entry_id,
        kind=content.kind,
        serial=serial,
        code_digest=codes.code_digest(code),
        check_digest=codes.check_digest(code, last4),
        issued_at=now,
        expires_at=datetime.combine(valid_until + timedelta(days=1), time(), clock.CHINA).astimezone(UTC),
        masked=masked,
        period_from=content.since,
        period_until=content.until,
        content_hash=hashlib.sha256(pdf).digest(),
        facts=locked(facts(shown, sheet), code, last4),
        pdf=store.sealed(grant.subject_id, serial, pdf),
    )


def _next_number(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("select nextval('documents.serial')")
        number: int = cursor.fetchone()[0]
    return number
