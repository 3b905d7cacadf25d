"""How close is the assessment of five insurances on int64 columns to hand-written NumPy of the same formula?"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shebao.rules import monthly
from shebao.rules.contribution import Scope
from shebao.rules.pension import amount
from shebao.rules.pension.estimate import Person, estimate

Column = NDArray[np.int64]
PEOPLE, CHUNK, ROUNDS = 2_000_000, 32_768, 9
SCOPE = Scope(month=202508, region="220100")
FLOOR, CEILING = 439320, 2196600


def by_hand(wages: Column) -> tuple[Column, ...]:
    """The floor: base, then 16/8, 0.7/0.3, 7.7/2, 0.2/0 and 0/0 percent, rounded half up."""
    base = np.minimum(np.maximum(wages, FLOOR), CEILING)
    nothing = np.zeros_like(base)
    return (
        base,
        (base * 16 + 50) // 100,
        (base * 8 + 50) // 100,
        (base * 7 + 500) // 1000,
        (base * 3 + 500) // 1000,
        (base * 77 + 500) // 1000,
        (base * 2 + 50) // 100,
        (base * 2 + 500) // 1000,
        nothing,
        nothing.copy(),
        nothing.copy(),
    )


def by_rule(wages: Column) -> tuple[Column, ...]:
    """The rule, with its working."""
    found = monthly.assess(declared_fen=wages, scope=SCOPE).value
    return (found.base, *(column for part in found.parts for column in (part.employer, part.employee)))


def seconds(work: Callable[[Column], tuple[Column, ...]], wages: Column) -> float:
    """One pass over the province in chunks."""
    started = time.perf_counter()
    for start in range(0, len(wages), CHUNK):
        work(wages[start : start + CHUNK])
    return time.perf_counter() - started


def main() -> None:
    """Interleaved rounds; the ratio of medians."""
    wages = np.random.default_rng(20261121).integers(100_000, 4_000_000, PEOPLE, dtype=np.int64)
    if not all(map(np.array_equal, by_hand(wages), by_rule(wages))):
        raise SystemExit("the rule and the floor differ")
    rounds = [(seconds(by_hand, wages), seconds(by_rule, wages)) for _ in range(ROUNDS)]
    hand, rule = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"by hand {PEOPLE / hand / 1e6:.1f} M people/s, rule {PEOPLE / rule / 1e6:.1f} M people/s")
    print(f"rule / hand: {hand / rule:.0%} (aim 70%)")
    person = Person(197906, "male60", "220100", 202611, 207, 0, 700_000, 9_000_000, 650_000)
    estimate(person)
    started = time.perf_counter()
    for _ in range(200):
        estimate(person).as_json()
    print(f"one pension estimate with explanation: {(time.perf_counter() - started) * 5:.2f} ms (aim 2)")
    facts = amount.Facts(700_000, 3000, 500, account_fen=9_000_000)
    terms = amount.terms_of(region="220100", month=202508)
    people = np.full(1_000_000, 700_000, dtype=np.int64)
    started = time.perf_counter()
    amount.compute(terms, amount.Facts(people, facts.years_e2, facts.deemed_years_e2, account_fen=9_000_000))
    print(f"a million pensions: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
