"""居民医保待遇等待期: fixed and variable months, and what repair saves (国办发〔2024〕38号)."""

from datetime import date

from shebao.items.calculators.answer import Answer, Limit, Option, Part, Step, Used
from shebao.items.calculators.questions import Choice, Question, Values, whole, word
from shebao.rules.medical import resident
from shebao.rules.medical.resident import BOOK, SINCE
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

CODE = "waiting"


def questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """In the window or not, years broken, years repaired."""
    window = (Choice("yes", "是", "多数地方是秋冬的几个月"), Choice("no", "不是，后来才参保"))
    return (
        Question("in_window", "是在集中参保期缴费的吗", "choice", "yes", choices=window, missing="还没有选是不是集中参保期。"),
        Question("broken_years", "断保了几年", "whole", "2", most=60, unit="年",
                 noun="断保年数",
                 hint="参过保、又没有缴的年数。没有断过写 0。", missing="还没有填断保几年。", outside="年数在 0 到 60 之间。"),
        Question("repaired_years", "准备补缴几年", "whole", "0", most=60, unit="年",
                 noun="补缴年数", hint="不补缴写 0。", missing="还没有填补缴几年。", outside="年数在 0 到 60 之间。"),
    )  # fmt: skip


def answer(values: Values, today: date) -> Answer:
    """Months to wait; with everything repaired as the other option."""
    in_window = word(values, "in_window") == "yes"
    broken, repaired = whole(values, "broken_years"), whole(values, "repaired_years")
    if repaired > broken:
        raise invalid("repaired_years", "补缴的年数不能比断保的多。")
    found, best = (
        resident.waiting(in_window=in_window, broken_years=broken, repaired_years=years).value
        for years in (repaired, broken)
    )
    saved = found.total_months - best.total_months
    subs = ["等的时候，医保不报销。"] if found.total_months else ["缴费后按当地时间开始报销。"]
    if saved:
        subs.append(f"断的 {broken} 年全部补缴，少等 {saved} 个月。")
    return Answer(
        calculator=CODE,
        title="缴费以后要等" if found.total_months else "不用等",
        figure=f"{found.total_months} 个月",
        subs=tuple(subs),
        steps=steps(in_window, broken, repaired, found),
        parts=(
            Part("fixed", "固定等待", found.fixed_months),
            Part("variable", "断保多等", found.variable_months),
        ),
        options=_options(found, best, repaired, broken),
        unsure=(
            BOOK.at("variable_waiting", NATION, SINCE).note,
            "补缴要多少钱，各地不同，没有算。",
            "等待从缴费那天还是下个月起，问当地。",
        ),
        limits=_limits(),
    )


def steps(in_window: bool, broken: int, repaired: int, found: resident.Waiting) -> tuple[Step, ...]:
    """Fixed, variable, together."""
    fixed, each, long_years, least = (
        BOOK.at(key, NATION, SINCE)
        for key in ("fixed_waiting", "variable_waiting", "long_break_years", "long_break_least")
    )
    why = "集中参保期缴的，不用等。" if in_window else "没有在集中参保期缴。"
    if broken:
        why = "断保过，不管什么时候缴都要等。"
    words = [f"断保 {broken} 年，每年多等 {each.fen} 个月。"]
    used = [Used(each)]
    if repaired:
        words.append(f"补缴 {repaired} 年，少等 {repaired * each.fen} 个月。")
    if broken >= long_years.fen:
        words.append(f"断保满 {long_years.fen} 年，两段加起来至少 {least.fen} 个月。")
        used += [Used(long_years), Used(least)]
    if not broken:
        words = ["没有断保，不多等。"]
    return (
        Step("fixed", "固定等待", f"{found.fixed_months} 个月", (why,), (Used(fixed),)),
        Step("variable", "断保多等", f"{found.variable_months} 个月", tuple(words), tuple(used)),
        Step(
            "total",
            "一共等",
            f"{found.total_months} 个月",
            (f"{found.fixed_months} + {found.variable_months}",),
        ),
    )


def _options(
    found: resident.Waiting, best: resident.Waiting, repaired: int, broken: int
) -> tuple[Option, ...]:
    """Now, and with every year repaired; nothing to compare when both are the same."""
    if found.total_months == best.total_months:
        return ()
    name = f"补缴 {repaired} 年" if repaired else "不补缴"
    return (
        Option("now", name, 0, 0, found.total_months, 0, 0, chosen=True),
        Option("repaired", f"补缴 {broken} 年", 0, 0, best.total_months, 0, 0),
    )


def _limits() -> tuple[Limit, ...]:
    gap, longest, newborn = (
        BOOK.at(key, NATION, SINCE) for key in ("gap_back_pay_months", "gap_longest_waiting", "newborn_days")
    )
    fixed = BOOK.at("fixed_waiting", NATION, SINCE)
    return (
        Limit(f"固定等待是 {fixed.fen} 个月，不能靠补缴减少。", fixed.law),
        Limit(f"新生儿 {newborn.fen} 天内参保，从出生起就能报。", newborn.law),
        Limit(f"职工医保断了 {gap.fen} 个月以内补上，不用等。", gap.law),
        Limit(f"职工医保断得更久，最多等 {longest.fen} 个月。", longest.law),
    )
