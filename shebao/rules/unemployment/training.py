"""技能提升补贴 (人社部发〔2017〕40号): who, until when, how much by level; every standard is a parameter."""

from datetime import date

from shebao.base import month as months
from shebao.base import workdays
from shebao.rules import dated
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid

BOOK = dated.load("shebao.rules.unemployment", "training.toml")
LEVELS = ("5", "4", "3")


def least_months(*, on: date, region: str) -> int:
    """Paid months that are asked for."""
    return BOOK.at("least_months", region, on).fen


def last_day(issued: date, *, region: str) -> date:
    """The last day to apply for a certificate issued on a day."""
    return workdays.add_months(issued, BOOK.at("within_months", region, issued).fen).day


def amount(level: str, *, on: date, region: str) -> Explained[int]:
    """补贴 of a level (fen); an unknown level is refused."""
    if level not in LEVELS:
        raise invalid("level", "补贴只有初级、中级和高级三档。")
    note = Working()
    value = int(note.use(BOOK.at(f"amount_{level}", region, months.of(on))))
    return note.explained(note.step("技能提升补贴", "按证书等级", value))
