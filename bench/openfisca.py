"""Five insurances by rule against the same formula on OpenFisca-core (pip install openfisca-core to run this one)."""

import statistics
import sys
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shebao.rules import monthly
from shebao.rules.contribution import Scope

try:
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable
except ImportError:
    print("openfisca-core is not installed here; nothing compared")
    sys.exit(0)

PEOPLE, ROUNDS, MONTH = 500_000, 5, "2025-08"
SCOPE = Scope(month=202508, region="220100")
PERSON = build_entity(key="person", plural="persons", label="person", is_person=True)
RATES = {
    "pension_employer": 0.16, "pension_person": 0.08, "jobless_employer": 0.007, "jobless_person": 0.003,
    "medical_employer": 0.077, "medical_person": 0.02, "injury_employer": 0.002, "injury_person": 0.0,
    "maternity_employer": 0.0, "maternity_person": 0.0,
}  # fmt: skip


def variable(name: str, formula: Any = None) -> type[Any]:
    """A monthly amount of a person in yuan, with or without a formula."""
    body: dict[str, Any] = {
        "value_type": float,
        "entity": PERSON,
        "definition_period": DateUnit.MONTH,
        "label": name,
    }
    if formula is not None:
        body["formula"] = formula
    return type(name, (Variable,), body)


def base(person: Any, period: Any) -> Any:
    """The wage inside the band."""
    return np.clip(person("wage", period), 4393.20, 21966.00)


def share(rate: float) -> Any:
    """An amount: base x rate, rounded to fen."""
    return lambda person, period: np.floor(person("base", period) * (rate * 100) + 0.5) / 100


def system() -> Any:
    """The tax and benefit system of the formula."""
    built = TaxBenefitSystem([PERSON])
    built.add_variable(variable("wage"))
    built.add_variable(variable("base", base))
    for name, rate in RATES.items():
        built.add_variable(variable(name, share(rate)))
    return built


def by_openfisca(built: Any, wages: NDArray[np.int64]) -> float:
    """Seconds of one simulation, its building left out."""
    simulation = SimulationBuilder().build_default_simulation(built, count=len(wages))
    simulation.set_input("wage", MONTH, wages / 100)
    started = time.perf_counter()
    for name in RATES:
        simulation.calculate(name, MONTH)
    return time.perf_counter() - started


def by_rule(wages: NDArray[np.int64]) -> float:
    """Seconds of the rule in chunks that stay in the cache."""
    started = time.perf_counter()
    for start in range(0, len(wages), 32_768):
        monthly.assess(declared_fen=wages[start : start + 32_768], scope=SCOPE)
    return time.perf_counter() - started


def equal_share(built: Any, wages: NDArray[np.int64]) -> float:
    """The share of people whose 单位 pension amount is the same fen; OpenFisca counts in float32."""
    simulation = SimulationBuilder().build_default_simulation(built, count=len(wages))
    simulation.set_input("wage", MONTH, wages / 100)
    theirs = np.rint(simulation.calculate("pension_employer", MONTH).astype(np.float64) * 100)
    ours = monthly.assess(declared_fen=wages, scope=SCOPE, insurances=("110",)).value.parts[0].employer
    return float((theirs == ours).mean())


def one_by_one(built: Any, wages: NDArray[np.int64]) -> tuple[float, float]:
    """Seconds a person when asked one at a time: OpenFisca, rule."""
    theirs = sum(by_openfisca(built, wages[place : place + 1]) for place in range(100)) / 100
    started = time.perf_counter()
    for wage in wages[:100].tolist():
        monthly.assess(declared_fen=wage, scope=SCOPE)
    return theirs, (time.perf_counter() - started) / 100


def main() -> None:
    """Interleaved rounds; the ratio of medians."""
    wages = np.random.default_rng(20261121).integers(100_000, 4_000_000, PEOPLE, dtype=np.int64)
    built = system()
    rounds = [(by_openfisca(built, wages), by_rule(wages)) for _ in range(ROUNDS)]
    theirs, ours = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(f"OpenFisca {PEOPLE / theirs / 1e6:.1f} M people/s, rule {PEOPLE / ours / 1e6:.1f} M people/s")
    print(f"columns: rule is {theirs / ours:.1f} times as fast (aim 10)")
    print(f"amounts equal to the fen: {equal_share(built, wages):.3%}")
    single = one_by_one(built, wages)
    print(f"one person: {single[0] * 1e6:.0f} µs against {single[1] * 1e6:.0f} µs with its explanation")


if __name__ == "__main__":
    main()
