"""Phone and e-mail (联系方式): a change is proved at the old and the new place, or by name and a clerk's review."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, attempts, codes, confirming, reviews, telling
from shebao.identity.models import ContactChange
from shebao.identity.reviews import Open
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import gate, keys, vault
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.contact"
ITEMS = {"person.phone": "手机号", "person.email": "邮箱"}
PAGE = "/account/contact/"
OPEN_FOR = timedelta(minutes=30)
STATES = {
    "done": "已换",
    "waiting": "等验证码",
    "review": "等窗口审核",
    "refused": "没有通过",
    "dropped": "没有办完",
}


@dataclass(frozen=True)
class Change:
    """A change under way: its number and the codes that prove it (`old` None: nothing to prove there)."""

    id: int
    new: uuid.UUID
    old: uuid.UUID | None


@dataclass(frozen=True)
class Past:
    """One line of the history: which place, how it was proved, what became of it, when. Never the value."""

    item: str
    how: str
    state: str
    at: datetime
    tail: str


def current(by: Actor) -> dict[str, str]:
    """The person's own phone and e-mail, by item."""
    with gate.open(by, PROCESS, items=tuple(ITEMS)) as grant:
        return vault.read(grant, ITEMS)


def start(by: Actor, *, item: str, value: str, lost: bool, source: str, now: datetime, post: Post) -> Change:
    """Sends a code to the new place and, unless it is lost, to the old one.

    Refuses a value that cannot be right, the same value again, a change for somebody else, the caps of codes.
    """
    if item not in ITEMS or by.subject_id is None or by.acting is not None:
        raise Refusal("out_of_reach", "联系方式要由本人来改。", "回到我自己", PAGE)
    confirming.require(by)
    new = _plain(item, value)
    old = current(by).get(item, "")
    if old == new:
        raise Refusal("invalid_input", "和现在的一样，不用改。", "写一个新的", field="value")
    to_new = codes.send(use=_use(item, "new"), place=new, item=item, subject_id=by.subject_id,
                        actor_id=by.actor_id, source=source, now=now, post=post)  # fmt: skip
    to_old = None
    if old and not lost:
        to_old = codes.send(use=_use(item, "old"), place=old, item=item, subject_id=by.subject_id,
                            actor_id=by.actor_id, source=source, now=now, post=post)  # fmt: skip
    changes = ContactChange.objects.using(ALIAS)
    changes.filter(subject_id=by.subject_id, item=item, state="waiting").update(state="dropped", ended_at=now)
    row = changes.create(
        subject_id=by.subject_id, item=item, at=now, state="waiting",
        old=vault.seal(by.subject_id, item, old) if old else None, new=vault.seal(by.subject_id, item, new),
        how="fallback" if old and lost else "both" if old else "new",
    )  # fmt: skip
    return Change(row.id, to_new, to_old)


def finish(
    by: Actor,
    change: Change,
    *,
    code_new: str,
    code_old: str = "",
    name: str = "",
    id_number: str = "",
    now: datetime,
) -> str:
    """Proves the change and makes it; returns its state: done, or review where the old place is lost.

    Refuses a wrong code, a change of somebody else or older than half an hour, another person's name.
    """
    row = _waiting(by, change, now)
    new = vault.unseal(row.subject_id, row.item, bytes(row.new))
    if row.how == "both":
        old = vault.unseal(row.subject_id, row.item, bytes(row.old or b""))
        _proved(change.old, _use(row.item, "old"), old, code_old, now, "code_old")
    elif row.how == "fallback":
        _same_person(by, name, id_number, now)
    _proved(change.new, _use(row.item, "new"), new, code_new, now, "code_new")
    with transaction.atomic(using=ALIAS):
        if row.how == "fallback":
            row.state = "review"
            row.save(using=ALIAS)
            reviews.ask(kind="contact", subject_id=row.subject_id, target=row.id, now=now)
            telling.happened("contact_ask", PROCESS, actor_id=by.actor_id, account_id=by.actor_id,
                             subject_id=row.subject_id, writes=("contact.change",))  # fmt: skip
            return "review"
        _make(row, by.actor_id, by.actor_id, new, now)
    return "done"


def decided(one: Open, by: Actor, approve: bool, reason: str, now: datetime, post: Post) -> None:
    """A supervisor's decision on a change whose old place is lost. Part of `reviews.decide`."""
    row = ContactChange.objects.using(ALIAS).select_for_update().get(id=one.target)
    found = telling.account_of(row.subject_id)
    if approve:
        new = vault.unseal(row.subject_id, row.item, bytes(row.new))
        _make(row, by.actor_id, found[0] if found else None, new, now, case=one.no)
    else:
        row.state, row.ended_at = "refused", now
        row.save(using=ALIAS)
        telling.happened("contact_refuse", PROCESS, actor_id=by.actor_id, account_id=found[0] if found else None,
                         subject_id=row.subject_id, reason=reason, case=one.no)  # fmt: skip
    post(subject=row.subject_id, template="account.reviewed", alias=ALIAS,
         params={"kind": f"更换{ITEMS[row.item]}", "result": STATES[row.state], "reason": reason})  # fmt: skip


def history(by: Actor) -> list[Past]:
    """What was changed and how, newest first; of the value only its tail."""
    rows = (
        ContactChange.objects.using(ALIAS)
        .filter(subject_id=telling.person_number(by))
        .exclude(state="dropped")
    )
    found = []
    for row in rows.order_by("-id")[:50]:
        value = vault.unseal(row.subject_id, row.item, bytes(row.new))
        tail = value[-4:] if row.item == "person.phone" else value[:1]
        found.append(Past(row.item, row.how, row.state, row.ended_at or row.at, tail))
    return found


def _plain(item: str, value: str) -> str:
    if item == "person.phone":
        digits = accounts.check_phone(value)
        if not digits:
            raise Refusal("invalid_input", "写上新的手机号。", "改一改手机号", field="value")
        return digits
    mail = value.strip()
    name, at, domain = mail.rpartition("@")
    if not (name and at and "." in domain and mail.isascii() and " " not in mail and len(mail) <= 100):
        raise Refusal("invalid_input", "邮箱的样子不对，例如 name@example.cn。", "改一改邮箱", field="value")
    return mail


def _use(item: str, side: str) -> str:
    return f"{item}.{side}"


def _proved(number: uuid.UUID | None, use: str, place: str, code: str, now: datetime, field: str) -> None:
    if number is None:
        raise Refusal("precondition_unmet", "这次更换要从头来。", "再换一次", PAGE)
    try:
        codes.check(number=number, use=use, place=place, code=code, now=now)
    except Refusal as refusal:
        refusal.field = field
        raise


def _waiting(by: Actor, change: Change, now: datetime) -> ContactChange:
    row = ContactChange.objects.using(ALIAS).filter(
        id=change.id, subject_id=telling.person_number(by), state="waiting", at__gt=now - OPEN_FOR
    ).first()  # fmt: skip
    if row is None:
        raise Refusal("precondition_unmet", "这次更换放得太久了。", "再换一次", PAGE)
    return row


def _same_person(by: Actor, name: str, id_number: str, now: datetime) -> None:
    attempt = attempts.begin("contact", str(by.actor_id), now=now)
    checked = citizen.inspect(id_number)
    pair = f"{checked.normalised}|{accounts.plain_name(name)}"
    if telling.find_subject("real_name", keys.blind("real_name", pair)) != by.subject_id:
        wrong = Refusal("invalid_input", "姓名或身份证号和账号对不上。", "再看一遍", field="id_number")
        raise attempts.failed(attempt, wrong)
    attempts.succeeded(attempt)


def _make(
    row: ContactChange, by: int | None, account: int | None, new: str, now: datetime, case: str = ""
) -> None:
    with connections[ALIAS].cursor() as cursor:
        if row.item == "person.phone":
            cursor.execute("select identity.put_phone(%s, %s)", [row.subject_id, keys.blind("phone", new)])
            if not cursor.fetchone()[0]:
                raise Refusal("conflict", "这个手机号绑在另一个账号上。", "换一个手机号", PAGE, field="value")
        cursor.execute(
            "select identity.put_cell(%s, %s, %s, %s)",
            [row.subject_id, row.item, vault.key_class(row.item), vault.seal(row.subject_id, row.item, new)],
        )
    row.state, row.ended_at = "done", now
    row.save(using=ALIAS)
    telling.happened("contact", PROCESS, actor_id=by, account_id=account, subject_id=row.subject_id,
                     writes=(row.item, "contact.change"), case=case)  # fmt: skip
