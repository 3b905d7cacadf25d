"""Carries cases from draft to payment in a process of its own and says what is acknowledged, so that it can be killed."""

import os
import sys
from datetime import UTC, datetime

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def main() -> None:
    import django

    django.setup()
    from shebao.cases import assigning
    from shebao.items import handling, office
    from shebao.privacy import gate
    from tests.cases.papers import hand_in
    from tests.cases.test_engine import CLAIM

    by, clerk = (gate.actor_of(bytes.fromhex(token)) for token in sys.argv[1:3])

    def say(no: str, state: str) -> None:
        print(no, state, flush=True)

    while True:
        no = handling.start("inpatient-claim", now=NOW, by=by)
        say(no, "draft")
        handling.answer(no, CLAIM, now=NOW, by=by)
        for material in ("receipt", "list", "diagnosis", "record"):
            hand_in(no, material, by=by, now=NOW)
        say(no, "complete")
        handling.submit(no, key=f"k-{no}", now=NOW, by=by)
        say(no, "submitted")
        assigning.take(no, by=clerk)
        office.accept(no, now=NOW, by=clerk)
        say(no, "accepted")
        case = office.open_case(no, now=NOW, by=clerk)
        office.decide(
            no, granted=True, text="已核定。", amount_fen=case.verdict.amount_fen, now=NOW, by=clerk
        )
        say(no, "decided")
        office.deliver(no, now=NOW, by=clerk)
        say(no, "done")


if __name__ == "__main__":
    main()
