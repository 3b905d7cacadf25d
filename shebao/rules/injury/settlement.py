"""工伤待遇核定: what a grade, a death or a device gives, from the wages before the accident (条例第三十二至三十九条)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.base.money import round_half_up
from shebao.rules import bases
from shebao.rules.columns import least
from shebao.rules.explain import Explained, Working
from shebao.rules.injury import benefit
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

MONTHS = 12
STAND_IN = "统筹地区平均工资没有单独公布的，用缴费基数依据的平均工资。"
AT_LEAST = "伤残津贴低于当地最低工资的，由基金补足差额。"


@dataclass(frozen=True)
class Disability:
    """Fen: once, and each month; `payer` of the monthly allowance is fund, employer or nobody."""

    lump: int
    allowance: int
    payer: str
    nursing: int


@dataclass(frozen=True)
class Death:
    """Fen: funeral grant and lump sum once, one relative's share each month."""

    funeral: int
    lump: int
    monthly: int


def disability(
    grade: int, care: str, *, wages: Sequence[int], accident: int, month: int, region: str, lump_due: bool = True
) -> Explained[Disability]:  # fmt: skip
    """第三十四至三十七条. `wages`: bases (fen) of the months before the accident, newest first; `month` of payment.

    `lump_due` false: the lump sum was paid before, or is not due (第十五条第三项旧伤复发). Refuses without wages.
    """
    note = Working()
    wage = _own_wage(note, wages, accident, region)
    lump = allowance = nursing = 0
    payer = ""
    if lump_due and grade:
        count = benefit.lump_sum_months(grade)
        lump = note.step("一次性伤残补助金", f"本人工资×{count}个月", wage * count, law=_article(grade))
    if 1 <= grade <= 6:
        payer = benefit.allowance_payer(grade)
        percent = benefit.ALLOWANCE_PERCENT[grade - 1]
        name = "伤残津贴（每月）" if payer == "fund" else "伤残津贴（每月，难以安排工作时由单位发）"
        allowance = note.step(
            name, f"本人工资×{percent}%", int(benefit.allowance(grade, wage)), law=_article(grade)
        )
        note.say(AT_LEAST if payer == "fund" else "五级、六级的伤残津贴由单位发，不从基金支付。")
    if care:
        area = _average(note, month, region)
        percent = benefit.NURSING_PERCENT[benefit.NURSING.index(care)]
        nursing = note.step("生活护理费（每月）", f"平均工资×{percent}%", int(benefit.nursing(care, area)),
                            law="工伤保险条例第三十四条")  # fmt: skip
    return note.explained(Disability(lump, allowance, payer, nursing))


def death(
    *, died: int, accident: int, wages: Sequence[int], region: str, relative: tuple[str, bool] | None,
    others: Sequence[tuple[str, bool]] = (), once: bool, at_work: bool,
) -> Explained[Death]:  # fmt: skip
    """第三十九条. `relative` (relation, orphan or lone elder) asks for a pension beside `others` who have one.

    `once`: funeral grant and lump sum are still due; `at_work` false: grades 1-4 who died later, without lump sum.
    """
    note = Working()
    funeral = lump = monthly = 0
    if once:
        area = _average(note, died, region)
        months = benefit.BOOK.at("funeral_months", NATION, benefit.SINCE).fen
        funeral = note.step("丧葬补助金", f"平均工资×{months}个月", int(benefit.funeral(area)),
                            law="工伤保险条例第三十九条")  # fmt: skip
    if once and at_work:
        worked = benefit.death_lump_sum(died // 100, provisional=True)
        lump = worked.value
        note.steps += worked.steps
        for used in worked.parameters:
            note.use(used)
    if relative is not None:
        wage = _own_wage(note, wages, accident, region)
        before = benefit.dependants(wage, others).total
        monthly = note.step("供养亲属抚恤金（每月）", "本人工资×比例，各亲属合计不超过本人工资",
                            benefit.dependants(wage, [*others, relative]).total - before,
                            law="工伤保险条例第三十九条")  # fmt: skip
    return note.explained(Death(funeral, lump, monthly))


def device(price_fen: int, ceiling_fen: int) -> int:
    """第三十二条: the bill (fen), at most the ceiling of the catalogue."""
    return int(least(price_fen, ceiling_fen))


def _own_wage(note: Working, wages: Sequence[int], accident: int, region: str) -> int:
    if not wages:
        raise invalid("wages", "受伤前没有缴费记录，算不出本人工资。")
    used = list(wages)[:MONTHS]
    average = round_half_up(sum(used), len(used))
    area = _average(note, accident, region)
    return int(note.step("本人工资", f"受伤前{len(used)}个月平均缴费工资，在平均工资的60%到300%之间",
                         int(benefit.own_wage(average, area)), law="工伤保险条例第六十四条"))  # fmt: skip


def _average(note: Working, month: int, region: str) -> int:
    note.say(STAND_IN)
    return int(note.use(bases.BOOK.at("average", region, month, allow_demo=True, provisional=True)))


def _article(grade: int) -> str:
    return f"工伤保险条例第三十{'五' if grade <= 4 else '六' if grade <= 6 else '七'}条"
