"""The hot read, GET /api/v1/me/contributions, against pgbench running the same SQL function on the same cluster.

One installation, one cluster, rounds of both in turn; the figure is the ratio of medians. Needs wrk (Debian: wrk).
"""

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from shebao.cli import database
from shebao.cli.binaries import locate
from shebao.cli.cluster import Cluster
from shebao.cli.instance import Instance

ROOT = Path(__file__).resolve().parent.parent
PEOPLE, ROUNDS, SECONDS, CONNECTIONS = 2000, 5, 5, 16
SINCE = 202101
TOKENS = (
    "insert into privacy_actor (role, subject_id) select 'citizen', s.id from privacy_subject s"
    " where not exists (select 1 from privacy_actor a where a.subject_id = s.id);"
    "insert into privacy_session (digest, actor_id, level, method, expires_at)"
    " select sha256(decode(lpad(to_hex(subject_id), 64, '0'), 'hex')), id, 1, 'password', now() + interval '1 day'"
    " from privacy_actor where subject_id is not null; vacuum analyze"
)
FLOOR = (
    "\\set s random(1, {people})\n"
    "select registry.contributions(decode(lpad(to_hex(:s::int), 64, '0'), 'hex'), 'enquiry.contribution', null, '',"
    " null, 110, {since});\n"
)
LUA = (
    "math.randomseed(os.time())\nrequest = function()\n"
    '  local h = {{["Cookie"] = "sb_session=" .. string.format("%064x", math.random(1, {people}))}}\n'
    '  return wrk.format("GET", "/api/v1/me/contributions?since={since}", h)\nend\n'
)


def main() -> None:
    """Prints the two medians and their ratio."""
    if shutil.which("wrk") is None:
        print("没有找到 wrk，这一项不测（Debian：apt-get install wrk）。")
        return
    with tempfile.TemporaryDirectory(prefix="shebao-bench-") as folder:
        home = Path(folder)
        environment = os.environ | {
            "SHEBAO_HOME": str(home),
            "SHEBAO_PROFILE": "jilin",
            "DJANGO_SETTINGS_MODULE": "shebao.settings",
        }
        instance = Instance.from_environment(environment)
        instance.make_home()
        cluster = Cluster(home)
        try:
            cluster.ensure_running()
            measure(home, cluster, instance, environment)
        finally:
            cluster.stop()


def measure(home: Path, cluster: Cluster, instance: Instance, environment: dict[str, str]) -> None:
    """Installs the province, starts the server, takes the rounds."""
    run("install", "--people", str(PEOPLE), environment=environment)
    access = database.load(home)
    assert access is not None
    psql(cluster, access.name)
    (home / "floor.sql").write_text(FLOOR.format(people=PEOPLE, since=SINCE))
    (home / "load.lua").write_text(LUA.format(people=PEOPLE, since=SINCE))
    port = free_port()
    options = [
        "--interface",
        "wsgi",
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--port",
        str(port),
        "--no-ws",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "--log-level", "warning", "shebao.wsgi:application"],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        floors, rates = [], []
        for _ in range(ROUNDS):
            floors.append(pgbench(home, access))
            rates.append(wrk(home, port))
    finally:
        server.terminate()
        server.wait()
    floor, rate = statistics.median(floors), statistics.median(rates)
    ratios = sorted(r / f for r, f in zip(rates, floors, strict=True))
    print(json.dumps({"pgbench_tps": round(floor), "requests_per_second": round(rate)}))
    print(
        f"contributions: {rate / floor:.0%} of the pgbench floor ({ratios[0]:.0%} to {ratios[-1]:.0%}, {ROUNDS} rounds)"
    )


def pgbench(home: Path, access: database.Access) -> float:
    """Transactions a second of the function alone."""
    tool = Path(locate().tool("pgbench"))
    command = [
        str(tool) if tool.exists() else "pgbench",
        "-n",
        "-M",
        "prepared",
        "-c",
        str(CONNECTIONS),
        "-j",
        "2",
    ]
    done = subprocess.run(
        [*command, "-T", str(SECONDS), "-f", str(home / "floor.sql"), access.dsn(database.APP)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(re.search(r"tps = ([\d.]+)", done.stdout).group(1))  # type: ignore[union-attr]


def wrk(home: Path, port: int) -> float:
    """Requests a second; any answer but 200 fails the bench."""
    done = subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}", "-s", str(home / "load.lua"), f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if "Non-2xx" in done.stdout:
        raise SystemExit(done.stdout)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))  # type: ignore[union-attr]


def psql(cluster: Cluster, name: str) -> None:
    """Sessions for everybody, and fresh statistics."""
    with psycopg.connect(cluster.superuser_dsn(name), autocommit=True) as connection:
        for statement in TOKENS.split(";"):
            connection.execute(statement.encode())
        connection.execute("update privacy_process set rate_count = 0")


def run(*words: str, environment: dict[str, str]) -> None:
    """A command of shebao."""
    subprocess.run([sys.executable, "-m", "shebao.cli.main", *words], env=environment, cwd=ROOT, check=True)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server answers."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
