"""生育津贴: days of leave by national rule times the unit's daily average wage."""

from datetime import date

from shebao.base import money
from shebao.items.calculators.answer import Answer, Limit, Step, Used, yuan
from shebao.items.calculators.questions import Choice, Question, Values, whole, word
from shebao.rules import bases
from shebao.rules.maternity import allowance
from shebao.rules.maternity.allowance import BOOK, SINCE
from shebao.rules.regions import NATION

CODE = "maternity"


def questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """The unit's average, how the child came, how many."""
    kinds = (
        Choice("normal", "顺产"),
        Choice("difficult", "难产"),
        Choice("miscarriage_early", "流产，怀孕不满 4 个月"),
        Choice("miscarriage_late", "流产，怀孕满 4 个月"),
    )
    return (
        Question("average", "单位的月平均工资", "money", "7,200.00", least=1, most=bases.LARGEST_WAGE_FEN, unit="元",
                 hint="上年度全体职工的平均，不是您自己的工资。问单位人事。", missing="还没有填单位的月平均工资。",
                 outside="工资要大于 0 元，不超过 1000 万元。"),
        Question("kind", "是哪一种", "choice", "normal", choices=kinds, missing="还没有选是哪一种。"),
        Question("babies", "一次生几个", "whole", "1", least=1, most=9, unit="个",
                 noun="婴儿数", hint="流产不用管这一项。", missing="还没有填生几个。", outside="婴儿数在 1 到 9 之间。"),
    )  # fmt: skip


def answer(values: Values, today: date) -> Answer:
    """Days and amount."""
    average, kind, babies = whole(values, "average"), word(values, "kind"), whole(values, "babies")
    found = allowance.allowance(employer_average_fen=average, kind=kind, babies=babies).value
    divisor = BOOK.at("days_in_month", NATION, SINCE)
    amount = Step(
        "amount",
        "生育津贴",
        yuan(found.amount),
        (f"{money.yuan(average)} ÷ {divisor.fen} × {found.days}，四舍五入到分",),
        (Used(divisor),),
        "社会保险法第五十六条",
    )
    return Answer(
        calculator=CODE,
        title=f"产假 {found.days} 天，津贴一共约",
        fen=found.amount,
        subs=("由生育保险基金付，您不用缴费。",),
        steps=(days(kind, babies, found.days), amount),
        unsure=(
            "各省另加的生育假没有算在内。",
            "单位的月平均工资以参保登记为准。",
            "您的工资更高的，差额问单位怎么办。",
        ),
        limits=(
            Limit("单位给您缴了生育保险，才能领。", "社会保险法第五十四条"),
            Limit("按单位上年度职工月平均工资算。", "社会保险法第五十六条"),
            Limit(
                f"国家规定产假 {BOOK.at('birth_days', NATION, SINCE).fen} 天，产前可以休 15 天。",
                BOOK.at("birth_days", NATION, SINCE).law,
            ),
        ),
    )


def days(kind: str, babies: int, count: int) -> Step:
    """产假天数."""
    if kind in allowance.MISCARRIAGES:
        value = BOOK.at(allowance.MISCARRIAGES[kind], NATION, SINCE)
        return Step("days", "产假天数", f"{count} 天", (f"流产休 {value.fen} 天。",), (Used(value),))
    birth, difficult, further = (
        BOOK.at(key, NATION, SINCE) for key in ("birth_days", "difficult_days", "further_baby_days")
    )
    words, used = [f"基本 {birth.fen} 天。"], [Used(birth)]
    if kind == "difficult":
        words.append(f"难产加 {difficult.fen} 天。")
        used.append(Used(difficult))
    if babies > 1:
        words.append(f"多生 {babies - 1} 个，每个加 {further.fen} 天。")
        used.append(Used(further))
    return Step("days", "产假天数", f"{count} 天", tuple(words), tuple(used))
