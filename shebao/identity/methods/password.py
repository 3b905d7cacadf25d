"""Account and password (账号和密码), for people and, with a one-time code, for staff."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.identity import attempts, limits, passwords
from shebao.identity.logins import normalise
from shebao.identity.methods import totp
from shebao.privacy import gate

CITIZEN_ROLES = ("citizen", "employer_agent")
FORGOT = attempts.WAYS["login"]


@dataclass(frozen=True)
class Proved:
    """Who was proved, how, and to which level (认证等级)."""

    actor_id: int
    role: str
    method: str
    level: int


@dataclass(frozen=True)
class _Known:
    actor_id: int
    role: str
    active: bool
    password: str | None
    totp: str | None


def finish(*, login: str, password: str, now: datetime) -> Proved:
    """A person by account and password; never says which half was wrong, locks after the profile's failures."""
    name = normalise(login)
    attempt = attempts.begin("login", name, now=now)
    known = _find(name, staff=False)
    right = _right(known.password if known else None, password, attempt)
    _judge(attempt, known, right, Refusal("login_required", "账号或密码不对，请再看一遍。", *FORGOT))
    assert known is not None
    _renew_hash(known, password)
    return Proved(known.actor_id, known.role, "password", 1)


def finish_staff(*, login: str, password: str, code: str, now: datetime) -> Proved:
    """Staff by account, password and one-time code; the same lock, the same silence about which part was wrong."""
    name = normalise(login)
    attempt = attempts.begin("desk", name, now=now)
    known = _find(name, staff=True)
    right = _right(known.password if known else None, password, attempt)
    if "totp" in limits.current().staff_methods:
        known_code = totp.finish(
            known.totp if known and right else None, known.actor_id if known else None, code, now=now
        )
        right = right and known_code
    _judge(
        attempt,
        known,
        right,
        Refusal("login_required", "账号、密码或动态码不对，请再看一遍。", *attempts.WAYS["desk"]),
    )
    assert known is not None
    _renew_hash(known, password)
    return Proved(known.actor_id, known.role, "password+totp", 2)


def confirm(actor_id: int, login: str, password: str, *, now: datetime) -> None:
    """The person in front of a running session, once more; counts like a log-in."""
    attempt = attempts.begin("login", login, now=now)
    known = _find(login, staff=None)
    right = _right(known.password if known else None, password, attempt)
    wrong = Refusal("invalid_input", "密码不对，请再看一遍。", *FORGOT, field="password")
    _judge(attempt, known, right and known is not None and known.actor_id == actor_id, wrong)


def whose(login: str, password: str) -> int | None:
    """The account that this pair opens, also a frozen one; None when it opens none. The caller counts tries."""
    known = _find(normalise(login), staff=False)
    right = passwords.matches(known.password if known else None, password)
    return known.actor_id if known is not None and right else None


def _find(name: str, *, staff: bool | None) -> _Known | None:
    with connections["login"].cursor() as cursor:
        cursor.execute("select actor_id, role, active, password, totp from identity.find_login(%s)", [name])
        row = cursor.fetchone()
    if row is None:
        return None
    known = _Known(*row)
    return known if staff is None or staff == (known.role not in CITIZEN_ROLES) else None


def _right(secret: str | None, password: str, attempt: attempts.Attempt) -> bool:
    try:
        return passwords.matches(secret, password)
    except Refusal:
        attempts.undone(attempt)
        raise


def _judge(attempt: attempts.Attempt, known: _Known | None, right: bool, wrong: Refusal) -> None:
    if not right:
        _note(known, "login_required")
        raise attempts.failed(attempt, wrong)
    attempts.succeeded(attempt)
    if known is not None and not known.active:
        _note(known, "account_suspended")
        raise Refusal(
            "account_suspended",
            "这个账号已经冻结或停用，登录不了。",
            "申请解冻，或者带身份证到任一大厅",
            "/account/unfreeze/",
        )


def _note(known: _Known | None, code: str) -> None:
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.refuse('identity.login', %s, %s, '', %s)",
            [known.actor_id if known else None, code, gate.request_id.get()],
        )


def _renew_hash(known: _Known, password: str) -> None:
    if known.password is None or not passwords.is_old(known.password):
        return
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "update identity_credential set secret = %s where account_id = %s and kind = 'password' and secret = %s",
            [passwords.hashed(password), known.actor_id, known.password],
        )
