"""`shebao backup`: one folder with three parts that are kept apart, and their checksums.

`data` holds the data database and the published ledger, `personkeys` the wrapped keys of persons, `secrets` the
master key, the signing keys and the secret. Any two of them without the third say nothing sensitive.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from rich.console import Console

from shebao.base import clock
from shebao.cli import database
from shebao.cli.binaries import ServerProblem, locate
from shebao.cli.database import KEYS, OWNER, Access
from shebao.cli.files import write_private
from shebao.cli.instance import Instance

console = Console(highlight=False, soft_wrap=True)
FORMAT = 1
MANIFEST, DATA, LEDGER, PERSON_KEYS, SECRETS = (
    "manifest.json",
    "data.dump",
    "ledger.tar",
    "personkeys.dump",
    "secrets.tar",
)
PARTS = (DATA, LEDGER, PERSON_KEYS, SECRETS)


def command(
    folder: Annotated[Path, typer.Argument(help="放备份的文件夹；每次备份在里面另建一个。")],
) -> None:
    """备份数据库、总账和密钥，写出校验值。平台运行着也能备份。

    分三样：data.dump 和 ledger.tar、personkeys.dump、secrets.tar。请分开保管，恢复时放回一处。

    例：shebao backup /backup
    """
    instance = Instance.from_environment()
    with instance.reachable():
        access = database.load(instance.home)
        assert access is not None
        made = make(instance, access, folder)
    size = sum(file.stat().st_size for file in made.iterdir()) / 1_000_000
    console.print(f"已备份到 {made}，共 {size:.1f} MB。")
    console.print(f"请把 {SECRETS} 和 {PERSON_KEYS} 移到别处，各自保管。少任何一样，都打不开个人信息。")


def make(instance: Instance, access: Access, folder: Path) -> Path:
    """Writes a backup below `folder` and returns its place; a broken-off one leaves nothing that looks whole."""
    moment = clock.now()
    final = folder / f"shebao-{instance.profile}-{moment.astimezone(UTC):%Y%m%d-%H%M%S}"
    partial = folder / f".{final.name}.part"
    partial.mkdir(parents=True, mode=0o700)
    try:
        secrets = _secrets(instance)
        # The ledger first: a database may hold more than was published, never less.
        _pack(partial / LEDGER, _ledger(instance.home / "ledger"))
        _dump(access, OWNER, access.name, partial / DATA)
        _dump(access, KEYS, access.keys_name, partial / PERSON_KEYS)
        if _secrets(instance) != secrets:
            raise ServerProblem("备份时密钥正在更换，没有备份成。请等更换做完，再备份一次。")
        _pack(partial / SECRETS, secrets)
        manifest = {
            "format": FORMAT,
            "profile": instance.profile,
            "made_at": moment.isoformat(),
            "files": {name: _sum(partial / name) for name in PARTS},
        }
        write_private(partial / MANIFEST, json.dumps(manifest, indent=1) + "\n")
        for file in partial.iterdir():
            file.chmod(0o600)
        partial.rename(final)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return final


def checked(folder: Path) -> dict[str, Any]:
    """The manifest of a backup whose parts are all there and unaltered; refuses any other."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise ServerProblem(f"{folder} 里没有 {MANIFEST}，不是一份备份。") from problem
    if manifest.get("format") != FORMAT:
        raise ServerProblem("这份备份的格式，这一版平台不认识。请用建立它的那一版恢复。")
    for name in PARTS:
        if not (folder / name).is_file():
            raise ServerProblem(f"备份缺 {name}。请把三样放回 {folder}，再来一次。")
        if _sum(folder / name) != manifest["files"][name]:
            raise ServerProblem(f"{name} 和校验值对不上，可能坏了或被改过。请换一份备份。")
    return manifest


def tool(name: str, major: int | None = None) -> str:
    """pg_dump or pg_restore that suits the server: beside the server we bring, else the system's."""
    folder = locate(major).folder if major else locate().folder
    found = folder / name if (folder / name).is_file() else shutil.which(name)
    if not found:
        raise ServerProblem(f"这台机器上没有 {name}。请安装 postgresql-client，或用 PGBIN 指明。")
    return str(found)


def run(program: list[str], access: Access, role: str) -> None:
    """A PostgreSQL program as a role; its password goes through the environment, never the command line."""
    done = subprocess.run(
        program,
        env=os.environ | {"PGPASSWORD": access.passwords[role]},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise ServerProblem(f"{Path(program[0]).name} 没有做成：{reason}")


def place(access: Access, role: str, name: str) -> str:
    """The connection of a role without its password."""
    parts = conninfo_to_dict(access.dsn(role, name))
    return make_conninfo(**{key: str(value) for key, value in parts.items() if key != "password"})


def _dump(access: Access, role: str, name: str, out: Path) -> None:
    words = ["--format=custom", "--compress=6", f"--file={out}", f"--dbname={place(access, role, name)}"]
    run([tool("pg_dump"), *words], access, role)


Content = dict[str, bytes]


def _secrets(instance: Instance) -> Content:
    """The secret, the keys and, where there is one, the list of demonstration accounts."""
    home = instance.home
    files = [*sorted((home / "keys").iterdir()), home / "demo.json"]
    found = {str(file.relative_to(home)): file.read_bytes() for file in files if file.is_file()}
    return {"secret": instance.secret_file.read_bytes(), **found}


def _ledger(folder: Path) -> Content:
    """Checkpoint and key first, then the tiles; a tile that is replaced meanwhile is made anew from the leaves."""
    found = {}
    for file in (folder / "checkpoint", folder / "key", *sorted((folder / "tile").rglob("*"))):
        try:
            if file.is_file():
                found[str(file.relative_to(folder))] = file.read_bytes()
        except FileNotFoundError:
            continue
    return found


def _pack(out: Path, content: Content) -> None:
    with tarfile.open(out, "w") as archive:
        for name, body in sorted(content.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(body), 0o600
            archive.addfile(entry, io.BytesIO(body))


def unpack(file: Path) -> Iterable[tuple[str, bytes]]:
    """Names and contents of a part that `make` wrote; refuses a name that leads outside."""
    with tarfile.open(file) as archive:
        for entry in archive:
            body = archive.extractfile(entry)
            if body is None or entry.name.startswith("/") or ".." in Path(entry.name).parts:
                raise ServerProblem(f"{file.name} 里有不该有的内容，没有恢复。")
            yield entry.name, body.read()


def _sum(file: Path) -> dict[str, Any]:
    with file.open("rb") as content:
        return {"bytes": file.stat().st_size, "sha256": hashlib.file_digest(content, "sha256").hexdigest()}


def made_at(manifest: dict[str, Any]) -> datetime:
    """When a backup was begun."""
    return datetime.fromisoformat(manifest["made_at"])
