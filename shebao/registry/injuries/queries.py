"""工伤认定结论 and 劳动能力鉴定结论 under an open grant, newest first."""

from shebao.privacy import gate
from shebao.registry.models import Appraisal, Injury


def recognised(grant: gate.Grant) -> list[Injury]:
    """Injuries recognised, by the day of the accident."""
    rows = Injury.objects.using(grant.alias).filter(subject_id=grant.subject_id)
    return list(rows.order_by("-accident_on", "-id"))


def appraised(grant: gate.Grant, *, basis: str) -> list[Appraisal]:
    """Conclusions of one basis: injury or illness."""
    rows = Appraisal.objects.using(grant.alias).filter(subject_id=grant.subject_id, basis=basis)
    return list(rows.order_by("-decided_on", "-id"))
