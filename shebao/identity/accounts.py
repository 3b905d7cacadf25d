"""Accounts (账号): real-name registration, one for each person, each part of the policy accepted by itself."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, connections, transaction

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, ages, attempts, limits, logins, passwords, telling, wards
from shebao.identity.methods import totp
from shebao.identity.models import Account, Credential
from shebao.identity.telling import Post
from shebao.privacy import gate, keys, vault
from shebao.rules.identity import citizen

FIELDS = ("name", "id_number", "phone", "login", "password")
PROCESS = "identity.register"
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_ID_ERRORS = {
    "length": "身份证号应该是 18 位，请数一数。",
    "charset": "身份证号只有数字，最后一位可以是 X。",
    "birth_date": "身份证号里的出生日期不对，请检查。",
    "check_digit": "身份证号有一位写错了，请对照证件检查。",
    "division": "身份证号前六位不是一个地区，请检查。",
}


@dataclass(frozen=True)
class Registered:
    """A new account: who it speaks for and which parts were accepted."""

    actor_id: int
    subject_id: int
    accepted: dict[str, str]


@dataclass(frozen=True)
class Person:
    """What a person said of herself, in the form that is compared."""

    name: str
    id_number: str
    born: date


def create(
    *,
    role: str,
    login: str,
    password: str,
    subject_id: int | None = None,
    unit: str = "",
    staff_no: str = "",
    trained_until: date | None = None,
    totp_secret: str | None = None,
    accepted: Mapping[str, str] | None = None,
    by: str,
) -> int:
    """Makes an account for an installation (demo people, staff) and returns its actor.

    Refuses a taken log-in name, a person who has an account, and versions that were never published.
    """
    if by not in ("installation", "registration"):
        raise ValueError("only an installation or a registration makes accounts")
    name, secret = logins.check(login), passwords.hashed(password)
    with transaction.atomic(using="login"), connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.make_account(%s, %s, %s, %s, %s, %s)",
            [role, subject_id, unit, staff_no, trained_until, gate.request_id.get()],
        )
        (actor_id,) = cursor.fetchone()
        if actor_id is None:
            raise Refusal("conflict", "这个人已经有账号，或者角色和单位对不上。")
        for part, version in (accepted or {}).items():
            cursor.execute(
                "select identity.accept(%s, %s, %s, %s, null, null)", [actor_id, subject_id, part, version]
            )
            if not cursor.fetchone()[0]:
                raise Refusal("not_found", f"没有发布过这一版：{part} {version}。")
        _keep_credentials(actor_id, name, secret, totp_secret)
    return int(actor_id)


def check_person(name: str, id_number: str, *, now: datetime) -> Person:
    """Name and ID number in the form that is compared; refuses what cannot be right, and the too young.

    Under the profile's age a guardian has to agree (个人信息保护法第三十一条).
    """
    known_as = plain_name(name)
    if not 2 <= len(known_as) <= 50 or any(letter.isdigit() for letter in known_as):
        raise Refusal("invalid_input", "姓名要和身份证上一样。", "改一改姓名", field="name")
    today = clock.today_in_china(now)
    checked = citizen.inspect(id_number, today=today)
    if not checked.valid or checked.birth_date is None:
        raise Refusal("invalid_input", _ID_ERRORS[checked.error], "改一改身份证号", field="id_number")
    person = Person(known_as, checked.normalised, checked.birth_date)
    if ages.is_guarded(person.born, today) and not _is_agreed(person):
        _refused("guardian_consent_required")
        raise Refusal(
            "guardian_consent_required",
            f"您未满 {limits.current().guardian_below} 周岁，要请监护人来同意。",
            "留下监护人的手机号",
            "/register/guardian",
        )
    return person


def wait_for_guardian(*, name: str, id_number: str, contact: str, now: datetime) -> datetime:
    """Keeps a minor's age and the guardian's phone until the guardian has agreed; returns until when.

    Refuses who needs no guardian, who is not in the registry, and a phone that cannot be right.
    """
    digits = check_phone(contact)
    if not digits:
        raise Refusal("invalid_input", "写上监护人的手机号。", "改一改手机号", field="contact")
    today = clock.today_in_china(now)
    checked = citizen.inspect(id_number, today=today)
    if not checked.valid or checked.birth_date is None:
        raise Refusal("invalid_input", _ID_ERRORS[checked.error], "改一改身份证号", field="id_number")
    person = Person(plain_name(name), checked.normalised, checked.birth_date)
    if not ages.is_guarded(person.born, today) or _is_agreed(person):
        raise Refusal("conflict", "您可以直接注册。", "去注册", "/register")
    subject_id = match(person, now=now)
    return wards.wait(subject_id=subject_id, years=ages.years(person.born, today), contact=digits, now=now)


def _is_agreed(person: Person) -> bool:
    """Whether a guardian's verified consent is in force for this minor."""
    digest = keys.blind("real_name", f"{person.id_number}|{person.name}")
    subject_id = telling.find_subject("real_name", digest)
    return subject_id is not None and wards.has_guardian(subject_id)


def plain_name(name: str) -> str:
    """A name in the form that is compared."""
    return unicodedata.normalize("NFKC", name).strip()


def check_phone(phone: str) -> str:
    """Eleven digits, or nothing: a phone is not needed; refuses what is no mobile number in China."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", phone))
    digits = digits.removeprefix("+86")
    if digits and not _MOBILE.fullmatch(digits):
        raise Refusal("invalid_input", "手机号应该是 11 位数字，请检查。", "改一改手机号", field="phone")
    return digits


def check_notice(notice_version: str) -> None:
    """The notice beside the sensitive fields (个人信息保护法第三十条) must be the one in force."""
    if notice_version != acceptance.notice_version():
        _refused("consent_required", "notice")
        raise Refusal(
            "consent_required",
            "身份证号是敏感信息，要先看过怎么用的说明。",
            "看说明",
            "/register",
            field="notice",
        )


def match(person: Person, *, now: datetime) -> int:
    """The person of the registry with this name and number; guesses are counted by number."""
    attempt = attempts.begin("register", person.id_number, now=now)
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select privacy.find_subject('real_name', %s)",
            [keys.blind("real_name", f"{person.id_number}|{person.name}")],
        )
        (subject_id,) = cursor.fetchone()
    if subject_id is None:
        _refused("not_found")
        raise attempts.failed(
            attempt,
            Refusal(
                "precondition_unmet",
                "姓名和身份证号没有和参保登记对上，填的内容没有留下。",
                f"打 {limits.service_line()} 问一问，或者带身份证到任一大厅。不用交证件照片",
                "/contact/",
            ),
        )
    attempts.succeeded(attempt)
    return int(subject_id)


def register(
    *,
    name: str,
    id_number: str,
    phone: str,
    login: str,
    password: str,
    accepted_parts: Mapping[str, str],
    seen_marked_at: datetime | None,
    notice_version: str,
    now: datetime,
    post: Post | None = None,
    **undeclared: object,
) -> Registered:
    """Real-name registration (实名注册). Nothing is kept of a registration that is refused.

    Refuses undeclared fields, a part not accepted, no match with the registry, a second account of a person;
    of that one `post` tells the holder of the first, once a day.
    """
    if undeclared:
        field = sorted(undeclared)[0]
        _refused("field_not_declared")
        raise Refusal("field_not_declared", field=field[:40])
    accepted = acceptance.require(accepted_parts, seen_marked_at=seen_marked_at, now=now)
    check_notice(notice_version)
    person = check_person(name, id_number, now=now)
    digits = check_phone(phone)
    chosen = logins.check(login)
    passwords.check(password, login=chosen, id_number=person.id_number, phone=digits)
    subject_id = match(person, now=now)
    secret = passwords.hashed(password)
    sealed = vault.seal(subject_id, "person.phone", digits) if digits else None
    keys.renew(subject_id, ("account", "optional", "ledger"))
    again = partial(_again, post, subject_id, now) if post else None
    actor_id = _store(subject_id, accepted, seen_marked_at, sealed, notice_version, chosen, secret, again)
    return Registered(actor_id, subject_id, accepted)


def _store(
    subject_id: int,
    accepted: Mapping[str, str],
    seen_marked_at: datetime | None,
    phone: bytes | None,
    notice_version: str,
    login: str,
    secret: str,
    again: Callable[[], None] | None,
) -> int:
    with transaction.atomic(using="login"), connections["login"].cursor() as cursor:
        cursor.execute(
            "select actor, outcome, tell from identity.register(%s, %s, %s, %s, %s, %s, %s, %s)",
            [subject_id, list(accepted), list(accepted.values()), seen_marked_at,
             vault.key_class("person.phone"), phone, notice_version, gate.request_id.get()],
        )  # fmt: skip
        actor_id, outcome, tell = cursor.fetchone()
        if outcome == "allowed":
            _keep_credentials(actor_id, login, secret, None)
        elif tell and again is not None:
            again()
    if outcome != "allowed":
        raise Refusal(
            "conflict",
            "这个身份已经有账号了。是您注册的，直接登录；不是您注册的，可以认领。",
            "去登录或认领",
            "/login",
        )
    return int(actor_id)


def _again(post: Post, subject_id: int, now: datetime) -> None:
    china = clock.china(now)
    at = f"{china.month}月{china.day}日 {china.hour}:{china.minute:02d}"
    telling.happened("tell", PROCESS, actor_id=None, subject_id=subject_id)
    post(subject=subject_id, template="account.again", params={"at": at}, alias=telling.ALIAS)


def _keep_credentials(actor_id: int, login: str, secret: str, totp_secret: str | None) -> None:
    try:
        with transaction.atomic(using="login"):
            Account.objects.using("login").create(actor_id=actor_id, login=login)
    except IntegrityError:
        raise Refusal("conflict", "这个登录名有人用了。", "换一个登录名", field="login") from None
    rows = [Credential(account_id=actor_id, kind="password", secret=secret)]
    if totp_secret:
        rows.append(Credential(account_id=actor_id, kind="totp", secret=totp.seal(totp_secret, actor_id)))
    Credential.objects.using("login").bulk_create(rows)


def _refused(code: str, reason: str = "") -> None:
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select identity.refuse(%s, null, %s, %s, %s)", [PROCESS, code, reason, gate.request_id.get()]
        )
