"""Guardians (监护): who acts for a minor until a birthday, or for an adult without capacity until a day; revocable at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, connections, transaction
from django.db.models import Q

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, ages, attempts, limits, reviews, signing, telling, wards
from shebao.identity.models import Guardianship, Kin
from shebao.identity.reviews import Open
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys
from shebao.privacy.gate import Actor
from shebao.rules.identity import citizen

PROCESS = "identity.guardian"
RELATIONS = ("女儿", "儿子", "孙辈", "被监护人")
# 民法典第二十八条: who may be guardian of an adult without (full) capacity; what she is to the guardian.
GROWN = ("配偶", "父亲", "母亲", "成年子女", "其他近亲属", "其他成年被监护人")
GROWN_YEARS = 3
CONSENT_VERSION = "2026.1"
STATES = {
    "requested": "等窗口核对",
    "active": "有效",
    "refused": "没有通过",
    "revoked": "已解除",
    "ended": "已到期",
}
PAGE = "/account/guardians/"


@dataclass(frozen=True)
class Bond:
    """One guardianship as its two sides see it."""

    id: int
    guardian_id: int
    subject_id: int
    relation: str
    state: str
    until: date
    reach_id: int | None


def ask(by: Actor, *, name: str, id_number: str, relation: str, agreed: bool, now: datetime) -> Bond:
    """Asks to be a minor's guardian. Data on file decides at once; otherwise a clerk looks at the proof.

    Refuses without the explicit yes (个人信息保护法第三十一条), somebody unknown, somebody old enough to decide
    herself, oneself, a guardian who is a minor, and the same request twice.
    """
    if by.subject_id is None or by.actor_id is None or by.role != "citizen":
        raise Refusal("login_required")
    if relation not in RELATIONS:
        raise Refusal("invalid_input", "选一个关系。", field="relation")
    if not agreed:
        raise Refusal("consent_required", "还没有同意《儿童个人信息保护规则》。", "看规则", "/privacy/children/",
                      field="agreed")  # fmt: skip
    ward, born = _ward(by, name, id_number, now)
    until = ages.guarded_until(born)
    if not ages.is_guarded(born, clock.today_in_china(now)):
        raise Refusal(
            "precondition_unmet", f"对方满 {limits.current().guardian_below} 周岁了，可以自己办。",
            "要帮忙，请对方委托您", PAGE,
        )  # fmt: skip
    note = _consent(by.actor_id, ward, now)
    return _asked(by, ward, relation, until, note, now)


def ask_grown(by: Actor, *, name: str, id_number: str, relation: str, agreed: bool, now: datetime) -> Bond:
    """Asks to be guardian of an adult without capacity; a clerk always looks at the judgment (民法典第二十四条).

    For three years, then asked again. Refuses without the word that there is a judgment or appointment, somebody
    unknown, a minor, oneself, and the same request twice.
    """
    if by.subject_id is None or by.actor_id is None or by.role != "citizen":
        raise Refusal("login_required")
    if relation not in GROWN:
        raise Refusal("invalid_input", "选一个关系。", field="relation")
    if not agreed:
        raise Refusal("precondition_unmet", "要先有法院的认定，才能登记。", "问一问怎样申请认定", "/contact/",
                      field="agreed")  # fmt: skip
    ward, born = _ward(by, name, id_number, now)
    today = clock.today_in_china(now)
    if ages.years(born, today) < ages.ADULT:
        raise Refusal(
            "precondition_unmet", "对方还没有成年，请登记孩子。", "登记孩子", "/account/guardians/new"
        )
    note = signing.sign(
        ("成年人监护", f"时间 {now.isoformat()}", f"监护人 {by.actor_id}", f"被监护人 {ward}",
         "有法院认定或依法指定监护人的文书")
    )  # fmt: skip
    return _asked(by, ward, relation, ages.birthday(today, GROWN_YEARS), note, now)


def _asked(by: Actor, ward: int, relation: str, until: date, note: str, now: datetime) -> Bond:
    """The request on its way: at once where the register of births knows the family, else to a clerk."""
    assert by.actor_id is not None
    on_file = (
        relation in RELATIONS
        and Kin.objects.using(ALIAS).filter(child_id=ward, parent_id=by.subject_id).exists()
    )
    try:
        with transaction.atomic(using=ALIAS):
            row = Guardianship.objects.using(ALIAS).create(
                guardian_id=by.actor_id, subject_id=ward, relation=relation,
                proof="on_file" if on_file else "review", state="requested", until=until,
                consent_version=CONSENT_VERSION, consent_note=note, requested_at=now,
            )  # fmt: skip
            telling.happened(
                "guardian_ask", PROCESS, actor_id=by.actor_id, subject_id=ward, writes=("guardian.bond",)
            )
            if on_file:
                _begin(row, by.actor_id, now)
            else:
                reviews.ask(kind="guardianship", subject_id=ward, target=row.id, now=now)
    except IntegrityError:
        raise Refusal("conflict", "您已经登记过这个人。", "看家人和代办", PAGE) from None
    return _bond(row)


def on_file(*, guardian_id: int, parent: int, child: int, born: date, relation: str, by: str) -> None:
    """Puts a family (出生医学证明) and its guardianship on file, for an installation."""
    if by != "installation":
        raise ValueError("only an installation puts a family on file")
    now = clock.now()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into identity_kin (child_id, parent_id) values (%s, %s) on conflict do nothing",
            [child, parent],
        )
    with transaction.atomic(using=ALIAS):
        row = Guardianship.objects.using(ALIAS).create(
            guardian_id=guardian_id, subject_id=child, relation=relation, proof="on_file", state="requested",
            until=ages.guarded_until(born), consent_version=CONSENT_VERSION, requested_at=now,
            consent_note=_consent(guardian_id, child, now),
        )  # fmt: skip
        _begin(row, guardian_id, now)


def decided(one: Open, by: Actor, approve: bool, reason: str, now: datetime, post: Post) -> None:
    """A clerk's decision on the proof. Part of `reviews.decide`."""
    row = Guardianship.objects.using(ALIAS).select_for_update().get(id=one.target)
    if approve and row.state == "requested":
        _begin(row, by.actor_id or 0, now, case=one.no)
    elif row.state == "requested":
        row.state, row.decided_at = "refused", now
        row.save(using=ALIAS)
        telling.happened("guardian_refuse", PROCESS, actor_id=by.actor_id, subject_id=row.subject_id,
                         writes=("guardian.bond",), reason=reason, case=one.no)  # fmt: skip
    _tell_guardian(row, reason, now, post)


def asked(one: Open) -> tuple[Bond, int | None]:
    """The bond that a review is about, and the person who asks to be guardian."""
    row = Guardianship.objects.using(ALIAS).get(id=one.target)
    return _bond(row), telling.person_of(row.guardian_id)


def revoke(by: Actor, *, bond_id: int, now: datetime) -> None:
    """Takes the consent back (撤回): reach ends at the next statement, the minor's own account closes with it.

    Only the guardian or the ward may; refuses a bond that has ended.
    """
    with transaction.atomic(using=ALIAS):
        row = (
            Guardianship.objects.using(ALIAS)
            .select_for_update()
            .filter(Q(guardian_id=by.actor_id) | Q(subject_id=by.subject_id), id=bond_id)
            .filter(state__in=("requested", "active"))
            .first()
        )
        if row is None or by.actor_id is None:
            raise Refusal("not_found", "没有这条监护登记，或者已经解除。", "看家人和代办", PAGE)
        _finish(row, "revoked", by.actor_id, now)


def hand_over(*, now: datetime) -> int:
    """到龄交接, a daily job: bonds whose birthday has come end, and the young person's account is her own."""
    today = clock.today_in_china(now)
    due = Guardianship.objects.using(ALIAS).filter(state__in=("requested", "active"), until__lte=today)
    count = 0
    for identity in due.values_list("id", flat=True)[:1000]:
        with transaction.atomic(using=ALIAS):
            row = Guardianship.objects.using(ALIAS).select_for_update().get(id=identity)
            if row.state in ("requested", "active"):
                _finish(row, "ended", None, now)
                count += 1
    return count


def mine(by: Actor) -> tuple[Sequence[Bond], Sequence[Bond]]:
    """The bonds in which the actor is the guardian, and those in which she is the ward, newest first."""
    rows = Guardianship.objects.using(ALIAS).order_by("-id")
    own = [_bond(row) for row in rows.filter(guardian_id=by.actor_id)[:50]]
    about = [_bond(row) for row in rows.filter(subject_id=by.subject_id)[:50]] if by.subject_id else []
    return own, about


def _consent(guardian_id: int, ward: int, now: datetime) -> str:
    """The guardian's explicit yes, bound to version and time, signed."""
    return signing.sign(
        ("监护人同意", f"版本 {CONSENT_VERSION}", f"时间 {now.isoformat()}", f"监护人 {guardian_id}", f"儿童 {ward}",
         "同意处理儿童个人信息，同意其使用本平台")
    )  # fmt: skip


def _ward(by: Actor, name: str, id_number: str, now: datetime) -> tuple[int, date]:
    checked = citizen.inspect(id_number, today=clock.today_in_china(now))
    if not checked.valid or checked.birth_date is None:
        raise Refusal("invalid_input", "身份证号不对，请对照证件检查。", "改一改身份证号", field="id_number")
    attempt = attempts.begin("guardian", str(by.actor_id), now=now)
    digest = keys.blind("real_name", f"{checked.normalised}|{accounts.plain_name(name)}")
    ward = telling.find_subject("real_name", digest)
    if ward is None or ward == by.subject_id:
        raise attempts.failed(
            attempt,
            Refusal(
                "precondition_unmet", "姓名和身份证号没有和参保登记对上。",
                f"打 {limits.service_line()} 问一问，或者带户口簿到任一大厅", "/contact/",
            ),
        )  # fmt: skip
    attempts.succeeded(attempt)
    return ward, checked.birth_date


def _begin(row: Guardianship, by: int, now: datetime, case: str = "") -> None:
    end = datetime.combine(row.until, time(), tzinfo=clock.CHINA)
    minutes = max(1, int((end - now) / timedelta(minutes=1)))
    row.state, row.decided_at = "active", now
    row.reach_id = telling.grant_reach(
        actor_id=row.guardian_id, subject_id=row.subject_id, rule="guardian", by=by, minutes=minutes, scope=(),
        relation=row.relation,
    )  # fmt: skip
    row.save(using=ALIAS)
    telling.happened("guardian_begin", PROCESS, actor_id=by, subject_id=row.subject_id,
                     account_id=_account(row.subject_id), writes=("guardian.bond",), case=case,
                     behalf=row.reach_id)  # fmt: skip
    wards.opened(row.subject_id)


def _finish(row: Guardianship, state: str, by: int | None, now: datetime) -> None:
    row.state, row.ended_at = state, now
    row.save(using=ALIAS)
    telling.revoke_reach(actor_id=row.guardian_id, subject_id=row.subject_id, rule="guardian")
    account = _account(row.subject_id)
    telling.happened(f"guardian_{state}", PROCESS, actor_id=by, subject_id=row.subject_id, account_id=account,
                     writes=("guardian.bond",))  # fmt: skip
    if row.relation in GROWN:
        return
    if state == "revoked" and account is not None and not wards.has_guardian(row.subject_id):
        telling.put_active(account, active=False, reason=wards.NO_GUARDIAN)


def _tell_guardian(row: Guardianship, reason: str, now: datetime, post: Post) -> None:
    person = telling.person_of(row.guardian_id)
    if person is None:
        return
    telling.happened("tell", PROCESS, actor_id=None, subject_id=person)
    post(subject=person, template="account.reviewed", alias=ALIAS,
         params={"kind": "登记监护", "result": STATES[row.state], "reason": reason})  # fmt: skip


def _account(subject_id: int) -> int | None:
    found = telling.account_of(subject_id)
    return found[0] if found else None


def _bond(row: Guardianship) -> Bond:
    return Bond(row.id, row.guardian_id, row.subject_id, row.relation, row.state, row.until, row.reach_id)
