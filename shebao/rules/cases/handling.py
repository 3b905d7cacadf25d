"""Cases of working days, deadlines and duties."""

from typing import Any

from shebao.base import workdays
from shebao.base.money import plain_yuan
from shebao.base.workdays import Calendar, Deadline, Pause
from shebao.rules.cases.inputs import Input, table
from shebao.rules.dated import Value
from shebao.rules.handling import calendars, deadlines, duties
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION


def _calendar(given: Input) -> Calendar:
    return calendars.of(given.text("region", default=NATION))


def _pauses(given: Input) -> list[Pause]:
    spans = given.raw("pauses", default=[])
    read = [Input(span if isinstance(span, dict) else {"from": span[0], "to": span[1]}) for span in spans]
    return [(span.day("from", "since", "start"), span.day("to", "until", "end")) for span in read]


def add_working_days(given: Input) -> dict[str, Any]:
    """The last working day of a period."""
    found = workdays.add_working_days(
        given.day("received", "start"), given.whole("days"), _calendar(given), _pauses(given)
    )
    return {"deadline": found.day.isoformat(), "provisional": found.provisional}


def is_working_day(given: Input) -> dict[str, Any]:
    """Whether a day is worked."""
    found = workdays.workday(given.day("date"), _calendar(given))
    return {"working_day": found.working, "provisional": found.provisional, "name": found.name or None}


def add_calendar_days(given: Input) -> dict[str, Any]:
    """The last day of a period of days or months, moved off a holiday."""
    start = given.day("start", "received")
    if given.has("months", "years"):
        count = given.whole("months", default=0) + 12 * given.whole("years", default=0)
        return _last(workdays.add_months(start, count, _calendar(given)))
    return _last(workdays.add_calendar_days(start, given.whole("days"), _calendar(given), _pauses(given)))


def _last(found: Deadline) -> dict[str, Any]:
    return {
        "raw_last_day": found.raw.isoformat(),
        "last_day": found.day.isoformat(),
        "provisional": found.provisional,
    }


def working_days_in_year(given: Input) -> dict[str, Any]:
    """How many working days a year has."""
    return {"working_days": workdays.days_of(given.whole("year"), _calendar(given))}


def handling_deadline(given: Input) -> dict[str, Any]:
    """The statutory limit of an item, and its last day when the day of receipt is given."""
    item = given.text("item")
    code = str(table()["item"].get(item, item))
    value = deadlines.limit(code)
    told: dict[str, Any] = {"law": value.law} | _limit(value)
    if deadlines.article(value):
        told["article"] = deadlines.article(value)
    if deadlines.extension_days(code):
        told["extension_days"] = deadlines.extension_days(code)
    if given.has("received", "start"):
        found = deadlines.deadline(
            code,
            given.day("received", "start"),
            region=given.text("region", default=NATION),
            pauses=_pauses(given),
            extended=given.flag("extended", default=False),
        )
        told |= {"deadline": found.day.isoformat(), "provisional": found.provisional}
    return told


def _limit(value: Value) -> dict[str, int]:
    if value.unit == "years":
        return {"years": value.fen, "months": value.fen * 12, "calendar_days": value.fen * 365}
    return {"working_days" if value.unit == "working_days" else "calendar_days": value.fen}


def cancel_registration(given: Input) -> dict[str, Any]:
    """Only with everything settled."""
    found = duties.cancel_registration(
        arrears_fen=given.fen("arrears", default=0),
        late_fee_fen=given.fen("late_fee", default=0),
        fine_fen=given.fen("fine", default=0),
    )
    return _ruling(found)


def require_material(given: Input) -> dict[str, Any]:
    """Only on a legal basis."""
    basis, material = given.raw("legal_basis", default=""), given.raw("material")
    if not isinstance(basis, str) or not isinstance(material, str) or not material:
        raise invalid("material", "要写明材料和法律依据。")
    return _ruling(duties.require_material(material=material, legal_basis=basis))


def _ruling(found: duties.Ruling) -> dict[str, Any]:
    return {
        "allowed": found.allowed,
        "reason": found.reason or None,
        "message": found.message,
        "law": found.law,
    }


def record_query_fee(given: Input) -> dict[str, Any]:
    """Free."""
    return {"fee": plain_yuan(duties.record_query_fee(given.text("requester", default="self")))}


def overpayment_recovery(given: Input) -> dict[str, Any]:
    """How too much is paid back."""
    return {"options": list(duties.overpayment_recovery(lump_sum_possible=given.flag("lump_sum_possible")))}


def transfer_steps(given: Input) -> dict[str, Any]:
    """Working days of each step."""
    steps = deadlines.transfer_steps(given.text("scheme"))
    return {"steps_working_days": list(steps), "total": sum(steps)}


FUNCTIONS = {
    "add_working_days": add_working_days,
    "is_working_day": is_working_day,
    "add_calendar_days": add_calendar_days,
    "working_days_in_year": working_days_in_year,
    "handling_deadline": handling_deadline,
    "handling_deadline_calendar": handling_deadline,
    "cancel_registration": cancel_registration,
    "require_material": require_material,
    "record_query_fee": record_query_fee,
    "overpayment_recovery": overpayment_recovery,
    "transfer_steps": transfer_steps,
}
