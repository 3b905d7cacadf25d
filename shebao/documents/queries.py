"""A person's own certificates (我的证明), under an open grant for `certificate.record`."""

from dataclasses import dataclass
from datetime import datetime

from shebao.base.refusal import Refusal
from shebao.documents import store
from shebao.documents.content import KINDS, Kind
from shebao.documents.models import Certificate
from shebao.documents.render import file_name
from shebao.privacy.gate import Grant


@dataclass(frozen=True)
class Listed:
    """One certificate in the list."""

    id: int
    kind: Kind
    name: str
    serial: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    masked: bool
    period_from: int
    period_until: int
    content_hash: str

    def state(self, now: datetime) -> str:
        """valid | expired | revoked"""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= now else "valid"


@dataclass(frozen=True)
class Download:
    """A file to hand out: its name says kind and date only."""

    name: str
    content: bytes
    content_hash: str


def certificates(grant: Grant) -> list[Listed]:
    """All certificates of the grant's person, newest first."""
    rows = (
        Certificate.objects.using(grant.alias)
        .filter(subject_id=grant.subject_id)
        .order_by("-id")
        .defer("pdf", "facts")
    )
    return [_listed(row) for row in rows]


def certificate_file(grant: Grant, certificate_id: int) -> Download:
    """The PDF of one certificate of the grant's person; another person's is out of reach."""
    row = (
        Certificate.objects.using(grant.alias).filter(subject_id=grant.subject_id, id=certificate_id).first()
    )
    if row is None:
        raise Refusal("out_of_reach", "这份证明不是您的，所以打不开。", "看自己的证明", "/certificates/")
    kind = _kind(row)
    return Download(
        name=file_name(kind, row.issued_at),
        content=store.unsealed(row.subject_id, row.serial, bytes(row.pdf)),
        content_hash=bytes(row.content_hash).hex(),
    )


def _kind(row: Certificate) -> Kind:
    return next(kind for kind in KINDS if kind == row.kind)


def _listed(row: Certificate) -> Listed:
    kind = _kind(row)
    return Listed(
        id=row.id,
        kind=kind,
        name=KINDS[kind],
        serial=row.serial,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        masked=row.masked,
        period_from=row.period_from,
        period_until=row.period_until,
        content_hash=bytes(row.content_hash).hex(),
    )
