"""恢复演练: the primary store is destroyed; every case kept up to the recovery point is back, and it is written down."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from shebao.base import clock
from shebao.cli import backup, database, restore
from shebao.cli.instance import Instance
from shebao.items import handling, progress
from tests import people
from tests.clauses import doors
from tests.cli.test_backup import application, ask, made
from tests.conftest import Installation, _enter
from tests.stage import Stage

CASES = "select no, kind, state, submitted_at, due_on from cases_case where state <> 'draft' order by no"
STEPS = "select case_id, seq, act, at, entry_id from cases_step order by case_id, seq"


def sent(item: str, subject: int) -> str:
    by = people.citizen(subject)
    no = handling.start(item, now=clock.now(), by=by)
    return handling.submit(no, now=clock.now(), by=by).no


@pytest.mark.clause("JL-4.3.1-06")
def test_after_the_store_is_destroyed_every_case_up_to_the_recovery_point_is_back_and_reported(
    shebao: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHEBAO_HOME", str(shebao.home))
    monkeypatch.setenv("SHEBAO_PROFILE", shebao.profile)
    monkeypatch.delenv("SHEBAO_SECRET_FILE", raising=False)
    instance = Instance.from_environment()
    before = [sent("card-loss", who) for who in (people.CHUNMEI, people.QINGHE)]
    kept = made(instance, tmp_path / "off-site")
    cases, steps = doors.rows(CASES), doors.rows(STEPS)
    assert {row[0] for row in cases} >= set(before)
    late = sent("card-loss", people.YUANSHAN)

    lost = database.load(instance.home)
    assert lost is not None
    known = json.loads((instance.home / "database.json").read_text())
    database.drop(lost.name, admin=Stage.here().admin)
    shutil.rmtree(instance.home)
    with pytest.raises(psycopg.OperationalError):
        ask(lost, database.OWNER, "select 1")

    name, home = f"{lost.name}_drill", tmp_path / "new"
    home.mkdir()
    (home / "database.json").write_text(json.dumps(known | {"name": name}))
    monkeypatch.setenv("SHEBAO_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", make_conninfo(Stage.here().admin, dbname=name))
    try:
        done = CliRunner().invoke(application, [str(kept)])
        assert done.exit_code == 0, (done.output, done.exception)
        told = json.loads((home / restore.REPORT).read_text())
        point = backup.made_at(backup.checked(kept))
        assert told["cases"] == len(cases) and f"办件 {len(cases)} 件" in done.output
        assert told["recovery_point"] == point.isoformat() and told["backup"] == kept.name
        assert point <= clock.now() and 0 <= told["seconds"] < 600
        assert (
            clock.now() - timedelta(minutes=15) < backup.made_at({"made_at": told["newest_step_at"]}) <= point
        )
        assert told["checked"] == ["install", "ledger audit", "register check"]
        _enter(shebao.profile, home, monkeypatch)
        assert doors.rows(CASES) == cases and doors.rows(STEPS) == steps
        assert late not in [row[0] for row in cases]
        for no, subject in zip(before, (people.CHUNMEI, people.QINGHE), strict=True):
            view = progress.view(no, now=clock.now(), by=people.citizen(subject))
            assert view.line.state == "done" and view.decision
    finally:
        database.drop(name, admin=Stage.here().admin)
