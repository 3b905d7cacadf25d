"""Employers' agents (单位经办人): an account of its own, bound to an employer, opened by a clerk, ended at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connections, transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, handover, logins, passwords, reviews, telling
from shebao.identity.models import Account, Agency, Credential
from shebao.identity.reviews import Open
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import gate, keys
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.agent"
YEAR = timedelta(days=365)
WAITING = "agent_review"
STATES = {"requested": "等窗口审核", "active": "已开通", "refused": "没有通过", "revoked": "已停用"}


@dataclass(frozen=True)
class Bound:
    """Which employer an agent speaks for."""

    id: int
    actor_id: int
    employer_subject: int
    state: str


def ask(
    *,
    employer_subject: int,
    unit: str,
    name: str,
    id_number: str,
    login: str,
    password: str,
    now: datetime,
    code: str = "",
) -> str:
    """Registers an agent's account for an employer; it opens when a clerk has checked the card. Returns the review.

    With a colleague's code (交接码) it opens at once, hers ends, and nothing is returned. The door finds the employer
    by its unified code. Refuses an unknown person, a taken log-in, a weak password, a wrong code.
    """
    chosen = logins.check(login)
    checked = citizen.inspect(id_number)
    passwords.check(password, login=chosen, id_number=checked.normalised)
    attempt = attempts.begin("agent", checked.normalised or id_number[:40], now=now)
    digest = keys.blind("real_name", f"{checked.normalised}|{accounts.plain_name(name)}")
    person = telling.find_subject("real_name", digest) if checked.valid else None
    if person is None:
        raise attempts.failed(
            attempt,
            Refusal("precondition_unmet", "姓名和身份证号没有和登记对上，填的内容没有留下。",
                    "带单位介绍信到任一大厅", "/contact/"),
        )  # fmt: skip
    if code:
        _check_code(attempt, employer_subject, person, code, now)
    attempts.succeeded(attempt)
    secret = passwords.hashed(password)
    with transaction.atomic(using=ALIAS):
        actor_id = _account(unit, chosen, secret)
        telling.put_active(actor_id, active=False, reason=WAITING)
        row = Agency.objects.using(ALIAS).create(
            actor_id=actor_id,
            person_id=person,
            employer_id=employer_subject,
            state="requested",
            requested_at=now,
        )
        telling.happened("agent_ask", PROCESS, actor_id=actor_id, account_id=actor_id, subject_id=person,
                         writes=("agency.bond",))  # fmt: skip
        if not code:
            return reviews.ask(kind="agent", subject_id=person, target=row.id, now=now)
        before = handover.giver(employer_subject=employer_subject, person=person, code=code, now=now)
        if before is None:
            raise Refusal(
                "conflict",
                "交接码刚被收回，账号没有开通。",
                "请同事再开一个",
                "/register/agent",
                field="code",
            )
        telling.put_active(actor_id, active=True)
        _open(row, before.actor_id, now)
        _end(before, before.actor_id, "agent_handed", now)
        return ""


def _check_code(
    attempt: attempts.Attempt, employer_subject: int, person: int, code: str, now: datetime
) -> None:
    with transaction.atomic(using=ALIAS):
        found = handover.giver(employer_subject=employer_subject, person=person, code=code, now=now)
    if found is None:
        wrong = "交接码不对，或者过了七天。没有交接码就空着。"
        raise attempts.failed(attempt, Refusal("precondition_unmet", wrong, field="code"))


def bind(*, actor_id: int, employer_subject: int, person: int | None, by: str, now: datetime) -> int:
    """Binds an agent's account for an installation; returns the binding."""
    if by != "installation":
        raise ValueError("only an installation binds without a clerk")
    with transaction.atomic(using=ALIAS):
        row = Agency.objects.using(ALIAS).create(
            actor_id=actor_id,
            person_id=person,
            employer_id=employer_subject,
            state="requested",
            requested_at=now,
        )
        _open(row, actor_id, now)
    return row.id


def decided(one: Open, by: Actor, approve: bool, reason: str, now: datetime, post: Post) -> None:
    """A clerk's decision on an agent's registration. Part of `reviews.decide`."""
    row = Agency.objects.using(ALIAS).select_for_update().get(id=one.target)
    if approve:
        telling.put_active(row.actor_id, active=True)
        _open(row, by.actor_id or 0, now)
    else:
        row.state, row.decided_at = "refused", now
        row.save(using=ALIAS)
        Account.objects.using(ALIAS).filter(actor_id=row.actor_id).update(login=f"refused-{row.actor_id}")
    telling.happened("agent_" + ("open" if approve else "refuse"), PROCESS, actor_id=by.actor_id,
                     account_id=row.actor_id, subject_id=row.person_id, writes=("agency.bond",), reason=reason,
                     case=one.no)  # fmt: skip
    if row.person_id is not None:
        post(subject=row.person_id, template="account.reviewed", alias=ALIAS,
             params={"kind": "单位经办账号", "result": STATES[row.state], "reason": reason})  # fmt: skip


def waiting_for(employers: Collection[int]) -> list[tuple[Open, str]]:
    """The agents of these employers that wait for somebody's yes, with the log-in each of them chose."""
    rows = Agency.objects.using(ALIAS).filter(employer_id__in=employers, state="requested")
    logins_of = dict(
        Account.objects.using(ALIAS)
        .filter(actor_id__in=[row.actor_id for row in rows])
        .values_list("actor_id", "login")
    )
    found = reviews.about("agent", {row.id for row in rows})
    actors = {row.id: row.actor_id for row in rows}
    return [(one, logins_of.get(actors[one.target], "")) for one in found]


def confirm(
    no: str, *, approve: bool, employers: Collection[int], by: Actor, now: datetime, post: Post
) -> None:
    """The legal representative's (法定代表人) own word on an agent of her employers, instead of a clerk's."""
    one = next((one for one, _ in waiting_for(employers) if one.no == no), None)
    if one is None:
        raise Refusal(
            "not_found", "没有等您确认的经办人，或者已经有人决定了。", "看我的单位", "/account/units/"
        )
    said = "法定代表人确认" if approve else "法定代表人不同意"
    reviews.close(no, approve=approve, reason=said, effect=decided, post=post, by=by, now=now)


def serving(employers: Collection[int]) -> list[tuple[Bound, str, datetime | None]]:
    """The agents of these employers now: the bond, the log-in, since when."""
    rows = list(Agency.objects.using(ALIAS).filter(employer_id__in=employers, state="active").order_by("id"))
    names = dict(
        Account.objects.using(ALIAS)
        .filter(actor_id__in=[row.actor_id for row in rows])
        .values_list("actor_id", "login")
    )
    return [
        (Bound(row.id, row.actor_id, row.employer_id, row.state), names.get(row.actor_id, ""), row.decided_at)
        for row in rows
    ]


def dismiss(*, agency_id: int, employers: Collection[int], by: Actor, now: datetime) -> None:
    """The legal representative (法定代表人) ends the role of an agent of her own employers, at the next statement."""
    with transaction.atomic(using=ALIAS):
        rows = Agency.objects.using(ALIAS).select_for_update()
        row = rows.filter(id=agency_id, state="active", employer_id__in=employers).first()
        if row is None:
            raise Refusal("not_found", "没有这个经办人，或者已经停用。", "看我的单位", "/account/units/")
        _end(row, by.actor_id, "agent_revoked", now)


def asked(one: Open) -> Bound:
    """The binding that a review is about."""
    row = Agency.objects.using(ALIAS).get(id=one.target)
    return Bound(row.id, row.actor_id, row.employer_id, row.state)


def revoke(*, agency_id: int, by: Actor, now: datetime) -> None:
    """Ends an agent's account at the next statement. A supervisor, or the agent herself."""
    with transaction.atomic(using=ALIAS):
        row = Agency.objects.using(ALIAS).select_for_update().filter(id=agency_id, state="active").first()
        if row is None or (by.role != "supervisor" and by.actor_id != row.actor_id):
            raise Refusal("not_found", "没有这个经办账号，或者已经停用。", "回首页", "/")
        _end(row, by.actor_id, "agent_revoked", now)


def employer_of(by: Actor) -> Bound | None:
    """The employer this agent speaks for now; None when the actor is no agent or the binding has ended."""
    row = Agency.objects.using(ALIAS).filter(actor_id=telling.account_number(by), state="active").first()
    return Bound(row.id, row.actor_id, row.employer_id, row.state) if row else None


def _account(unit: str, login: str, secret: str) -> int:
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select identity.make_account('employer_agent', null, %s, '', null, %s)",
            [unit, gate.request_id.get()],
        )
        (actor_id,) = cursor.fetchone()
    try:
        with transaction.atomic(using=ALIAS):
            Account.objects.using(ALIAS).create(actor_id=actor_id, login=login)
    except IntegrityError:
        raise Refusal("conflict", "这个登录名有人用了。", "换一个登录名", field="login") from None
    Credential.objects.using(ALIAS).create(account_id=actor_id, kind="password", secret=secret)
    return int(actor_id)


def _end(row: Agency, by: int | None, reason: str, now: datetime) -> None:
    row.state, row.ended_at = "revoked", now
    row.heir_id = row.heir_digest = row.heir_until = None
    row.save(using=ALIAS)
    if row.reach_id is not None:
        telling.end_reach(row.reach_id)
    telling.put_active(row.actor_id, active=False, reason=reason)
    telling.happened("agent_end", PROCESS, actor_id=by, account_id=row.actor_id,
                     subject_id=row.person_id, writes=("agency.bond",))  # fmt: skip


def _open(row: Agency, by: int, now: datetime) -> None:
    row.state, row.decided_at = "active", now
    row.reach_id = telling.grant_reach(
        actor_id=row.actor_id, subject_id=row.employer_id, rule="employer", by=by,
        minutes=int(YEAR / timedelta(minutes=1)), scope=(), relation="单位",
    )  # fmt: skip
    row.save(using=ALIAS)
