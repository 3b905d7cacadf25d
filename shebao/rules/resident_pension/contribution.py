"""城乡居民养老保险缴费: a chosen yearly grade and the government's subsidy (国发〔2014〕8号)."""

from dataclasses import dataclass
from datetime import date

from shebao.rules import dated
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid

BOOK = dated.load("shebao.rules.resident_pension", "contribution.toml")
HIGHER_FROM_FEN = 500_00
YOUNGEST = 16


@dataclass(frozen=True)
class ResidentYear:
    """One year's payment in fen; both parts go to 个人账户."""

    personal: int
    subsidy: int
    to_account: int


def grades(*, on: date, region: str) -> tuple[int, ...]:
    """The yearly grades (fen) known for a region: the national ones and the province's top grade."""
    national = tuple(grade * 100 for grade in BOOK.at("grades", region, on).value)
    top = BOOK.at("top_grade", region, on).fen
    return tuple(sorted({*national, top}))


def yearly(*, grade_fen: int, on: date, region: str) -> Explained[ResidentYear]:
    """A year at a grade with the least subsidy the law promises; refuses a grade that does not exist."""
    note = Working()
    if grade_fen not in grades(on=on, region=region):
        raise invalid("grade", "没有这个缴费档次。")
    top = BOOK.at("top_grade", region, on)
    is_local_top = grade_fen == top.fen and BOOK.sourced("top_grade_subsidy", region, on)
    key = "higher_subsidy" if grade_fen >= HIGHER_FROM_FEN else "lowest_subsidy"
    subsidy = int(note.use(BOOK.at("top_grade_subsidy" if is_local_top else key, region, on)))
    note.step("个人缴费", "自己选的档次", grade_fen, law="国发〔2014〕8号")
    note.step("政府补贴", "按档次给的最低补贴", subsidy)
    note.step("计入个人账户", "个人缴费＋政府补贴", grade_fen + subsidy)
    return note.explained(ResidentYear(grade_fen, subsidy, grade_fen + subsidy))
