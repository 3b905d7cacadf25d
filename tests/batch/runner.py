"""Carries out a prepared run in a process of its own, so that it can be killed. Arguments: run, token, engine."""

import os
import sys
from datetime import UTC, datetime

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"


def main() -> None:
    import django

    django.setup()
    from shebao.batch import actions
    from shebao.privacy import gate

    no, token, engine = sys.argv[1:4]
    actor = gate.actor_of(bytes.fromhex(token), alias="worker")
    print("begun", flush=True)
    actions.carry_out(no, by=actor, now=datetime(2026, 11, 22, tzinfo=UTC), engine=engine)
    print("ended", flush=True)


if __name__ == "__main__":
    main()
