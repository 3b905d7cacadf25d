"""The process is killed at random points: what was acknowledged is there, and nothing is half written."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.db import connections

from tests import people
from tests.conftest import Installation

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8
ORDER = ("draft", "complete", "submitted", "accepted", "decided", "done")
WHOLE = """
select c.no, c.state, c.answers is not null, c.granted, c.amount_fen,
       (select count(*) from cases_material m where m.case_id = c.no),
       (select array_agg(s.target order by s.seq) from cases_step s where s.case_id = c.no),
       (select count(*) from cases_outcome o where o.case_id = c.no),
       (select array_agg(p.amount_fen || p.state) from registry_payable p where p.case_no = c.no),
       (select count(*) from notices_message n where n.case_no = c.no and n.template = 'case.decided'),
       (select count(*) from notices_message n where n.case_no = c.no and n.template = 'case.submitted')
  from cases_case c where c.kind = 'inpatient-claim'
"""


def begun(installation: Installation, tokens: list[str]) -> subprocess.Popen[str]:
    home = {"SHEBAO_HOME": str(installation.home), "SHEBAO_SECRET_FILE": str(installation.home / "secret")}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cases.worker", *tokens],
        cwd=ROOT, env=os.environ | home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_killed_between_any_two_steps_nothing_acknowledged_is_lost(shebao: Installation) -> None:
    tokens = [a.token.hex() for a in (people.citizen(people.CHUNMEI), people.staff("clerk")) if a.token]
    chance, acknowledged = random.Random(20261122), {}
    for _ in range(KILLS):
        child = begun(shebao, tokens)
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first, child.communicate()[1]
        time.sleep(chance.uniform(0, 0.5))
        os.kill(child.pid, signal.SIGKILL)
        rest, _ = child.communicate()
        for line in (first + rest).splitlines():
            if line.count(" ") == 1 and line.split()[1] in ORDER:
                no, state = line.split()
                acknowledged[no] = max(acknowledged.get(no, "draft"), state, key=ORDER.index)
    assert len(set(acknowledged.values())) > 1, f"the kills did not hit different points: {acknowledged}"
    with connections["owner"].cursor() as cursor:
        cursor.execute(WHOLE)
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    assert acknowledged.keys() <= found.keys()
    for no, (
        state,
        answered,
        granted,
        amount,
        pages,
        walked,
        outcomes,
        paid,
        told,
        received,
    ) in found.items():
        said = acknowledged.get(no, "draft")
        reached = "complete" if state == "draft" and pages >= 4 and answered else state
        assert ORDER.index(reached) >= ORDER.index(said), no
        assert (walked[-1] if walked else "draft") == state, no
        assert received == (state != "draft"), no
        assert outcomes == told == bool(granted) == (state in ("decided", "done")), no
        assert (paid or []) == (
            [f"{amount}{'paid' if state == 'done' else 'approved'}"] if granted else []
        ), no
