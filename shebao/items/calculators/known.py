"""用我的记录填: what the registry already knows, read through the gate only when the person asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shebao.base import clock, money
from shebao.base import month as months
from shebao.items.calculators import places
from shebao.items.calculators.questions import Question
from shebao.privacy import gate
from shebao.registry.accounts import queries as accounts
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments

MALE = 1
UNEMPLOYMENT = 210
ENROLMENT, CONTRIBUTION, ACCOUNT = "参保登记", "缴费记录", "个人账户"


@dataclass(frozen=True)
class Filled:
    """One answer from the registry: the text of the field, its source and that source's day."""

    text: str
    source: str
    on: str


def _day(document: Mapping[str, Any]) -> str:
    day = clock.china(datetime.fromisoformat(document["as_of"])).date()
    return f"{day.year}年{day.month}月{day.day}日"


def fill(actor: gate.Actor, code: str, asked: tuple[Question, ...]) -> dict[str, Filled]:
    """Answers of one calculator, each read under its own purpose. What the registry lacks stays open."""
    names = {question.name for question in asked}
    found: dict[str, Filled] = {}
    if "region" in names or "birth" in names:
        found |= _person(enrolments.enrolments(actor), asked)
    if "paid_months" in names or "wage" in names:
        insurance = UNEMPLOYMENT if code == "unemployment" else contributions.PENSION
        found |= _paid(contributions.contributions(actor, insurance=insurance))
    if "account" in names:
        found |= _balance(accounts.accounts(actor))
    return {name: filled for name, filled in found.items() if name in names}


def _person(document: Mapping[str, Any], asked: tuple[Question, ...]) -> dict[str, Filled]:
    """Region, birth month, and the category where the sex alone decides it: a woman's post is not on record."""
    person = document.get("person")
    if not person:
        return {}
    day = _day(document)
    birth = months.parse(person["birth_date"])
    found = {"birth": Filled(months.to_text(birth), ENROLMENT, day)}
    offered = next((question.choices for question in asked if question.name == "region"), ())
    if places.known(person["region"]):
        found["region"] = Filled(places.settled(person["region"], offered), ENROLMENT, day)
    if person["sex"] == MALE:
        found["category"] = Filled("male60", ENROLMENT, day)
    return found


def _paid(document: Mapping[str, Any]) -> dict[str, Filled]:
    day = _day(document)
    found = {"paid_months": Filled(str(document["months_total"]), CONTRIBUTION, day)}
    rows = [row for row in document["rows"] if row["kind"] == "normal"]
    if rows:
        base = Filled(money.yuan(max(rows, key=lambda row: int(row["month"]))["base_fen"]), CONTRIBUTION, day)
        found |= {"base": base, "wage": base}
    return found


def _balance(document: Mapping[str, Any]) -> dict[str, Filled]:
    pension = next((row for row in document["accounts"] if row["kind"] == "pension"), None)
    if pension is None:
        return {}
    return {"account": Filled(money.yuan(pension["balance_fen"]), ACCOUNT, _day(document))}
