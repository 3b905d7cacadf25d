"""Revoking a certificate (作废). Issuing is in `issue`."""

from datetime import datetime

from shebao.base.refusal import Refusal
from shebao.documents.models import Certificate
from shebao.privacy.gate import Actor, Grant

REASONS = {
    "holder_request": "本人申请作废",
    "data_corrected": "数据已更正",
    "issued_in_error": "出具有误",
    "misused": "被人冒用",
}
HOLDER_REASONS = frozenset({"holder_request", "misused"})


def revoke(grant: Grant, certificate_id: int, *, reason: str, now: datetime, by: Actor) -> None:
    """Revokes one certificate of the grant's person, for good; a citizen may give only a holder's reasons."""
    if by != grant.actor:
        raise Refusal("out_of_reach")
    if reason not in (HOLDER_REASONS if by.role == "citizen" else REASONS):
        raise Refusal("invalid_input", "作废的原因要从列出的里选。", field="reason")
    mine = Certificate.objects.using(grant.alias).filter(subject_id=grant.subject_id, id=certificate_id)
    if mine.filter(revoked_at=None).update(revoked_at=now, revoke_reason=reason):
        return
    if mine.exists():
        raise Refusal("conflict", "这份证明已经作废过了。", "看自己的证明", "/certificates/")
    raise Refusal("out_of_reach", "这份证明不是您的，不能作废。", "看自己的证明", "/certificates/")
