"""What the rules say to a person about to retire: three scenarios of one choice, and the other choices."""

from dataclasses import dataclass
from datetime import date

from shebao.base import month as months
from shebao.items.calculators import places
from shebao.items.calculators.questions import Values, whole, word
from shebao.rules import bases
from shebao.rules.explain import Explained
from shebao.rules.pension import annuity, estimate, flexible, index, retirement
from shebao.rules.pension.estimate import OPTIONS, Estimate, Person
from shebao.rules.pension.retirement import Retirement
from shebao.rules.refusals import invalid

WORKING_AGE = 16
MIDDLE = 1


@dataclass(frozen=True)
class Found:
    """What the rules said: one estimate per scenario of the chosen option, the middle one of each other."""

    person: Person
    statutory: Retirement
    chosen: str
    scenarios: tuple[Explained[Estimate], ...]
    options: dict[str, Estimate]

    @property
    def middle(self) -> Estimate:
        """The estimate that the page leads with."""
        return self.scenarios[MIDDLE].value


def person_of(values: Values, today: date) -> Person:
    """The person of the rules. Refuses more months than have passed, and places without figures."""
    now, region, birth = months.of(today), word(values, "region"), whole(values, "birth")
    paid, deemed = whole(values, "paid_months"), whole(values, "deemed_months")
    if not places.known(region):
        raise invalid("region", "没有这个参保地代码。")
    if paid + deemed > months.months_until(birth, now) - 12 * WORKING_AGE:
        raise invalid("paid_months", "比满 16 岁以来的月数还多，请检查。")
    if months.months_until(birth, now) // 12 > annuity.LAST_AGE:
        raise invalid("birth", "计发月数表只到 70 岁，再大就算不了。")
    limits = bases.bounds(month=now, region=region, provisional=True)
    base_fen = bases.determine(whole(values, "base"), limits)
    index_e6 = whole(values, "index") or index.month_index(base_fen, limits.average)
    return Person(
        birth=birth,
        category=word(values, "category"),
        region=region,
        now=now,
        paid_months=paid,
        deemed_months=deemed,
        index_e6=index_e6,
        account_fen=whole(values, "account"),
        base_fen=base_fen,
    )


def find(person: Person, option: str) -> Found:
    """Asks the rules: three scenarios of one option, and the other options. Refuses what the rules refuse."""
    statutory = retirement.statutory(person.birth, person.category)
    middle = estimate.SCENARIOS[MIDDLE]
    every = tuple(OPTIONS) if statutory.affected else ("statutory",)
    if option not in every:
        raise invalid("option", flexible.REASONS["not_applicable"])
    scenarios = estimate.scenarios(person, option)
    options = {option: scenarios[MIDDLE].value}
    for other in every:
        month = estimate.chosen_month(person, other)
        if month not in {found.month for found in options.values()}:
            options[other] = estimate.estimate(person, option=other, assumptions=middle).value
    return Found(person, statutory, option, scenarios, options)
