"""Mandates (委托代办): a person lets a helper do chosen items until a day; revoked at once, seen in the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, confirming, signing, telling
from shebao.identity.models import Mandate
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys, masks, register
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.mandate"
HELPERS = ("配偶", "子女", "父母", "其他亲友", "社区或单位帮办员")
LONGEST_DAYS = 365
MOST_ITEMS = 20
PAGE = "/account/guardians/"
# What only the person herself decides, whatever the register's row rule says.
OWN_ROOMS = ("identity.", "privacy.", "consent.")


@dataclass(frozen=True)
class Business:
    """What may be entrusted: an item (事项) with its name and the purposes it needs."""

    code: str
    name: str
    processes: tuple[str, ...]


@dataclass(frozen=True)
class Given:
    """One mandate as its two sides see it. `called`: how the person named the helper, masked."""

    id: int
    subject_id: int
    helper_id: int
    relation: str
    items: tuple[str, ...]
    state: str
    until: date
    made_at: datetime
    reach_id: int | None
    called: str

    @property
    def helper(self) -> str:
        """子女（尾号 4321）: who acts, in the words of the person."""
        return f"{self.relation}（{self.called}）" if self.called else self.relation


def enquiries() -> dict[str, Business]:
    """The enquiries of this profile that may be entrusted, each as a business of its own."""
    book = register.current()
    return {
        code: Business(code, process.name, (code,))
        for code, process in book.process.items()
        if code.startswith("enquiry.") and entrustable(code)
    }


def entrustable(process: str) -> bool:
    """Whether a helper may be let into this purpose: never one that asks consent or belongs to the person alone."""
    found = register.current().process.get(process)
    return (
        found is not None
        and found.in_force
        and found.row_rule == "acting"
        and found.consent_kind == ""
        and not process.startswith(OWN_ROOMS)
    )


def give(
    by: Actor,
    *,
    helper: Mapping[str, str],
    relation: str,
    items: Sequence[str],
    businesses: Mapping[str, Business],
    until: date,
    now: datetime,
    post: Post,
) -> Given:
    """Entrusts the chosen items to a helper, found by phone or by name and ID number.

    Refuses an item that is not offered or needs the person herself, a day in the past or beyond a year,
    a helper without an account, oneself, and a person who only stands in for somebody herself.
    """
    if by.subject_id is None or by.actor_id is None or by.acting is not None or by.role != "citizen":
        raise Refusal("out_of_reach", "委托要由本人来做。", "回到我自己", PAGE)
    confirming.require(by)
    if relation not in HELPERS:
        raise Refusal("invalid_input", "选一选对方是您的什么人。", field="relation")
    scope = _scope(items, businesses)
    today = clock.today_in_china(now)
    if not today < until <= today + timedelta(days=LONGEST_DAYS):
        raise Refusal("invalid_input", "到期日要在明天以后、一年以内。", "改一改日期", field="until")
    helper_id = _helper(by, helper, now)
    note = signing.sign(
        ("委托书", f"时间 {now.isoformat()}", f"委托人 {by.actor_id}", f"受委托人 {helper_id}",
         f"事项 {' '.join(sorted(items))}", f"到 {until.isoformat()}")
    )  # fmt: skip
    minutes = int(
        (datetime.combine(until, time(), tzinfo=clock.CHINA) + timedelta(days=1) - now) / timedelta(minutes=1)
    )
    with transaction.atomic(using=ALIAS):
        reach = telling.grant_reach(
            actor_id=helper_id, subject_id=by.subject_id, rule="mandate", by=by.actor_id, minutes=minutes,
            scope=scope, relation="委托人",
        )  # fmt: skip
        row = Mandate.objects.using(ALIAS).create(
            subject_id=by.subject_id, helper_id=helper_id, relation=relation, items=sorted(items),
            called=_called(helper), state="active", until=until, note=note, made_at=now, reach_id=reach,
        )  # fmt: skip
        telling.happened("mandate_give", PROCESS, actor_id=by.actor_id, account_id=by.actor_id,
                         subject_id=by.subject_id, writes=("mandate.bond",))  # fmt: skip
        person = telling.person_of(helper_id)
        if person is not None:
            telling.happened("tell", PROCESS, actor_id=by.actor_id, subject_id=person)
            post(
                subject=person,
                template="account.entrusted",
                alias=ALIAS,
                params={"until": f"{until:%Y-%m-%d}"},
            )
    return _given(row)


def revoke(by: Actor, *, mandate_id: int, now: datetime, post: Post) -> None:
    """Ends a mandate at the next statement and tells the other side.

    The person and the helper may; refuses one that has ended.
    """
    with transaction.atomic(using=ALIAS):
        row = Mandate.objects.using(ALIAS).select_for_update().filter(id=mandate_id, state="active").first()
        if row is None or (row.subject_id != by.subject_id and row.helper_id != by.actor_id):
            raise Refusal("not_found", "没有这份委托，或者已经结束。", "看家人和代办", PAGE)
        row.state, row.ended_at = "revoked", now
        row.save(using=ALIAS)
        if row.reach_id is not None:
            telling.end_reach(row.reach_id)
        telling.happened("mandate_end", PROCESS, actor_id=by.actor_id, subject_id=row.subject_id,
                         writes=("mandate.bond",))  # fmt: skip
        quits = row.helper_id == by.actor_id
        other = row.subject_id if quits else telling.person_of(row.helper_id)
        if other is not None:
            telling.happened("tell", PROCESS, actor_id=by.actor_id, subject_id=other)
            news = "您委托的人退掉了委托。" if quits else "对方收回了委托，您不能再替对方办。"
            post(subject=other, template="account.mandate_ended", alias=ALIAS, params={"news": news})


def mine(by: Actor) -> tuple[list[Given], list[Given]]:
    """The mandates the actor gave, and those she was given, newest first."""
    rows = Mandate.objects.using(ALIAS).order_by("-id")
    given = [_given(row) for row in rows.filter(subject_id=by.subject_id)[:50]] if by.subject_id else []
    return given, [_given(row) for row in rows.filter(helper_id=by.actor_id)[:50]]


def _scope(items: Sequence[str], businesses: Mapping[str, Business]) -> tuple[str, ...]:
    if not 1 <= len(items) <= MOST_ITEMS:
        raise Refusal("invalid_input", "至少选一件要委托的事。", field="items")
    wanted: set[str] = {"identity.act", PROCESS}
    for code in items:
        business = businesses.get(code)
        if business is None:
            raise Refusal(
                "purpose_not_allowed", "有一件事不能委托，要您自己办。", "换一件", PAGE, field="items"
            )
        closed = [process for process in business.processes if not entrustable(process)]
        if closed:
            raise Refusal("purpose_not_allowed", f"“{business.name}”涉及敏感信息，要您自己办。", "换一件", PAGE,
                          field="items")  # fmt: skip
        wanted |= {code, *business.processes}
    return tuple(sorted(wanted))


def _helper(by: Actor, helper: Mapping[str, str], now: datetime) -> int:
    attempt = attempts.begin("helper", str(by.actor_id), now=now)
    if helper.get("phone"):
        subject = telling.find_subject("phone", keys.blind("phone", accounts.check_phone(helper["phone"])))
    else:
        checked = citizen.inspect(helper.get("id_number", ""))
        pair = f"{checked.normalised}|{accounts.plain_name(helper.get('name', ''))}"
        subject = telling.find_subject("real_name", keys.blind("real_name", pair))
    found = telling.account_of(subject) if subject is not None and subject != by.subject_id else None
    if found is None or not found[1]:
        raise attempts.failed(
            attempt,
            Refusal(
                "precondition_unmet", "没有找到对方的账号。", "请对方先注册，再来委托", PAGE, field="phone"
            ),
        )
    attempts.succeeded(attempt)
    return found[0]


def _called(helper: Mapping[str, str]) -> str:
    """What the person typed to find the helper, with only as much left as tells who is meant."""
    if helper.get("phone"):
        return f"手机尾号 {accounts.check_phone(helper['phone'])[-4:]}"
    return masks.mask("person.name", accounts.plain_name(helper.get("name", "")))


def _given(row: Mandate) -> Given:
    return Given(
        row.id,
        row.subject_id,
        row.helper_id,
        row.relation,
        tuple(row.items),
        row.state,
        row.until,
        row.made_at,
        row.reach_id,
        row.called,
    )
