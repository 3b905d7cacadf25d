"""缴费测算 for residents: the yearly grade of 居民养老, the yearly amount of 居民医保, and the pension it leads to."""

from datetime import date

from shebao.base import money
from shebao.items.calculators import places
from shebao.items.calculators.answer import Answer, Limit, Missing, Part, Step, Used, yuan
from shebao.items.calculators.questions import Question, Values, whole, word
from shebao.rules import bases, dated
from shebao.rules.medical import resident as medical
from shebao.rules.refusals import RuleRefusal, invalid
from shebao.rules.regions import NATION
from shebao.rules.resident_pension import contribution, pension

CODE = "resident"
PLACES = places.sourced((bases.BOOK, "average"), (contribution.BOOK, "top_grade"))
PROVINCES = frozenset(code for code in PLACES if code.endswith("0000"))


def questions(region: str, home: str, today: date) -> tuple[Question, ...]:
    """Where, which grade, for how many years."""
    place = places.question(PROVINCES, region, home)
    grades = [
        money.yuan(fen).removesuffix(".00") for fen in contribution.grades(on=today, region=place.example)
    ]
    return (
        place,
        Question("grade", "一年缴多少", "money", "500.00", least=1, most=10**8, unit="元",
                 noun="一年缴的数", hint=f"可以选：{'、'.join(grades)} 元。", missing="还没有填一年缴多少。",
                 outside="没有这个缴费档次。"),
        Question("years", "一共缴几年", "whole", "15", least=1, most=60, unit="年",
                 noun="年数", hint="已经缴的也算上。", missing="还没有填缴几年。", outside="年数在 1 到 60 之间。"),
    )  # fmt: skip


def answer(values: Values, today: date) -> Answer:
    """One year's payments and, at today's standard, the pension after so many years."""
    region, grade, years = word(values, "region"), whole(values, "grade"), whole(values, "years")
    if not places.known(region):
        raise invalid("region", "没有这个参保地代码。")
    found = contribution.yearly(grade_fen=grade, on=today, region=region)
    subsidy = found.parameters[-1]
    steps = [
        Step("grade", "居民养老，一年缴", yuan(grade), ("自己选的档次，选高选低都可以。",), law="国发〔2014〕8号"),
        Step("subsidy", "政府补贴，一年", yuan(found.value.subsidy), ("按档次给的最低补贴。",), (Used(subsidy),)),
        Step("account", "一年记进账户", yuan(found.value.to_account),
             (f"{money.yuan(grade)} + {money.yuan(found.value.subsidy)}",)),
    ]  # fmt: skip
    missing, cover = [], 0
    try:
        funding = medical.funding(today.year)
        cover = funding.value.personal
        steps.append(medical_step(funding.value))
    except RuleRefusal as refusal:
        missing.append(Missing("居民医保", refusal.message))
    subs = []
    try:
        steps.append(pension_step(found.value.to_account, years, region=region, on=today))
        subs.append(f"缴满 {years} 年，60 岁起每月约 {steps[-1].result}。")
    except RuleRefusal as refusal:
        missing.append(Missing("将来的养老金", refusal.message))
    least = pension.BOOK.at("minimum_years", NATION, today)
    if years < least.fen:
        subs = [f"缴 {years} 年还不能领，要缴满 {least.fen} 年。"]
    return Answer(
        calculator=CODE,
        title="居民养老和医保，一年一共缴" if cover else "居民养老，一年缴",
        fen=grade + cover,
        subs=tuple(subs),
        steps=tuple(steps),
        parts=tuple(part for part in (Part("grade", "居民养老", grade), Part("medical", "居民医保", cover)) if part.size),
        missing=tuple(missing),
        unsure=_unsure(steps),
        limits=_limits(today),
    )  # fmt: skip


def medical_step(funding: medical.Funding) -> Step:
    """居民医保 of the coming year."""
    month = funding.notice_year * 100 + 1
    personal, subsidy = (medical.BOOK.at(key, NATION, month) for key in ("personal", "subsidy"))
    words = (
        f"{funding.notice_year} 年秋冬缴，管 {funding.cover_year} 年。",
        f"财政另外补助 {yuan(funding.subsidy)}。",
    )
    return Step("medical", "居民医保，一年缴", yuan(funding.personal), words, (Used(personal), Used(subsidy)))


def pension_step(to_account: int, years: int, *, region: str, on: date) -> Step:
    """The pension at today's standard, without interest. Refuses places without a base pension."""
    balance = to_account * years
    found = pension.monthly(balance=balance, years=years, on=on, region=region)
    words = [f"基础养老金 {money.yuan(found.value.base_pension)}"]
    if found.value.supplement:
        words.append(f"缴费超过 15 年，加 {money.yuan(found.value.supplement)}")
    divisor = pension.BOOK.at("account_divisor", NATION, on).fen
    words.append(f"账户 {money.yuan(balance)} ÷ {divisor} = {money.yuan(found.value.account_pension)}")
    used = tuple(Used(value) for value in found.parameters)
    return Step("pension", "60 岁起每月约", yuan(found.value.total), tuple(words), used)


def _unsure(steps: list[Step]) -> tuple[str, ...]:
    told = [used.value.note for step in steps for used in step.used if used.value.note]
    told += ["账户利息没有算，将来的标准也会变。", "居民医保是全国最低标准，当地可能更高。"]
    return tuple(dict.fromkeys(told))


def _limits(today: date) -> tuple[Limit, ...]:
    def law(book: dated.Book, key: str) -> str:
        return book.at(key, NATION, today).law

    years = pension.BOOK.at("minimum_years", NATION, today).fen
    age = pension.BOOK.at("pension_age", NATION, today).fen
    return (
        Limit(f"满 {age} 岁，缴满 {years} 年，按月领。", law(pension.BOOK, "pension_age")),
        Limit(f"男女都是 {age} 岁，2025 年的延迟退休不影响。", law(pension.BOOK, "pension_age")),
        Limit(f"满 {contribution.YOUNGEST} 岁才能参加居民养老。", law(contribution.BOOK, "grades")),
    )
