"""`shebao restore`: a backup into an empty place, upgraded to this code, its ledger checked."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer
from rich.console import Console

from shebao.base import clock
from shebao.base.clock import china
from shebao.cli import backup, database
from shebao.cli.binaries import ServerProblem
from shebao.cli.database import KEYS, OWNER, Access
from shebao.cli.files import write_private
from shebao.cli.instance import Instance

console = Console(highlight=False, soft_wrap=True)
FOLLOWING = ("install", "ledger audit", "register check")
REPORT = "restore-report.json"
# Read after the restore: what came back, and how far it reaches.
HELD = """select json_build_object('persons', (select count(*) from registry_person),
    'cases', (select count(*) from cases_case where state <> 'draft'),
    'newest_step_at', (select max(at) from cases_step),
    'ledger_entries', (select count(*) from privacy_entry where at <= %s))"""


def command(
    folder: Annotated[
        Path, typer.Argument(help="shebao backup 写出的那个文件夹。", exists=True, file_okay=False)
    ],
    keys: Annotated[
        Path | None,
        typer.Option(
            help="另一份更新的备份：只用它的密钥。备份以后注销的人，就不会又能打开。", file_okay=False
        ),
    ] = None,
) -> None:
    """把备份恢复到一个空的数据文件夹，再核对总账。

    已经有数据的地方不会被覆盖。恢复后所有人要重新登录；备份以后的记录不在里面。

    例：SHEBAO_HOME=/srv/new shebao restore /backup/shebao-jilin-20261122-020000
    """
    instance = Instance.from_environment()
    newer = keys or folder
    manifest = backup.checked(folder)
    if newer != folder and backup.checked(newer)["profile"] != manifest["profile"]:
        raise ServerProblem("两份备份不是同一套平台的。")
    if manifest["profile"] != instance.profile:
        raise ServerProblem(f"这是 {manifest['profile']} 的备份。请加上 --profile {manifest['profile']}。")
    console.print(
        f"备份完好，建于 {china(backup.made_at(manifest)):%Y-%m-%d %H:%M}。正在恢复到 {instance.home}。"
    )
    begun = clock.now()
    with instance.alone(make=False):
        bring(instance, folder, newer)
        told = report(instance, folder, newer, begun=begun)
    console.print("[green]已恢复，总账核对一致。[/green]现在可以启动：shebao serve")
    console.print(
        f"用了 {told['seconds']} 秒，数据到 {china(backup.made_at(manifest)):%Y-%m-%d %H:%M}，"
        f"办件 {told['cases']} 件。记录在 {instance.home / REPORT}。"
    )


def report(instance: Instance, folder: Path, keys: Path, *, begun: datetime) -> dict[str, Any]:
    """Writes down what a restore brought back and how long it took (恢复演练记录); returns it.

    `recovery_point`: nothing later came back. Counts are read from the restored database, never from the backup.
    """
    access = database.load(instance.home)
    assert access is not None
    point = backup.made_at(backup.checked(folder))
    with psycopg.connect(access.dsn(OWNER)) as connection:
        row = connection.execute(HELD, [point]).fetchone()
    assert row is not None
    ended = clock.now()
    told = {
        "profile": instance.profile,
        "backup": folder.name,
        "keys": keys.name,
        "recovery_point": point.isoformat(),
        "begun_at": begun.isoformat(timespec="seconds"),
        "ended_at": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - begun).total_seconds()),
        "checked": list(FOLLOWING),
        **row[0],
    }
    write_private(instance.home / REPORT, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return told


def bring(instance: Instance, folder: Path, keys: Path) -> None:
    """Restores into an empty home and empty databases. Refuses where there is data already."""
    _require_empty(instance)
    _secrets(instance, keys / backup.SECRETS)
    with instance.installed() as access:
        _require_no_tables(access)
        _load(access, OWNER, access.name, folder / backup.DATA)
        _load(access, KEYS, access.keys_name, keys / backup.PERSON_KEYS)
        _ledger(instance.home / "ledger", folder / backup.LEDGER)
        with psycopg.connect(access.dsn(OWNER)) as connection:
            connection.execute("update privacy_session set ended_at = now() where ended_at is null")
        for words in FOLLOWING:
            _follow(instance, words)


def _require_empty(instance: Instance) -> None:
    if (instance.home / "cluster.json").exists():
        raise ServerProblem(f"{instance.home} 里已经有数据，没有动它。请换一个空的 SHEBAO_HOME。")


def _require_no_tables(access: Access) -> None:
    for role, name in ((OWNER, access.name), (KEYS, access.keys_name)):
        with psycopg.connect(access.dsn(role, name)) as connection:
            found = connection.execute(
                "select count(*) from pg_tables where schemaname = 'public'"
            ).fetchone()
        if found != (0,):
            raise ServerProblem(f"数据库 {name} 里已经有数据，没有动它。请换一个空的数据库。")


def _secrets(instance: Instance, part: Path) -> None:
    """The keys in their places (0600); an existing secret that is another one is not overwritten."""
    instance.home.mkdir(mode=0o711, parents=True, exist_ok=True)
    for name, body in backup.unpack(part):
        target = instance.secret_file if name == "secret" else instance.home / name
        if target.exists():
            if target.read_bytes() != body:
                raise ServerProblem(
                    f"{target} 已经在，内容和备份里的不一样，没有动它。请换一个空的 SHEBAO_HOME。"
                )
            continue
        _write(target, body)
    instance.make_home()


def _ledger(folder: Path, part: Path) -> None:
    for name, body in backup.unpack(part):
        _write(folder / name, body, 0o644)


def _write(target: Path, body: bytes, mode: int = 0o600) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(descriptor)


def _load(access: Access, role: str, name: str, dump: Path) -> None:
    words = ["--exit-on-error", "--single-transaction", "--no-comments"]
    target = f"--dbname={backup.place(access, role, name)}"
    backup.run([backup.tool("pg_restore"), *words, target, str(dump)], access, role)


def _follow(instance: Instance, words: str) -> None:
    environment: dict[str, Any] = os.environ | {
        "SHEBAO_HOME": str(instance.home),
        "SHEBAO_PROFILE": instance.profile,
    }
    done = subprocess.run(
        [sys.executable, "-m", "shebao.cli.main", *words.split()], env=environment, check=False
    )
    if done.returncode != 0:
        raise ServerProblem(
            f"数据已经恢复，但 shebao {words} 没有通过，原因见上面。先不要启动，改正后再运行 shebao {words}。"
        )
