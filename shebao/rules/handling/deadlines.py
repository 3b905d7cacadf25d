"""法定办理时限: working days of the 经办条例, calendar days of the law and the injury regulation."""

import re
from collections.abc import Sequence
from datetime import date

from shebao.base import workdays
from shebao.base.workdays import Deadline, Pause
from shebao.rules import dated
from shebao.rules.dated import Value
from shebao.rules.handling import calendars
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.handling", "deadlines.toml")
CURRENT = date(2024, 1, 1)
APPRAISAL = "labour_capacity_appraisal"
TRANSFER_STEPS = {
    "110": ("pension_transfer", 3),
    "120": ("occupational_pension_transfer", 3),
    "310": ("medical_transfer", 1),
}


def limit(item: str) -> Value:
    """The statutory limit of an item with its law; an unknown item is refused."""
    if item not in BOOK.values:
        raise invalid("item", "没有查到这一项的法定时限。")
    return BOOK.at(item, NATION, CURRENT)


def article(value: Value) -> str:
    """The article named in a law: 第二十二条; empty for a document without one."""
    found = re.search(r"第[一二三四五六七八九十百]+条", value.law)
    return found[0] if found else ""


def extension_days(item: str) -> int:
    """By how many days a limit may be extended."""
    return limit("appraisal_extension").fen if item == APPRAISAL else 0


def deadline(
    item: str, received: date, *, region: str = NATION, pauses: Sequence[Pause] = (), extended: bool = False
) -> Deadline:
    """The last day for an item received on a day; time in which the applicant supplements does not count."""
    value = limit(item)
    calendar = calendars.of(region)
    if value.unit == "working_days":
        return workdays.add_working_days(received, value.fen, calendar, pauses)
    if value.unit in ("years", "months"):
        return workdays.add_months(received, value.fen * (12 if value.unit == "years" else 1), calendar)
    extra = extension_days(item) if extended else 0
    return workdays.add_calendar_days(received, value.fen + extra, calendar, pauses)


def transfer_steps(scheme: str) -> tuple[int, ...]:
    """Working days of each step of a transfer between regions; unknown schemes are refused."""
    if scheme not in TRANSFER_STEPS:
        raise invalid("scheme", "没有查到这个险种的转移时限。")
    item, steps = TRANSFER_STEPS[scheme]
    return (limit(item).fen,) * steps
