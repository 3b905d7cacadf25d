"""The embedded server: starts, keeps data, survives being killed, never runs as root."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shebao.cli.binaries import ServerProblem, locate
from shebao.cli.cluster import Cluster
from shebao.cli.privilege import server_account

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A data folder that an unprivileged account can reach, with a server that several tests share."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder, "home"))
        cluster.ensure_running()
        with psycopg.connect(cluster.superuser_dsn()) as connection:
            connection.execute("create table kept (word text)")
        yield cluster.home
        Cluster(cluster.home).stop()


def remember(cluster: Cluster, word: str) -> None:
    with psycopg.connect(cluster.superuser_dsn()) as connection:
        connection.execute("insert into kept values (%s)", [word])


def remembers(cluster: Cluster, word: str) -> bool:
    with psycopg.connect(cluster.superuser_dsn()) as connection:
        return connection.execute("select 1 from kept where word = %s", [word]).fetchone() is not None


def postmaster(cluster: Cluster) -> int:
    return int((cluster.data_folder / "postmaster.pid").read_text().split()[0])


def test_a_second_start_finds_the_running_server(home: Path) -> None:
    Cluster(home).ensure_running()
    second = Cluster(home)

    second.ensure_running()

    assert not second.started_here


def test_a_stop_and_a_start_keep_the_data(home: Path) -> None:
    cluster = Cluster(home)
    cluster.ensure_running()
    remember(cluster, "stop")

    cluster.stop()
    assert not cluster.is_running()
    again = Cluster(home)
    again.ensure_running()

    assert again.started_here
    assert remembers(again, "stop")


def test_a_killed_server_recovers_with_every_committed_row(home: Path) -> None:
    cluster = Cluster(home)
    cluster.ensure_running()
    remember(cluster, "kill")

    os.kill(postmaster(cluster), signal.SIGKILL)
    cluster.ensure_running()

    assert remembers(cluster, "kill")


def test_a_process_number_that_now_belongs_to_another_program_does_not_stop_a_start(home: Path) -> None:
    cluster = Cluster(home)
    cluster.ensure_running()
    lock = cluster.data_folder / "postmaster.pid"
    lines = lock.read_text().splitlines()
    cluster.stop()
    account = server_account()
    sleeper = subprocess.Popen(["sleep", "60"], cwd="/", **account.child())
    try:
        lock.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
        os.chown(lock, account.uid, account.gid)

        cluster.ensure_running()

        assert cluster.is_running()
    finally:
        sleeper.kill()
        sleeper.wait()


def test_one_off_work_leaves_the_server_as_it_was(home: Path) -> None:
    cluster = Cluster(home)
    cluster.ensure_running()
    with Cluster(home).running():
        pass
    assert cluster.is_running()

    cluster.stop()
    with Cluster(home).running():
        assert cluster.is_running()

    assert not cluster.is_running()


def test_a_connection_needs_the_password(home: Path) -> None:
    cluster = Cluster(home)
    address = cluster.ensure_running()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=address.host, port=address.port, user="postgres", dbname="postgres", password="")


def test_only_the_owner_reads_the_password_and_reaches_the_socket(home: Path) -> None:
    cluster = Cluster(home)
    address = cluster.ensure_running()

    assert stat.S_IMODE((home / "cluster.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(address.host).stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.data_folder.stat().st_mode) == 0o700


def test_the_log_never_quotes_a_statement(home: Path) -> None:
    cluster = Cluster(home)
    cluster.ensure_running()
    with psycopg.connect(cluster.superuser_dsn(), autocommit=True) as connection:
        connection.execute("create table if not exists once (number text primary key)")
        connection.execute("insert into once values ('canary-220102') on conflict do nothing")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("insert into once values (%s)", ["canary-220102"])

    log = (cluster.data_folder.parent / "server.log").read_text()

    assert "once_pkey" in log
    assert "canary" not in log


def test_with_a_port_it_listens_on_loopback_only() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        cluster = Cluster(Path(folder, "home"), port=free_port())
        cluster._throwaway = True
        try:
            address = cluster.ensure_running()
            with psycopg.connect(cluster.superuser_dsn()) as connection:
                row = connection.execute("show listen_addresses").fetchone()
        finally:
            cluster.stop()

    assert address.host == "127.0.0.1"
    assert row == ("127.0.0.1",)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_throwaway_server_ends_with_the_process_that_made_it(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, sys; from shebao.cli.cluster import Cluster\n"
        "c = Cluster(pathlib.Path(sys.argv[1])); c._throwaway = True; c.ensure_running()\n"
        "print((c.data_folder / 'postmaster.pid').read_text().split()[0], c.data_folder, flush=True)\n"
        "os._exit(1)\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "home")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        check=False,
    ).stdout.split()

    deadline = time.monotonic() + 60
    while Path(told[1]).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(told[1]).exists()
    assert "postgres" not in command_line(int(told[0]))


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except FileNotFoundError:
        return ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_drops_privileges_and_changes_no_parent_folder(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o700)
    before = [(path, path.stat().st_mode, path.stat().st_uid) for path in (locked, *locked.parents)]
    accounts = Path("/etc/passwd").read_bytes()

    with Cluster.ephemeral(locked / "home") as cluster:
        owner = Path(f"/proc/{postmaster(cluster)}").stat().st_uid
        data = cluster.data_folder

    assert owner == server_account().uid != 0
    assert not data.is_relative_to(locked)
    assert not data.exists()
    assert before == [(path, path.stat().st_mode, path.stat().st_uid) for path in (locked, *locked.parents)]
    assert Path("/etc/passwd").read_bytes() == accounts


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_copies_binaries_that_the_account_cannot_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    shutil.copytree(locate().folder.parent, hidden / "pg", symlinks=True)
    monkeypatch.setenv("PGBIN", str(hidden / "pg" / "bin"))

    with Cluster.ephemeral(tmp_path / "home") as cluster:
        program = Path(f"/proc/{postmaster(cluster)}/exe").resolve()

    assert not program.is_relative_to(tmp_path)
    assert program.stat().st_uid == 0
    shutil.rmtree(program.parents[1])


def test_a_folder_without_a_server_is_refused_with_the_next_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGBIN", str(tmp_path))

    with pytest.raises(ServerProblem, match="请检查 PGBIN"):
        locate()
