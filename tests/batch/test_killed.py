"""A run killed ten times at random points ends as an undisturbed one: the same rows, nothing doubled."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from shebao.batch import actions
from shebao.batch.models import Chunk
from shebao.privacy import gate
from tests.batch.conftest import NOW, TODAY, content, owner
from tests.batch.population import fill
from tests.conftest import Installation

ROOT = Path(__file__).resolve().parents[2]
KILLS = 10
PEOPLE = 3_000
MONTH = 202611


def prepared(operator: gate.Actor, supervisor: gate.Actor) -> str:
    no = actions.prepare(kind="assessment", period=MONTH, as_of=TODAY, by=operator, allow_demo=True, size=40)
    actions.approve(no, by=supervisor)
    return no


def results() -> tuple[object, ...]:
    return content("registry_contribution"), content("batch_latefee")


def journal(no: str) -> list[tuple[object, ...]]:
    rows = Chunk.objects.using("worker").filter(run_id=no).order_by("position")
    return [
        (row.low, row.high, row.state, row.rows_in, row.rows_out, row.checksum, row.totals) for row in rows
    ]


def finished(no: str) -> int:
    return sum(state == "done" for _, _, state, *_ in journal(no))


def reached(no: str, chunks: int) -> None:
    deadline = time.monotonic() + 60
    while finished(no) < chunks:
        assert time.monotonic() < deadline, f"{finished(no)} of {chunks} chunks after a minute"
        time.sleep(0.002)


def begin(installation: Installation, no: str, token: bytes) -> subprocess.Popen[bytes]:
    """A child that has begun. Its pipes are unbuffered: what it says next is left for communicate()."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.batch.runner", no, token.hex(), "local"],
        cwd=ROOT,
        env=os.environ
        | {"SHEBAO_HOME": str(installation.home), "SHEBAO_SECRET_FILE": str(installation.home / "secret")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    assert child.stdout is not None and child.stdout.readline() == b"begun\n", child.communicate()
    return child


@pytest.mark.parametrize("seed", [20261122])
def test_killed_ten_times_the_result_is_the_same(shebao, operator, supervisor, seed):
    fill(shebao.superuser(), PEOPLE)
    owner("delete from registry_contribution where month = %s", MONTH)
    before = content("registry_contribution")
    calm = prepared(operator, supervisor)
    began = time.monotonic()
    undisturbed = actions.carry_out(calm, by=operator, now=NOW)
    piece = (time.monotonic() - began) / undisturbed.chunks
    expected = results()
    owner("delete from registry_contribution where month = %s", MONTH)
    owner("delete from batch_latefee")
    assert content("registry_contribution") == before

    chance, stops = random.Random(seed), []
    no = prepared(operator, supervisor)
    for _ in range(KILLS):
        child = begin(shebao, no, operator.token)
        reached(no, finished(no) + chance.randint(0, undisturbed.chunks // (2 * KILLS)))
        time.sleep(chance.uniform(0, piece))
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
        stops.append(finished(no))
    ended = actions.carry_out(no, by=operator, now=NOW)

    assert len(set(stops)) > 3, f"the kills did not hit different points: {stops}"
    assert stops[-1] < ended.chunks, f"the run was over before the last kill: {stops}"
    assert results() == expected
    assert journal(no) == journal(calm)
    assert ended.totals == undisturbed.totals


def test_two_processes_on_one_run_share_the_chunks_and_double_nothing(shebao, operator, supervisor):
    fill(shebao.superuser(), PEOPLE)
    owner("delete from registry_contribution where month = %s", MONTH)
    no = prepared(operator, supervisor)

    children = [begin(shebao, no, operator.token) for _ in range(2)]
    for child in children:
        out, err = child.communicate(timeout=120)
        assert (child.returncode, out) == (0, b"ended\n"), err.decode()

    doubled = owner(
        "select count(*) from (select subject_id, insurance from registry_contribution where month = %s and seq = 0"
        " group by 1, 2 having count(*) > 1) d",
        MONTH,
    )
    assert doubled == [(0,)]
    rows = owner("select count(*) from registry_contribution where month = %s", MONTH)
    assert rows == [(sum(int(str(row[4])) for row in journal(no)),)]
