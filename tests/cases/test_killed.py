"""The process is killed at every third statement of every step of a case: each step has happened whole, or not at all."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shebao.base.refusal import Refusal
from shebao.cases import states
from shebao.items import handling, office
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in
from tests.cases.test_engine import CLAIM
from tests.cases.worker import steps
from tests.clauses import doors
from tests.conftest import Installation

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LARGE = CLAIM | {"total": "18642.37", "own": "2537.17"}
STRIDE = 3
CASES = """
select c.no, c.state, c.holder_id, c.granted, c.amount_fen, c.proposed_by_id, c.decided_by_id, c.escalated, c.about,
       (select array_agg(array[s.act, s.source, s.target] order by s.seq) from cases_step s where s.case_id = c.no),
       (select count(*) from cases_step s where s.case_id = c.no
           and not exists (select 1 from privacy_entry e where e.id = s.entry_id and e.outcome = 'allowed')),
       (select count(*) from cases_outcome o where o.case_id = c.no),
       (select array_agg(p.amount_fen || p.state) from registry_payable p where p.case_no = c.no),
       (select array_agg(n.template order by n.template) from notices_message n where n.case_no = c.no),
       (select array_agg(r.level order by r.level) from notices_reminder r where r.case_no = c.no),
       (select count(*) from cases_lacking l where l.case_id = c.no),
       (select count(*) from cases_halt t where t.case_id = c.no),
       (select count(*) from cases_halt t where t.case_id = c.no and t.until is null),
       (select array_agg(r.actor_id order by r.actor_id) from privacy_reach r where r.case_no = c.no
           and r.revoked_at is null and r.until > now())
  from cases_case c where c.opened_at >= %s order by c.no
"""
TELLS = {
    "submit": "case.submitted", "supply": "case.submitted", "accept": "case.accepted", "ask": "case.supplement",
    "decide": "case.decided", "confirm": "case.decided", "decline": "case.decided", "withdraw": "case.withdrawn",
    "lapse": "case.lapsed",
}  # fmt: skip
Rows = dict[str, tuple[Any, ...]]
Order = dict[str, Any]


def stored() -> Rows:
    return {row[0]: row[1:] for row in doors.rows(CASES, NOW)}


class Steps:
    """A process that does steps in children which die where they are told."""

    def __init__(self, installation: Installation) -> None:
        home = {
            "SHEBAO_HOME": str(installation.home),
            "SHEBAO_SECRET_FILE": str(installation.home / "secret"),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cases.worker"], cwd=ROOT, env=os.environ | home, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.answer() == "begun"

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def lived(self, order: Order, at: int) -> bool:
        """Whether the step was done and said so before the death of its process."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order | {"at": at}) + "\n")
        self.process.stdin.flush()
        answer = self.answer()
        assert answer in ("lived", "killed"), "the step itself failed"
        return answer == "lived"

    def through(self, order: Order, first: int, parts: bool = False) -> int:
        """Kills a step further and further in, until it is done; returns how often. `parts`: a review, begun and then sent."""
        before, at = stored(), first
        while True:
            alive = self.lived(order, at)
            after = stored()
            whole(after)
            if alive or (after != before if not parts else reviewed(after)):
                return (at - first) // STRIDE + (not alive)
            at += STRIDE

    def end(self) -> None:
        self.process.communicate()


def reviewed(rows: Rows) -> bool:
    """Whether a review has been sent, not only begun."""
    return any(row[7] and row[0] != "draft" for row in rows.values())


def whole(rows: Rows) -> None:
    """What every case must be at every moment: its steps, effects, money, messages and reach belong together."""
    for no, row in rows.items():
        (state, holder, granted, amount, _, decider, escalated, _, walked, strange, outcomes, paid, told, reminded,
         lacking, halts, open_halts, reach) = row  # fmt: skip
        acts = [tuple(step) for step in walked or []]
        assert [source for _, source, _ in acts] == ["draft", *[target for _, _, target in acts]][
            : len(acts)
        ], no
        assert (acts[-1][2] if acts else "draft") == state and strange == 0, no
        done = [act for act, _, _ in acts]
        assert bool(granted) == (outcomes == 1) == bool(paid), no
        assert not granted or paid == [f"{amount}{'paid' if state == 'done' else 'approved'}"], no
        assert (decider is not None) == bool({"decide", "confirm", "decline"} & set(done)), no
        expected = [TELLS[act] for act in done if act in TELLS] + ["case.escalated"] * (escalated == 100)
        assert sorted(told or []) == sorted(expected), no
        assert (reminded or []) == {0: [], 70: [70], 100: [100]}[escalated] or reminded == [70, 100], no
        asked = done.count("ask")
        assert (lacking > 0) == (asked == 1) and halts == asked and open_halts == (state == "supplement"), no
        assert (reach or []) == ([holder] if holder is not None else []), no


def again(order: Order) -> None:
    """A step that is done may be asked for again (its answer was lost): it does nothing, or is refused."""
    by, now = gate.actor_of(bytes.fromhex(order["by"])), datetime.fromisoformat(order["now"])
    before = stored()
    try:
        steps(order["no"], by, now)[order["step"]]()
    except Refusal as refusal:
        assert refusal.code in ("conflict", "out_of_reach", "precondition_unmet"), refusal.code
    assert stored() == before


class Life:
    """One claim from its draft on; each step is killed on its way."""

    def __init__(self, desk: Steps, by: gate.Actor, answers: dict[str, str]) -> None:
        self.desk, self.by, self.kills, self.count = desk, by, 0, 0
        self.no = handling.start("inpatient-claim", now=NOW, by=by)
        handling.answer(self.no, answers, now=NOW, by=by)
        for material in ("receipt", "list", "diagnosis", "record"):
            hand_in(self.no, material, by=by, now=NOW)

    def step(self, name: str, by: gate.Actor, now: datetime = NOW) -> "Life":
        assert by.token is not None
        order: Order = {"step": name, "no": self.no, "by": by.token.hex(), "now": now.isoformat()}
        if name == "supply":
            hand_in(self.no, "list", by=by, now=now)
        if name in ("propose", "decide"):
            order["amount"] = office.open_case(self.no, now=now, by=by).verdict.amount_fen
        self.count += 1
        self.kills += self.desk.through(order, 1 + self.count % STRIDE, parts=name == "review")
        if name != "take":
            again(order)
        return self


def test_every_step_happens_whole_or_not_at_all(shebao: Installation, request: pytest.FixtureRequest) -> None:
    doors.run("update privacy_process set rate_count = 0")
    me, other = people.citizen(people.CHUNMEI), people.citizen(people.CHANGHE)
    clerk, boss = people.staff("clerk"), people.staff("supervisor")
    desk = Steps(shebao)
    request.addfinalizer(desk.end)

    life = Life(desk, me, LARGE).step("submit", me).step("take", clerk).step("ask", clerk).step("supply", me)
    life.step("take", clerk).step("accept", clerk).step("propose", clerk).step("take", boss).step(
        "return", boss
    )
    life.step("take", clerk).step("propose", clerk).step("take", boss).step("confirm", boss).step(
        "deliver", boss
    )
    life.step("review", me).step("clock", boss, NOW + timedelta(days=400))
    reviews = doors.rows("select state from cases_case where about = %s and state <> 'draft'", life.no)
    assert reviews == [("submitted",)], "asked for once, whatever died on the way"

    short = Life(desk, other, CLAIM).step("submit", other).step("take", clerk).step("accept", clerk)
    short.step("decide", clerk)
    back = Life(desk, other, CLAIM | {"hospital": "另一家医院"}).step("submit", other).step("take", clerk)
    back.step("withdraw", other)

    known = stored()
    whole(known)
    assert (known[life.no][0], known[short.no][0], known[back.no][0]) == ("done", "decided", "withdrawn")
    walked = {act for row in known.values() for act, _, _ in row[8] or []}
    left_out = {"discard", "decline", "lapse", "adopt", "keep", "enter", "term", "halt", "resume", "close"}
    assert walked == states.ACTS.keys() - left_out
    assert life.kills + short.kills + back.kills > 60
