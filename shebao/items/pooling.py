"""家庭共济: how long an invitation holds, and who is told when it is made, agreed, ended or over."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.items import telling
from shebao.items.facts import Facts
from shebao.notices import actions as notices
from shebao.registry.filings import pool

OWN_RULE = "本平台规则"
DAYS = 30
ALIAS = "worker"


def days() -> int:
    """Days an invitation holds; a rule of this platform, no law names one."""
    return int(settings.DEPLOYMENT.get("pool", {}).get("offer_days", DAYS))


def since(today: date) -> date:
    """Invitations of this day or later still hold."""
    return today - timedelta(days=days())


def invite(facts: Facts) -> None:
    """Tells the person invited, when she has an account; what the inviter sees does not depend on it."""
    if pool.may_tell(facts.grant, facts.other_id, facts.case_no):
        until = telling.day(facts.today + timedelta(days=days()))
        notices.post(
            subject=facts.other_id or 0,
            template="pool.invited",
            params={"until": until},
            alias=facts.grant.alias,
        )


def both(facts: Facts, template: str) -> None:
    """Tells both ends of a binding; the entry about the other was written with the change."""
    for subject in (facts.subject_id, facts.other_id):
        if subject is not None:
            notices.post(subject=subject, template=template, params={}, alias=facts.grant.alias)


def expire(*, now: datetime) -> int:
    """Invitations nobody answered end; returns how many people were told. Running again changes nothing."""
    today = today_in_china(now)
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute("select registry.pool_expire(%s, %s)", [since(today), today])
        told = [int(row[0]) for row in cursor.fetchall()]
        for subject in told:
            notices.post(subject=subject, template="pool.expired", params={"days": days()}, alias=ALIAS)
    return len(told)
