"""Social-security card and query password (社保卡号和查询密码): used once to bind the card, never kept."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import attempts, limits, profile
from shebao.identity.methods import card_source
from shebao.identity.methods.card_source import Holder
from shebao.privacy import consent, gate, keys, register, vault
from shebao.privacy.gate import Actor
from shebao.rules.identity import documents

PROCESS = "identity.card_link"
KINDS = ("enquiry.home", "enquiry.enrolment", "enquiry.contribution", "enquiry.account", "enquiry.spending")
METHOD = "tick"


def notices() -> dict[str, consent.Notice]:
    """The notice of the binding itself and of each kind of data, asked one by one."""
    book = register.current()
    if PROCESS not in book.process:
        raise Refusal("purpose_not_allowed", "这个平台不用绑定社保卡。", "回首页", "/")
    return {code: consent.notice(book, code) for code in (PROCESS, *KINDS)}


def link(
    actor: Actor, *, card_number: str, password: str, agreed: Mapping[str, str], now: datetime
) -> tuple[str, ...]:
    """Binds the card and records a yes for each kind that was ticked; returns those kinds.

    `agreed`: process -> hash of the notice shown. Refuses without the yes to the binding itself, a wrong pair,
    a card of somebody else, a person under the guardian's age. Of a refusal nothing of the card is kept.
    """
    known = notices()
    if agreed.keys() - known.keys():
        raise Refusal("purpose_not_allowed")
    if agreed.get(PROCESS) != known[PROCESS].hash:
        raise Refusal(
            "consent_required", "还没有同意绑定社保卡。", "看看说明，再勾选", "/account/card/", field=PROCESS
        )
    number = documents.inspect(card_number, "90")
    if not number.valid:
        raise Refusal("invalid_input", "社保卡号是 9 位数字或字母。", "改一改卡号", field="card_number")
    kinds = tuple(code for code in KINDS if code in agreed)
    consent.give(actor, PROCESS, method=METHOD, notice_hash=agreed[PROCESS], now=now)
    minutes = _prove(actor, number.normalised, password, kinds, now)
    _keep(actor, number.normalised, minutes)
    assert actor.actor_id is not None
    profile.verified(actor.actor_id, now=now)
    for code in kinds:
        consent.give(actor, code, method=METHOD, notice_hash=agreed[code], now=now)
    return kinds


def unlink(actor: Actor, *, now: datetime) -> None:
    """Ends the binding: the number is gone, every yes that rested on it is taken back."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.unlink_card(%s, %s)", [actor.token, gate.request_id.get()])
        if not cursor.fetchone()[0]:
            raise Refusal("card_not_linked")
    for standing in consent.standings(actor):
        if standing.state in consent.VALID and standing.process in (PROCESS, *KINDS):
            consent.withdraw(actor, standing.process, method="unlink", now=now)


def linked_since(actor: Actor) -> datetime | None:
    """Since when a card is bound; None when there is none or its time is over."""
    with connections["login"].cursor() as cursor:
        cursor.execute("select identity.card_linked(%s)", [actor.token])
        found: datetime | None = cursor.fetchone()[0]
    return found


def _prove(actor: Actor, number: str, password: str, kinds: tuple[str, ...], now: datetime) -> int:
    """Minutes for which the source lets the card be queried, once the holder is this person."""
    with gate.open(
        actor, PROCESS, items=("person.name", "person.id_number", "person.card_number"), reason="cardsource"
    ) as grant:
        subject_id = grant.subject_id
    attempt = attempts.begin("card", str(subject_id), now=now)
    try:
        answer = card_source.check(settings.CARD_SOURCE, number, password, list(kinds))
    except card_source.Unreachable:
        attempts.undone(attempt)
        raise Refusal("unavailable", "社保卡那边现在没有回应，什么也没有保存。", "过几分钟再试") from None
    except card_source.WrongCard:
        wrong = Refusal(
            "invalid_input", "卡号或查询密码不对，请再看一遍。", f"忘了查询密码，请打 {limits.service_line()}"
        )
        raise attempts.failed(attempt, wrong) from None
    _compare(answer.holder, subject_id, attempt, now)
    attempts.succeeded(attempt)
    return answer.minutes


def _compare(holder: Holder, subject_id: int, attempt: attempts.Attempt, now: datetime) -> None:
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select privacy.find_subject('real_name', %s)",
            [keys.blind("real_name", f"{holder.id_number}|{holder.name}")],
        )
        if cursor.fetchone()[0] != subject_id:
            raise attempts.failed(
                attempt,
                Refusal(
                    "out_of_reach",
                    "这张卡上的人和账号不是同一个人，没有绑定。",
                    "换成您自己的卡",
                    "/account/card/",
                ),
            )
    today, below = clock.today_in_china(now), limits.current().guardian_below
    if (
        today.year - holder.born.year - ((today.month, today.day) < (holder.born.month, holder.born.day))
        < below
    ):
        raise Refusal("guardian_consent_required", f"您未满 {below} 周岁，要请监护人来绑定。")


def _keep(actor: Actor, number: str, minutes: int) -> None:
    assert actor.subject_id is not None
    sealed = vault.seal(actor.subject_id, "person.card_number", number)
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.link_card(%s, %s, %s, %s, %s, %s)",
            [actor.token, keys.blind("card", number), vault.key_class("person.card_number"), sealed, minutes,
             gate.request_id.get()],
        )  # fmt: skip
        (outcome,) = cursor.fetchone()
    if outcome == "conflict":
        raise Refusal(
            "conflict", "这张卡已经绑在另一个账号上，没有绑定。", "不是您绑的？告诉我们", "/contact/"
        )
    if outcome != "allowed":
        raise Refusal(outcome)
