"""Freezing and thawing (冻结和解冻): frozen at once by its owner; opened again after her real name and a supervisor."""

from datetime import datetime

from django.db import transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, limits, reviews, telling
from shebao.identity.methods import password as by_password
from shebao.identity.models import Review
from shebao.identity.reviews import Open
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.login"
FROZEN = "frozen_by_owner"


def ask(*, login: str, password: str, name: str, id_number: str, now: datetime) -> str:
    """Asks to open a frozen account: password and real name together. Returns the number of the review.

    Refuses any wrong part without saying which, and an account that is not frozen by its owner.
    """
    attempt = attempts.begin("thaw", login, now=now)
    wrong = Refusal(
        "invalid_input", "四项里有对不上的，请再看一遍。", f"打 {limits.service_line()} 问一问", "/contact/"
    )
    actor_id = by_password.whose(login, password)
    checked = citizen.inspect(id_number)
    pair = f"{checked.normalised}|{accounts.plain_name(name)}"
    person = telling.find_subject("real_name", keys.blind("real_name", pair)) if checked.valid else None
    found = telling.account_of(person) if person is not None else None
    if actor_id is None or person is None or found is None or found[0] != actor_id:
        raise attempts.failed(attempt, wrong)
    attempts.succeeded(attempt)
    if found[1] or found[2] != FROZEN:
        raise Refusal("conflict", "这个账号没有冻结，或者不是您自己冻结的。", "登录，或者联系我们", "/login")
    with transaction.atomic(using=ALIAS):
        waiting = Review.objects.using(ALIAS).filter(kind="unfreeze", subject_id=person, state="open").first()
        if waiting is not None:
            return waiting.no
        number = reviews.ask(kind="unfreeze", subject_id=person, target=actor_id, now=now)
        telling.happened("thaw_ask", PROCESS, actor_id=None, account_id=actor_id, subject_id=person,
                         case=number)  # fmt: skip
    return number


def decided(one: Open, by: Actor, approve: bool, reason: str, now: datetime, post: Post) -> None:
    """A supervisor's decision. Part of `reviews.decide`."""
    found = telling.account_of(one.subject_id)
    if found is None or found[0] != one.target:
        raise Refusal("not_found", "这个账号已经注销。", "回审核列表", "/desk/accounts/")
    if approve and not found[1] and found[2] == FROZEN:
        telling.put_active(one.target, active=True)
    telling.happened("reopen" if approve else "thaw_refuse", "desk.case", actor_id=by.actor_id,
                     account_id=one.target, subject_id=one.subject_id, writes=("login.account",), reason=reason,
                     case=one.no)  # fmt: skip
    post(subject=one.subject_id, template="account.reviewed", alias=ALIAS,
         params={"kind": "解冻账号", "result": "已解冻" if approve else "没有通过", "reason": reason})  # fmt: skip
