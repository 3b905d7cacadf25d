"""One person's whole pension estimate with its explanation: how long, against the bare amount without words?"""

import statistics
import time
from collections.abc import Callable

from shebao.rules.pension import amount, annuity
from shebao.rules.pension.estimate import Person, estimate

ROUNDS, TIMES = 9, 100
PERSON = Person(197906, "male60", "220100", 202611, 207, 0, 700_000, 9_000_000, 650_000)
FACTS = amount.Facts(700_000, 1725, 0, account_fen=9_000_000, annuity_tenths=annuity.tenths(60 * 12))


def with_words() -> None:
    """Retirement month, account and index carried forward, amount, every step and document, as JSON."""
    estimate(PERSON).as_json()


def without_words() -> None:
    """The amount alone."""
    amount.compute(amount.terms_of(region="220100", month=202508), FACTS)


def milliseconds(work: Callable[[], None]) -> float:
    """One call, on average over many."""
    started = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - started) / TIMES * 1000


def main() -> None:
    """Interleaved rounds, medians of processor time."""
    with_words()
    rounds = [(milliseconds(with_words), milliseconds(without_words)) for _ in range(ROUNDS)]
    whole, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    print(
        f"pension, one estimate with explanation: {whole:.2f} ms (aim 2), {whole / bare:.1f} times the bare amount"
    )


if __name__ == "__main__":
    main()
