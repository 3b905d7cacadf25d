"""Accounts of the demonstration: the cast, staff, an employer's agent and a partner, ready to log in.

Log-ins and passwords are made anew at every build and kept in `<home>/demo.json` (0600). Never in production.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, accounts, agents, guardians
from shebao.identity.methods import totp
from shebao.identity.methods.card_simulator import query_password
from shebao.synth import cast, sealing
from shebao.synth.world import World, words

FILE = "demo.json"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
TRAINED_DAYS = 300
# Citizens of the cast whose card is not linked yet where a profile asks for it, so that linking can be tried.
UNLINKED = ("flexible",)


@dataclass(frozen=True)
class Staff:
    """A role of the office and where it sits."""

    role: str
    name: str
    unit: str
    staff_no: str


STAFF = (
    Staff("clerk", "窗口经办人员", "业务受理科", "JB2047"),
    Staff("supervisor", "业务受理科科长", "业务受理科", "JB1012"),
    Staff("privacy_officer", "个人信息保护负责人", "个人信息保护办公室", "GB0301"),
    Staff("security_officer", "安全管理员", "信息管理科", "XX0816"),
    Staff("auditor", "审计员", "内控审计科", "SJ0105"),
    Staff("operator", "系统运维人员", "信息管理科", "XX0822"),
)


@dataclass(frozen=True)
class Login:
    """One line of `shebao demo accounts`."""

    role: str
    name: str
    login: str
    password: str
    note: str
    totp_secret: str | None = None
    subject: int | None = None
    card_number: str | None = None
    card_password: str | None = None


def refuse_in_production() -> None:
    """A demonstration has no place in production."""
    if settings.PRODUCTION:
        raise Refusal("never_disclose", "正式运行时没有演示账号。")


def staff_logins(*, now: datetime) -> tuple[list[Login], dict[str, int]]:
    """Makes the office's accounts, one for each role; returns log-ins and actors by role."""
    made, actors = [], {}
    until = today_in_china(now) + timedelta(days=TRAINED_DAYS)
    for one in STAFF:
        secret = totp.fresh()
        line = Login(one.role, one.name, one.role.replace("_", "-"), password(), one.unit, secret)
        actors[one.role] = accounts.create(
            role=one.role, login=line.login, password=line.password, unit=one.unit, staff_no=one.staff_no,
            trained_until=until, totp_secret=secret, by="installation",
        )  # fmt: skip
        made.append(line)
    for role, login, unit in (
        ("employer_agent", "employer", words()["staff"]["employer_agent"]),
        ("partner", "partner-client", words()["staff"]["partner"]),
    ):
        line = Login(
            role, unit, login, password(), "单位经办人员" if role == "employer_agent" else "合作机构"
        )
        actors[role] = accounts.create(
            role=role, login=line.login, password=line.password, unit=unit, by="installation"
        )
        made.append(line)
    _bind(actors["employer_agent"], now)
    return made, actors


def _bind(actor: int, now: datetime) -> None:
    """The demonstration's agent speaks for the first employer."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subject_id from registry_employer order by id limit 1")
        (employer,) = cursor.fetchone()
    agents.bind(actor_id=actor, employer_subject=employer, person=None, by="installation", now=now)


def citizen_logins(place: World, numbers: list[str], *, now: datetime) -> list[Login]:
    """Makes the accounts of the cast, every part of the policy accepted; `numbers` are their ID numbers."""
    cards = "card" in settings.DEPLOYMENT["login"]["methods"]
    made, actors = [], {}
    accepted = {part.code: part.version for part in acceptance.parts(now=now)}
    for subject, part in enumerate(cast.parts(place.axis.today), 1):
        line = Login(
            part.role, part.name, f"demo-{part.code}", password(), part.told(place.offered), None, subject,
            card_number=sealing.card_number(subject) if cards else None,
            card_password=query_password(numbers[subject - 1]) if cards else None,
        )  # fmt: skip
        actors[part.code] = accounts.create(
            role="citizen", login=line.login, password=line.password, subject_id=subject,
            accepted=accepted, by="installation",
        )  # fmt: skip
        made.append(line)
    _reach(place, actors)
    return made


def _reach(place: World, actors: dict[str, int]) -> None:
    """The guardian reaches her daughter until the profile's birthday; cards are linked, but for one person."""
    subjects = {part.code: at for at, part in enumerate(cast.parts(place.axis.today), 1)}
    child = next(part for part in cast.parts(place.axis.today) if part.code == "minor")
    guardians.on_file(
        guardian_id=actors["guardian"], parent=subjects["guardian"], child=subjects["minor"], born=child.born,
        relation="女儿", by="installation",
    )  # fmt: skip
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select exists (select 1 from privacy_process where in_force and row_rule = 'linked')")
        if cursor.fetchone()[0]:
            for code, actor in actors.items():
                if code not in UNLINKED:
                    cursor.execute(
                        "select privacy.grant_reach(%s, %s, 'linked', '', %s, 60 * 24 * 365)",
                        [actor, subjects[code], actor],
                    )


def password() -> str:
    """Three groups of four signs: strong, and easy to read out."""
    while True:
        groups = ["".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)]
        text = "-".join(groups)
        if any(sign.isdigit() for sign in text) and text.lower() != text != text.upper():
            return text


def keep(logins: list[Login], people: list[dict[str, Any]]) -> None:
    """Writes the file of the demonstration, readable by its owner only."""
    document = {"accounts": [asdict(line) for line in logins], "people": people}
    path = _file()
    partial = path.with_name(f".{FILE}.{secrets.token_hex(6)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    partial.replace(path)


def logins() -> list[dict[str, Any]]:
    """The log-ins of this installation's demonstration; refuses in production and where there is none."""
    return [
        {key: value for key, value in line.items() if value is not None} for line in _document()["accounts"]
    ]


def people() -> list[dict[str, Any]]:
    """Invented people without an account: name, ID number and card, to try registration and loading with."""
    return list(_document()["people"])


def unregistered(names: list[str], numbers: list[str], first: int, count: int) -> list[dict[str, Any]]:
    """A few people after the cast, as the registration form asks for them."""
    return [
        {
            "subject": first + at + 1,
            "name": names[first + at],
            "id_number": numbers[first + at],
            "card_number": sealing.card_number(first + at + 1),
            "card_password": query_password(numbers[first + at]),
        }
        for at in range(min(count, len(names) - first))
    ]


def _document() -> dict[str, Any]:
    refuse_in_production()
    try:
        document: dict[str, Any] = json.loads(_file().read_text("utf-8"))
    except FileNotFoundError:
        raise Refusal("not_found", "这里没有演示账号。", "先运行 shebao synth") from None
    return document


def _file() -> Path:
    return Path(settings.HOME) / FILE
