"""Claiming an identity (认领): somebody else registered with my name; I prove who I am at a hall, that account ends."""

from datetime import datetime

from django.db import transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, limits, remembered, reviews, telling
from shebao.identity.models import Review
from shebao.identity.reviews import Open
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.register"
CLAIMED = "claimed"


def ask(*, name: str, id_number: str, now: datetime, post: Post) -> str:
    """Asks for a check face to face; the account goes on until then, its holder is told. Returns the review's number.

    Refuses a name and number that do not belong together, and an identity that nobody registered with.
    """
    attempt = attempts.begin("claim", id_number, now=now)
    checked = citizen.inspect(id_number)
    pair = f"{checked.normalised}|{accounts.plain_name(name)}"
    person = telling.find_subject("real_name", keys.blind("real_name", pair)) if checked.valid else None
    if person is None:
        wrong = Refusal(
            "invalid_input", "姓名和身份证号没有和参保登记对上，请再看一遍。",
            f"打 {limits.service_line()} 问一问", "/contact/", field="id_number",
        )  # fmt: skip
        raise attempts.failed(attempt, wrong)
    attempts.succeeded(attempt)
    found = telling.account_of(person)
    if found is None or found[2] == CLAIMED:
        raise Refusal("conflict", "这个身份没有别人在用，您可以直接注册。", "去注册", "/register")
    with transaction.atomic(using=ALIAS):
        waiting = Review.objects.using(ALIAS).filter(kind="claim", subject_id=person, state="open").first()
        if waiting is not None:
            return waiting.no
        number = reviews.ask(kind="claim", subject_id=person, target=found[0], now=now)
        telling.happened(
            "claim_ask", PROCESS, actor_id=None, account_id=found[0], subject_id=person, case=number
        )
        post(subject=person, template="account.claimed", params={"no": number}, alias=ALIAS)
    return number


def decided(one: Open, by: Actor, approve: bool, reason: str, now: datetime, post: Post) -> None:
    """A supervisor's decision, with the person and her document in front of her. Part of `reviews.decide`.

    Proven: the account is closed at once, with its sessions and devices; the person registers anew.
    """
    found = telling.account_of(one.subject_id)
    if found is None or found[0] != one.target:
        raise Refusal("not_found", "这个账号已经注销。", "回审核列表", "/desk/accounts/")
    if approve:
        telling.put_active(one.target, active=False, reason=CLAIMED)
        remembered.forget_all(one.target)
    telling.happened("claim" if approve else "claim_refuse", "desk.case", actor_id=by.actor_id,
                     account_id=one.target, subject_id=one.subject_id, writes=("login.account",), reason=reason,
                     case=one.no)  # fmt: skip
    post(subject=one.subject_id, template="account.reviewed", alias=ALIAS,
         params={"kind": "认领账号", "result": "原来的账号已停用" if approve else "没有通过", "reason": reason})  # fmt: skip
