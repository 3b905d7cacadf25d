"""The embedded PostgreSQL server: one per data folder, reached through a private socket with passwords."""

import contextlib
import fcntl
import json
import locale
import os
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from shebao.cli.binaries import Binaries, ServerProblem, locate, reachable
from shebao.cli.files import write_private
from shebao.cli.privilege import can_enter, server_account

SUPERUSER = "postgres"
SOCKET_PORT = 5432
STORE = Path("/var/lib/shebao")
LONGEST_SOCKET_FOLDER = 90
PATIENCE_SECONDS = 5.0

# Nothing personal reaches the server's log: no statement, no parameter, no DETAIL line.
SETTINGS = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "jit": "off",
    "password_encryption": "scram-sha-256",
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
THROWAWAY = {
    "shared_buffers": "128MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}
# Ends a throw-away server as soon as the process that owns the other end of the pipe is gone.
WARDEN = """
cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"
tries=0
while [ -e "$1/data/postmaster.pid" ] && [ $tries -lt 100 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
rm -rf "$1" "$2" || { sleep 1; rm -rf "$1" "$2"; }
"""


@dataclass(frozen=True)
class Address:
    """Where clients connect: a socket folder (or 127.0.0.1) and a port."""

    host: str
    port: int


@dataclass(frozen=True)
class _Record:
    """`cluster.json` (0600): where the data lies, the superuser's password, the port as last started."""

    place: str
    sockets: str
    password: str
    port: int | None = None


class Cluster:
    """The server that belongs to `home`. With `port` it also listens on 127.0.0.1, by password only."""

    def __init__(self, home: Path, port: int | None = None) -> None:
        self.home = home.absolute()
        self.port = port
        self.started_here = False
        self._throwaway = False
        self._warden: subprocess.Popen[bytes] | None = None
        self._account = server_account()
        self._known: _Record | None = None

    @classmethod
    @contextlib.contextmanager
    def ephemeral(cls, home: Path) -> Iterator["Cluster"]:
        """A fast server for tests, not durable; server and data end with this process, however it ends."""
        cluster = cls(home)
        cluster._throwaway = True
        try:
            cluster.ensure_running()
            yield cluster
        finally:
            cluster.stop()

    def ensure_running(self) -> Address:
        """The running server's address; creates and starts it where needed. Many processes may call it."""
        with self._lock():
            record = self._record() or self._create()
            if not self._answers():
                self._start(self._remember(replace(record, port=self.port)))
                self.started_here = True
        return self.address

    @contextlib.contextmanager
    def running(self) -> Iterator[Address]:
        """For one-off commands: runs inside the block, stops after it if it was started for it."""
        address = self.ensure_running()
        try:
            yield address
        finally:
            if self.started_here:
                self.stop()

    def is_running(self) -> bool:
        """Decided by connecting, never by a process number."""
        return self._record() is not None and self._answers()

    def stop(self) -> None:
        """Ends the server cleanly; sessions are disconnected, committed data stays."""
        if self._warden is not None:
            assert self._warden.stdin is not None
            self._warden.stdin.close()
            self._warden.wait()
            self._warden = None
            (self.home / "cluster.json").unlink(missing_ok=True)
            return
        with self._lock():
            record = self._record()
            if record is None or not (self._data(record) / "postmaster.pid").exists():
                return
            binaries = self._binaries(record)
            done = self._run(
                binaries, "pg_ctl", "stop", "-D", self._data(record), "-m", "fast", "-w", "-t", "60"
            )
            if done.returncode != 0 and self._answers():
                raise ServerProblem(f"数据库没有停下来。原因写在 {self._log(record)}。")
            self.started_here = False
            if self._throwaway:
                shutil.rmtree(record.place, ignore_errors=True)

    @property
    def address(self) -> Address:
        record = self._record()
        if record is None:
            raise ServerProblem("数据库还没有建立。请先运行 shebao serve。")
        if record.port is not None:
            return Address("127.0.0.1", record.port)
        return Address(record.sockets, SOCKET_PORT)

    def superuser_dsn(self, dbname: str = "postgres") -> str:
        """Contains the password: never print it."""
        record = self._record()
        assert record is not None, "ensure_running() comes first"
        return make_conninfo(
            host=record.sockets,
            port=record.port or SOCKET_PORT,
            user=SUPERUSER,
            password=record.password,
            dbname=dbname,
            connect_timeout=5,
        )

    @property
    def data_folder(self) -> Path:
        record = self._record()
        assert record is not None, "ensure_running() comes first"
        return self._data(record)

    def _record(self) -> _Record | None:
        if self._known is None:
            with contextlib.suppress(FileNotFoundError):
                self._known = _Record(**json.loads((self.home / "cluster.json").read_text()))
        return self._known

    def _create(self) -> _Record:
        """initdb into a partial folder, so that a killed first start leaves nothing half made."""
        place = self._choose_place()
        record = _Record(str(place), str(self._choose_sockets(place)), secrets.token_urlsafe(32))
        binaries = self._binaries(None)
        shutil.rmtree(place, ignore_errors=True)
        self._own_folder(place)
        password = place / "password"
        try:
            write_private(password, record.password + "\n", owner=self._account)
            done = self._run(
                binaries,
                "initdb",
                *("-D", self._data(record), "-U", SUPERUSER, "--pwfile", password),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", _locale()),
                *(("--no-sync",) if self._throwaway else ("--data-checksums",)),
            )
            if done.returncode != 0:
                raise ServerProblem(f"数据库没有建成：{_last_line(done)}")
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        finally:
            password.unlink(missing_ok=True)
        return self._remember(record)

    def _remember(self, record: _Record) -> _Record:
        write_private(self.home / "cluster.json", json.dumps(asdict(record), indent=1))
        self._known = record
        return record

    def _choose_place(self) -> Path:
        if can_enter(self._account, self.home):
            return self.home / "pg"
        STORE.mkdir(mode=0o755, exist_ok=True)
        return STORE / secrets.token_hex(8)

    def _choose_sockets(self, place: Path) -> Path:
        sockets = place / "run"
        if len(os.fsencode(sockets)) <= LONGEST_SOCKET_FOLDER:
            return sockets
        return Path(tempfile.gettempdir(), f"shebao-{secrets.token_hex(8)}")

    def _start(self, record: _Record) -> None:
        data = self._data(record)
        binaries = self._binaries(record)
        self._own_folder(Path(record.sockets))
        _forget_recycled_pid(data)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            done = self._run(
                binaries,
                *("pg_ctl", "start", "-D", data, "-l", self._log(record), "-w", "-t", "60", "-s"),
                *("-o", self._options(record)),
            )
            if self._answers():
                break
            # After a kill the lock stays until the dead process is reaped: asking again is the cure.
            if time.monotonic() > deadline:
                raise ServerProblem(f"数据库没有启动：{_last_line(done)} 详细原因在 {self._log(record)}。")
            time.sleep(0.2)
        if self._throwaway:
            self._warden = subprocess.Popen(
                ["/bin/sh", "-c", WARDEN, "warden", record.place, record.sockets],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )

    def _options(self, record: _Record) -> str:
        settings = SETTINGS | (THROWAWAY if self._throwaway else {})
        settings["unix_socket_directories"] = record.sockets
        settings["port"] = str(record.port or SOCKET_PORT)
        settings["listen_addresses"] = "127.0.0.1" if record.port else ""
        return " ".join(f"-c {name}={shlex.quote(value)}" for name, value in settings.items())

    def _answers(self) -> bool:
        record = self._record()
        assert record is not None
        try:
            with psycopg.connect(self.superuser_dsn(), autocommit=True) as connection:
                row = connection.execute("show data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]).resolve() == self._data(record).resolve()

    def _binaries(self, record: _Record | None) -> Binaries:
        version = None if record is None else int((self._data(record) / "PG_VERSION").read_text())
        found = locate(version)
        if not self._account.is_self:
            STORE.mkdir(mode=0o755, exist_ok=True)
        return reachable(found, self._account, STORE)

    def _run(self, binaries: Binaries, tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        # Files, not pipes: the server inherits them, and a pipe would never close.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [binaries.tool(tool), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                check=False,
                **self._account.child(),
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())

    def _own_folder(self, folder: Path) -> None:
        """A folder (0700) of the server's account; parents keep their permissions."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, self._account.uid, self._account.gid, follow_symlinks=False)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != self._account.uid or status.st_mode & 0o077:
            raise ServerProblem(f"{folder} 不是数据库自己的文件夹，不能使用。请换一个 SHEBAO_HOME。")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One start or stop at a time."""
        self.make_home()
        with (self.home / "cluster.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def make_home(self) -> None:
        # Root's server child must pass through; everything secret inside is 0600 or 0700 itself.
        self.home.mkdir(mode=0o700 if self._account.is_self else 0o711, parents=True, exist_ok=True)

    @staticmethod
    def _data(record: _Record) -> Path:
        return Path(record.place) / "data"

    @staticmethod
    def _log(record: _Record) -> Path:
        return Path(record.place) / "server.log"


def _locale() -> str:
    """C.UTF-8 where the system has it: code-point order; Chinese is sorted by a stored pinyin key."""
    saved = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, saved)
    return "C.UTF-8"


def _forget_recycled_pid(data: Path) -> None:
    """Removes the lock file when its number belongs to a program that is no PostgreSQL (after a reboot)."""
    lock = data / "postmaster.pid"
    try:
        pid = int(lock.read_text().splitlines()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    if b"postgres" not in command:
        lock.unlink(missing_ok=True)


def _last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return lines[-1] if lines else f"{done.args[0]} 返回 {done.returncode}。"
