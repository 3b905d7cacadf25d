"""Account reviews (账号审核): what a clerk decides before an account, a bond or a number changes."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections, transaction

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.base.workdays import add_working_days
from shebao.identity import telling
from shebao.identity.models import Review
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import gate
from shebao.privacy.gate import Actor

KINDS = {
    "guardianship": "登记监护",
    "agent": "开通单位经办账号",
    "contact": "更换联系方式",
    "unfreeze": "解冻账号",
    "claim": "认领账号",
}
BY_SUPERVISOR = ("unfreeze", "contact", "claim")
LIMIT_WORKDAYS = 5
Effect = Callable[["Open", Actor, bool, str, datetime, Post], None]


@dataclass(frozen=True)
class Open:
    """One review as the desk's list shows it: no name, no number."""

    no: str
    kind: str
    kind_name: str
    subject_id: int
    target: int
    state: str
    opened_at: datetime
    due_on: date
    needs_supervisor: bool


def ask(*, kind: str, subject_id: int, target: int, now: datetime) -> str:
    """Opens a review; returns its number. Inside the caller's transaction."""
    number = f"ZH{clock.china(now):%y%m%d}-{secrets.randbelow(10**6):06d}"
    Review.objects.using(ALIAS).create(
        no=number, kind=kind, subject_id=subject_id, target=target, state="open", opened_at=now,
        due_on=add_working_days(clock.today_in_china(now), LIMIT_WORKDAYS).day,
    )  # fmt: skip
    return number


def waiting(by: Actor) -> list[Open]:
    """The open reviews, the one due first at the top. Refuses who is not a clerk or supervisor."""
    _staff(by)
    rows = Review.objects.using(ALIAS).filter(state="open").order_by("due_on", "id")[:200]
    return [_open(row) for row in rows]


def take(no: str, *, by: Actor) -> Open:
    """Opens one review: from now on its clerk reaches this person, and the person sees it.

    Refuses one that is decided, and one of the clerk herself.
    """
    _staff(by)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select identity.take_review(%s, %s, %s)", [by.token, no, gate.request_id.get()])
        (outcome,) = cursor.fetchone()
    if outcome != "allowed":
        raise _no(outcome)
    return _open(Review.objects.using(ALIAS).get(no=no))


def decide(
    no: str,
    *,
    approve: bool,
    reason: str,
    effects: Mapping[str, Effect],
    post: Post,
    by: Actor,
    now: datetime,
) -> None:
    """Decides once: the effect, the entry and the message to the person exist together.

    Refuses without a reason, one not taken, a second decision, a kind that needs a supervisor.
    """
    one = take(no, by=by)
    if len(reason.strip()) < 4:
        raise Refusal("invalid_input", "写明理由，至少 4 个字。对方会看到。", "补上理由", field="reason")
    if one.needs_supervisor and by.role != "supervisor":
        raise Refusal("purpose_not_allowed", "这一类要科长决定。", "交给科长", "/desk/accounts/")
    close(no, approve=approve, reason=reason.strip(), effect=effects[one.kind], post=post, by=by, now=now)


def close(
    no: str, *, approve: bool, reason: str, effect: Effect, post: Post, by: Actor, now: datetime
) -> None:
    """Writes a decision whose maker the caller has judged. Refuses a second one."""
    with transaction.atomic(using=ALIAS):
        row = Review.objects.using(ALIAS).select_for_update().get(no=no)
        if row.state != "open":
            raise _no("not_found")
        row.state, row.reason = "approved" if approve else "refused", reason
        row.decided_at, row.decided_by = now, by.actor_id
        row.save(using=ALIAS)
        telling.close_case(no)
        effect(_open(row), by, approve, reason, now, post)


def about(kind: str, targets: Collection[int]) -> list[Open]:
    """The open reviews of a kind about these targets."""
    rows = Review.objects.using(ALIAS).filter(kind=kind, target__in=targets, state="open").order_by("id")
    return [_open(row) for row in rows]


def of_subject(subject_id: int) -> list[Open]:
    """The reviews of a person that are still open."""
    rows = Review.objects.using(ALIAS).filter(subject_id=subject_id, state="open").order_by("id")
    return [_open(row) for row in rows]


def _open(row: Review) -> Open:
    return Open(
        row.no, row.kind, KINDS[row.kind], row.subject_id, row.target, row.state, row.opened_at, row.due_on,
        row.kind in BY_SUPERVISOR,
    )  # fmt: skip


def _staff(by: Actor) -> None:
    if by.role not in ("clerk", "supervisor") or not by.active:
        raise Refusal("purpose_not_allowed", "这一页不给您的岗位用。", "回首页", "/")


def _no(outcome: str) -> Refusal:
    if outcome == "not_found":
        return Refusal("not_found", "没有这件审核，或者已经有人决定了。", "回审核列表", "/desk/accounts/")
    if outcome == "out_of_reach":
        return Refusal("out_of_reach", "自己的账号要别人来审核。", "回审核列表", "/desk/accounts/")
    return Refusal(outcome)
