"""The process is killed at every other statement of every step of a case: each step has happened whole, or not at all."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import Installation

ROOT = Path(__file__).resolve().parents[2]
START = (
    "import django; django.setup(); import runpy; runpy.run_module('tests.cases.lives', run_name='__main__')"
)


def test_every_step_happens_whole_or_not_at_all(shebao: Installation) -> None:
    """In a young process: children of one whose threads have worked already may wait for ever."""
    home = {"SHEBAO_HOME": str(shebao.home), "SHEBAO_SECRET_FILE": str(shebao.home / "secret")}
    environment = os.environ | home | {"DJANGO_SETTINGS_MODULE": "shebao.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", START],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 100
