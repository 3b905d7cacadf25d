"""Builds one template: secrets, migrations, gate, a small invented province (run in a process of its own)."""

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
