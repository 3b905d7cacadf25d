"""基本养老金年度调整: fixed amount, link to years and pension, tilt to age. Provincial detail is demo only."""

from fractions import Fraction
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import share, where
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.pension", "adjustment.toml", "adjustment.demo.toml")


def total_rate(year: int) -> Value:
    """The national total of a year's adjustment (average), as announced; other years are refused."""
    return BOOK.at("total_rate", NATION, year * 100 + 1)


def increase(
    *, pension_fen: Any, paid_years: Any, age_years: Any, year: int, region: str, allow_demo: bool = False
) -> Explained[Any]:
    """The monthly increase (fen). Needs `allow_demo`, for no province's detail has been established."""
    note = Working()
    month = year * 100 + 1

    def used(key: str) -> Any:
        return note.use(BOOK.at(key, region, month, allow_demo=allow_demo))

    fixed = note.step("定额调整", "每人相同", used("fixed"))
    by_years = note.step("挂钩缴费年限", "缴费年限×每年加发额", paid_years * used("per_year"))
    rate = Fraction(used("linked_rate"))
    linked = note.step("挂钩养老金", f"本人养老金×{percent(rate)}", share(pension_fen, rate))
    tilt = note.step("高龄倾斜", "到了年龄的加发", where(age_years >= used("tilt_age"), used("tilt"), 0))
    return note.explained(note.step("每月增加", "各项相加", fixed + by_years + linked + tilt))
