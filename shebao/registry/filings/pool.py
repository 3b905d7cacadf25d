"""家庭共济: the owner of an account offers it, the other agrees in her own name, either ends it. Within an open grant."""

from datetime import date

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Filing

OWNER, MEMBER = "family-pool", "family-pool-member"
OPEN = ("pending", "active")


def bound(grant: gate.Grant, other: int | None, *kinds: str) -> Filing | None:
    """The open filing of the grant's person with another one, on either side or on the sides named."""
    if other is None:
        return None
    rows = Filing.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, other_id=other, kind__in=kinds or (OWNER, MEMBER), state__in=OPEN
    )
    return rows.order_by("-id").first()


def offer(grant: gate.Grant, *, other: int | None, relation: str, on: date, case: str) -> Filing:
    """The owner names a member of the family; nothing holds before she agrees."""
    return Filing.objects.using(grant.alias).create(
        subject_id=grant.subject_id, other_id=other, kind=OWNER, since=on, detail={"relation": relation},
        state="pending", case_no=case,
    )  # fmt: skip


def may_tell(grant: gate.Grant, other: int | None, case: str) -> bool:
    """Whether the person invited has an account and is told; writes the entry about her. Never shown to the inviter."""
    return other is not None and bool(
        _ask(grant, "select registry.pool_tell(%s, %s, %s)", grant.actor.token, other, case)
    )


def invited(grant: gate.Grant, owner: int | None, since: date) -> bool:
    """Whether this owner has named the grant's person since a day and waits for her word."""
    return owner is not None and bool(_ask(grant, "select registry.pool_invited(%s, %s)", owner, since))


def agree(grant: gate.Grant, *, owner: int, on: date, since: date, case: str) -> Filing:
    """The word of the grant's person: both filings hold from this day. Refuses what nobody offered since a day."""
    changed = _ask(
        grant, "select registry.pool_agree(%s, %s, %s, %s, %s)", grant.actor.token, owner, case, on, since
    )
    if not changed:
        raise Refusal("conflict", "没有查到这位家人发起的共济。", "看我的办件", "/cases/")
    return Filing.objects.using(grant.alias).create(
        subject_id=grant.subject_id, other_id=owner, kind=MEMBER, since=on, case_no=case
    )


def end(grant: gate.Grant, *, other: int, on: date, case: str) -> bool:
    """Ends the binding on both sides; whether the other side had agreed to one."""
    rows = Filing.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, other_id=other, kind__in=(OWNER, MEMBER), state__in=OPEN
    )
    rows.update(state="ended", until=on)
    return bool(_ask(grant, "select registry.pool_end(%s, %s, %s, %s)", grant.actor.token, other, case, on))


def _ask(grant: gate.Grant, sql: str, *values: int | str | bytes | date | None) -> object:
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
