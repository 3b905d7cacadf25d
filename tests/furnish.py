"""Builds one template in a process of its own: `schema` migrates; a number of people adds secrets, gate, a province."""

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"
os.environ.pop("SHEBAO_SECRET_FILE", None)


def main() -> None:
    import django

    from shebao.cli.instance import Instance

    Instance.from_environment().make_home()
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if sys.argv[1] == "schema":
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        return

    from shebao.documents import seal
    from shebao.privacy import master

    master.prepare(settings.HOME)
    seal.prepare(settings.HOME)
    from shebao.privacy import install
    from shebao.synth import province

    install.run()
    province.build(people=int(sys.argv[1]))


if __name__ == "__main__":
    main()
