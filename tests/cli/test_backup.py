"""A backup is whole or refused, and comes back in an empty place with its ledger proved."""

import json
import shutil
from pathlib import Path

import psycopg
import pytest
import typer
from django.db import connections
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner

from shebao.cli import backup, database, restore
from shebao.cli.binaries import ServerProblem
from shebao.cli.instance import Instance
from shebao.privacy import keys, ledger
from tests.conftest import Installation
from tests.stage import Stage

application = typer.Typer()
application.command()(restore.command)
COUNTS = (
    "select (select count(*) from privacy_subject), (select count(*) from privacy_vault),"
    " (select sum(person_fen) from registry_contribution), (select sha256(string_agg(leaf_hash, '' order by index))"
    " from privacy_leaf), (select count(*) from privacy_session)"
)
ALIVE = "select count(*) from privacy_session where ended_at is null"
LIVING_KEYS = "select count(*) from person_key where subject_id = %s and wrapped is not null"


@pytest.fixture
def instance(shebao: Installation, monkeypatch: pytest.MonkeyPatch) -> Instance:
    monkeypatch.setenv("SHEBAO_HOME", str(shebao.home))
    monkeypatch.setenv("SHEBAO_PROFILE", shebao.profile)
    monkeypatch.delenv("SHEBAO_SECRET_FILE", raising=False)
    return Instance.from_environment()


def made(instance: Instance, folder: Path) -> Path:
    access = database.load(instance.home)
    assert access is not None
    return backup.make(instance, access, folder)


def ask(access: database.Access, role: str, query: str, *values: object) -> tuple[object, ...]:
    with psycopg.connect(access.dsn(role)) as connection:
        found = connection.execute(query, values).fetchone()
    assert found is not None
    return found


def test_a_backup_comes_back_elsewhere_with_newer_keys_and_a_proved_ledger(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    source = database.load(instance.home)
    assert source is not None
    while ledger.sequence_once():
        pass
    with connections["owner"].cursor() as cursor:
        cursor.execute("select subject_id from privacy_vault order by subject_id limit 1")
        (gone,) = cursor.fetchone()
    before = made(instance, tmp_path / "backups")
    keys.destroy(gone, keys.CLASSES)
    (tmp_path / "later").mkdir()
    after = made(instance, tmp_path / "later")

    name, home = f"{source.name}_again", tmp_path / "again"
    home.mkdir()
    known = json.loads((instance.home / "database.json").read_text())
    (home / "database.json").write_text(json.dumps(known | {"name": name}))
    monkeypatch.setenv("SHEBAO_HOME", str(home))
    monkeypatch.setenv("DATABASE_URL", make_conninfo(Stage.here().admin, dbname=name))
    try:
        done = CliRunner().invoke(application, [str(before), "--keys", str(after)])
        assert done.exit_code == 0, (done.output, done.exception, capfd.readouterr().err)
        assert "核查通过" in capfd.readouterr().out and "总账核对一致" in done.output
        restored = database.load(home)
        assert restored is not None and restored.name == name
        assert ask(restored, database.OWNER, COUNTS) == ask(source, database.OWNER, COUNTS)
        assert ask(restored, database.OWNER, ALIVE) == (0,)
        assert ask(restored, database.KEYS, LIVING_KEYS, gone) == (0,)
        for file in ("secret", "keys/master.key", "keys/ledger.key", "ledger/checkpoint"):
            assert (home / file).read_bytes() == (instance.home / file).read_bytes()
        with pytest.raises(ServerProblem, match="里已经有数据，没有动它"):
            restore.bring(Instance.from_environment(), before, after)
    finally:
        database.drop(name, admin=Stage.here().admin)


def test_a_damaged_or_incomplete_backup_is_refused_before_anything_is_made(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = made(instance, tmp_path)
    assert sorted(file.name for file in whole.iterdir()) == sorted((*backup.PARTS, backup.MANIFEST))
    assert all(file.stat().st_mode & 0o077 == 0 for file in (whole, *whole.iterdir()))
    home = tmp_path / "home2"
    monkeypatch.setenv("SHEBAO_HOME", str(home))

    def refused(change, words: str) -> None:
        broken = tmp_path / "broken"
        shutil.rmtree(broken, ignore_errors=True)
        shutil.copytree(whole, broken)
        change(broken)
        done = CliRunner().invoke(application, [str(broken)])
        assert isinstance(done.exception, ServerProblem) and words in str(done.exception)
        assert not home.exists()

    def flip(folder: Path) -> None:
        content = bytearray((folder / backup.DATA).read_bytes())
        content[len(content) // 2] ^= 1
        (folder / backup.DATA).write_bytes(content)

    refused(flip, "data.dump 和校验值对不上")
    refused(lambda folder: (folder / backup.SECRETS).unlink(), "备份缺 secrets.tar")
    refused(lambda folder: (folder / backup.MANIFEST).unlink(), "不是一份备份")
    monkeypatch.setenv("SHEBAO_PROFILE", "ebao")
    refused(lambda folder: None, "请加上 --profile jilin")


def test_keys_that_change_meanwhile_leave_no_backup(
    instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dump_and_rotate(*_: object) -> None:
        (instance.home / "keys" / "master.next").write_bytes(b"x" * 32)

    monkeypatch.setattr(backup, "_dump", dump_and_rotate)
    with pytest.raises(ServerProblem, match="密钥正在更换"):
        made(instance, tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []
