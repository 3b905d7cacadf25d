"""A month for everybody, from table to table: how close to COPY out and COPY in of the same bytes, and is memory flat?

The floor reads the same query with no rule, no grant and no row-level security, and copies the rows that the run
wrote into a twin of the table: once with its keys and foreign keys, once bare. People: SHEBAO_BENCH_PEOPLE.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"

import django
import psycopg

from shebao.base import month as months
from shebao.cli.cluster import Cluster
from tests.stage import Stage

PEOPLE = int(os.environ.get("SHEBAO_BENCH_PEOPLE", "100000"))
ROUNDS = int(os.environ.get("SHEBAO_BENCH_ROUNDS", "3"))
CHUNK = 50_000
LAST = 202509
AS_OF = date(2026, 12, 20)
TWIN = """
create table twin (like registry_contribution including all);
alter table twin add foreign key (subject_id) references privacy_subject deferrable initially deferred,
                 add foreign key (employer_id) references registry_employer deferrable initially deferred;
create table bare (like registry_contribution);
"""


class Bench:
    """One installation, its people, and a clock."""

    def __init__(self, superuser: str, home: Path) -> None:
        from tests import people

        self.dsn, self.home = superuser, home
        self.operator, self.supervisor = people.staff("operator"), people.staff("supervisor")
        self.floor = psycopg.connect(superuser, autocommit=True)
        self.floor.execute(TWIN)
        self.floor.execute("set jit = off; set enable_memoize = off; set work_mem = '128MB'")

    def spans(self) -> list[tuple[int, int]]:
        """The same ranges that the run uses."""
        low, high = self.floor.execute("select min(id), max(id) + 1 from privacy_subject").fetchone() or (
            0,
            0,
        )
        return [(start, min(start + CHUNK, high)) for start in range(low, high, CHUNK)]

    def run(self, month: int) -> tuple[float, int, int]:
        """Seconds, rows and peak memory (bytes) of a run in a process of its own; starting up is not counted."""
        from shebao.batch import actions, queries

        no = actions.prepare(
            kind="assessment", period=month, as_of=AS_OF, by=self.operator, allow_demo=True, size=CHUNK
        )
        actions.approve(no, by=self.supervisor)
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.batch.runner", no, (self.operator.token or b"").hex(), "local"],
            cwd=ROOT, env=os.environ | {"SHEBAO_HOME": str(self.home)}, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        started = time.perf_counter()
        ended = child.stdout.readline()
        spent = time.perf_counter() - started
        _, status, used = os.wait4(child.pid, 0)
        if status or ended != "ended\n":
            raise SystemExit("the run failed")
        return spent, queries.run(no, alias="worker").totals["rows_out"], used.ru_maxrss * 1024

    def out(self, month: int) -> float:
        """COPY out of the same query."""
        from shebao.batch import copying
        from shebao.batch.kinds.assessment import KIND

        source = KIND.sources["enrolled"]
        started = time.perf_counter()
        for low, high in self.spans():
            values = {"low": low, "high": high, "period": month}
            copying.read(self.floor, source.query, values, source.layout)
        return time.perf_counter() - started

    def into(self, table: str, month: int) -> float:
        """COPY in of the rows that the run wrote, range by range; reading them is not counted."""
        spent = 0.0
        for low, high in self.spans():
            rows = (
                f"select * from registry_contribution where month = {month}"
                f" and subject_id >= {low} and subject_id < {high}"
            )
            with self.floor.cursor().copy(f"copy ({rows}) to stdout (format binary)") as source:
                stream = b"".join(source)
            started = time.perf_counter()
            with self.floor.cursor().copy(f"copy {table} from stdin (format binary)") as target:
                target.write(stream)
            spent += time.perf_counter() - started
        return spent


def entered(stack: ExitStack, folder: Path) -> tuple[str, Path]:
    """A fresh server and installation; Django looks at it from here on."""
    folder.chmod(0o711)
    cluster = stack.enter_context(Cluster.ephemeral(folder / "pg"))
    stage = Stage.open(cluster, folder)
    home = stack.enter_context(stage.copy("jilin", folder))
    os.environ["SHEBAO_HOME"] = str(home)
    os.environ["SHEBAO_SECRET_FILE"] = str(home / "secret")
    django.setup()
    from django.db import connections

    stack.callback(connections.close_all)
    return f"{stage.admin} dbname={connections['default'].settings_dict['NAME']}", home


def main() -> None:
    """Memory at a tenth of the people, then interleaved rounds at all of them."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shebao-bench-")))
        superuser, home = entered(stack, folder)
        from tests.batch.population import fill

        bench = Bench(superuser, home)
        stack.callback(bench.floor.close)
        fill(superuser, PEOPLE // 10, month=LAST)
        _, few, little = bench.run(months.plus(LAST, 1))
        fill(superuser, PEOPLE - PEOPLE // 10, month=months.plus(LAST, 1))
        report(rounds(bench), few, little)


def rounds(bench: Bench) -> list[dict[str, Any]]:
    """Each round is one month: floor out, run, floor in."""
    found = []
    for number in range(ROUNDS):
        month = months.plus(LAST, 2 + number)
        told: dict[str, Any] = {"out": bench.out(month)}
        told["run"], told["rows"], told["memory"] = bench.run(month)
        told["keyed"], told["bare"] = bench.into("twin", month), bench.into("bare", month)
        print(f"  {month}: " + ", ".join(f"{name} {value:,.1f}" for name, value in told.items()), flush=True)
        found.append(told)
    return found


def report(found: list[dict[str, Any]], few: int, little: int) -> None:
    """The ratios of each round, their median and range."""

    def ratio(floor: Callable[[dict[str, Any]], float]) -> str:
        shares = sorted(floor(told) / told["run"] for told in found)
        return f"{statistics.median(shares):.0%} ({shares[0]:.0%} to {shares[-1]:.0%})"

    rows = found[-1]["rows"]
    print(
        f"end to end, {rows:,} rows a month: {rows / statistics.median(t['run'] for t in found):,.0f} rows/s"
    )
    print(
        f"end to end, COPY floor into the same keys: run reaches {ratio(lambda t: t['out'] + t['keyed'])} (aim 60 %)"
    )
    print(f"end to end, COPY floor into a bare table: run reaches {ratio(lambda t: t['out'] + t['bare'])}")
    most = max(told["memory"] for told in found)
    print(
        f"end to end, memory: {little / 2**20:.0f} MiB at {few:,} rows, {most / 2**20:.0f} MiB at {rows:,} rows"
    )


if __name__ == "__main__":
    main()
