"""A worker process of its own for the tests: delivers until it is ended (run with -m)."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"


def main() -> None:
    import django

    django.setup()
    from shebao.notices import errands

    print("begun", flush=True)
    while True:
        errands.mail()
        if not errands.deliver() and len(sys.argv) > 1:
            return


if __name__ == "__main__":
    main()
