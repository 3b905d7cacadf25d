"""Assessing five insurances on int64 columns: how close to hand-written NumPy, how far from OpenFisca-core?

Interleaved rounds, medians of the ratios inside a round, processor time; only the ratios mean anything.
OpenFisca is measured when it is installed (`pip install openfisca-core`): the same formula in whole fen, its
constants written in.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shebao.rules import monthly
from shebao.rules.contribution import Scope

try:
    from openfisca_core import entities, periods, simulation_builder, taxbenefitsystems, variables
except ModuleNotFoundError:
    entities = None

Column = NDArray[np.int64]
PEOPLE, CHUNK, ROUNDS = 1_000_000, 32_768, 11
SCOPE = Scope(month=202508, region="220100")
FLOOR, CEILING = 439320, 2196600
RATES = ((16, 100), (8, 100), (7, 1000), (3, 1000), (77, 1000), (2, 100), (2, 1000), (0, 1), (0, 1), (0, 1))


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


def openfisca() -> Callable[[Column], tuple[Column, ...]]:
    """The same formula as variables of a tax-benefit system; one simulation a call."""
    person = entities.Entity("person", "persons", "", "")
    system = taxbenefitsystems.TaxBenefitSystem([person])

    def variable(name: str, formula: Any = None) -> str:
        members: dict[str, Any] = {
            "value_type": int, "entity": person, "definition_period": periods.DateUnit.MONTH, "label": name,
        }  # fmt: skip
        if formula is not None:
            members["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), members))
        return name

    def share(top: int, bottom: int) -> Any:
        return lambda people, period: (people("base", period) * top + bottom // 2) // bottom

    variable("wage")
    variable("base", lambda people, period: np.minimum(np.maximum(people("wage", period), FLOOR), CEILING))
    parts = [variable(f"part_{place}", share(*rate)) for place, rate in enumerate(RATES)]

    def work(wages: Column) -> tuple[Column, ...]:
        simulation = simulation_builder.SimulationBuilder().build_default_simulation(system, count=len(wages))
        simulation.set_input("wage", "2025-08", wages.astype(np.int32))
        return tuple(simulation.calculate(name, "2025-08") for name in ("base", *parts))

    return work


def seconds(work: Callable[[Column], object], wages: Column, size: int) -> float:
    """One pass over the province in pieces of a size."""
    started = time.process_time()
    for start in range(0, len(wages), size):
        work(wages[start : start + size])
    return time.process_time() - started


def main() -> None:
    """Interleaved rounds; the ratio of medians."""
    wages = np.random.default_rng(20261121).integers(100_000, 4_000_000, PEOPLE, dtype=np.int64)
    if not all(map(np.array_equal, by_hand(wages), by_rule(wages))):
        raise SystemExit("the rule and the floor differ")
    contenders: dict[str, tuple[Callable[[Column], object], int]] = {
        "by hand": (by_hand, CHUNK),
        "rule": (by_rule, CHUNK),
    }
    if entities is not None:
        contenders["OpenFisca"] = (openfisca(), PEOPLE)
        contenders["OpenFisca in chunks"] = (openfisca(), CHUNK)
        if not all(map(np.array_equal, by_hand(wages), openfisca()(wages))):
            raise SystemExit("OpenFisca and the floor differ")
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(ROUNDS):
        for name, (work, size) in contenders.items():
            times[name].append(seconds(work, wages, size))
    for name, found in times.items():
        speeds = sorted(PEOPLE / spent / 1e6 for spent in found)
        middle = statistics.median(speeds)
        print(f"assessment, {name}: {middle:.1f} M people/s ({speeds[0]:.1f} to {speeds[-1]:.1f})")
    print(f"assessment, rule against hand-written NumPy: {against(times, 'by hand'):.0%} (aim 70 %)")
    if entities is None:
        print("assessment, OpenFisca is not installed: not compared")
    else:
        for other in ("OpenFisca", "OpenFisca in chunks"):
            print(f"assessment, rule against {other}: {against(times, other):.1f} times as fast (aim 10)")


def against(times: dict[str, list[float]], other: str) -> float:
    """The median over rounds of another's time over the rule's."""
    return statistics.median(its / ours for its, ours in zip(times[other], times["rule"], strict=True))


if __name__ == "__main__":
    main()
