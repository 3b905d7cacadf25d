"""How long does one full pension answer take: the estimate alone, and the whole page's explanation?"""

import json
import time
from collections.abc import Callable
from datetime import date

from shebao.items.calculators.catalogue import BY_CODE
from shebao.items.calculators.pension_found import person_of
from shebao.rules.pension.estimate import estimate

TODAY = date(2026, 11, 22)
ROUNDS = 200
VALUES = {
    "region": "220100",
    "birth": 197805,
    "category": "female50",
    "paid_months": 207,
    "base": 546000,
    "account": 7821436,
    "index": None,
    "deemed_months": None,
    "option": "statutory",
}


def milliseconds(work: Callable[[], object]) -> float:
    """The mean processor time of many calls, after one to warm up: other work on the machine does not count."""
    work()
    started = time.process_time()
    for _ in range(ROUNDS):
        work()
    return (time.process_time() - started) / ROUNDS * 1000


def main() -> None:
    """One estimate with its explanation; then three scenarios, three options and every step as JSON."""
    person = person_of(VALUES, TODAY)
    alone = milliseconds(lambda: json.dumps(estimate(person).as_json()))
    calculator = BY_CODE["pension"]
    whole = milliseconds(
        lambda: json.dumps(
            calculator.explain(VALUES, home="220000", today=TODAY).as_json(), ensure_ascii=False
        )
    )
    print(f"one pension estimate with explanation: {alone:.2f} ms (aim 2)")
    print(f"the whole answer (5 estimates, every step, as JSON): {whole:.2f} ms")


if __name__ == "__main__":
    main()
