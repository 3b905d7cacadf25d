"""Lives of cases in a young process, whose children die at every other statement. Prints how many died."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from shebao.base.refusal import Refusal
from shebao.cases import assigning, states
from shebao.cases.deciding import Lack
from shebao.items import clocks, handling, office
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in
from tests.cases.test_engine import CLAIM
from tests.clauses import doors

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LARGE = CLAIM | {"total": "18642.37", "own": "2537.17"}
STRIDE = 2
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


def stored() -> Rows:
    return {row[0]: row[1:] for row in doors.rows(CASES, NOW)}


@contextmanager
def dying(at: int) -> Iterator[None]:
    """This process kills itself at the given boundary: before a statement, before a commit, or right after it."""
    passed = 0

    def boundary() -> None:
        nonlocal passed
        passed += 1
        if passed == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute: Any, *arguments: Any) -> Any:
        boundary()
        return execute(*arguments)

    commit = BaseDatabaseWrapper._commit

    def committed(connection: BaseDatabaseWrapper) -> Any:
        boundary()
        done = commit(connection)
        boundary()
        return done

    BaseDatabaseWrapper._commit = committed  # type: ignore[method-assign]
    for alias in ("default", "worker", "login"):
        connections[alias].execute_wrappers.append(statement)
    yield


def lived(step: Callable[[], Any], at: int) -> bool:
    """Whether a process of its own did the step and said so before its death."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            with dying(at):
                step()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(status) == 0, "the step itself failed"
    return True


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


def killed_through(step: Callable[[], Any], first: int, parts: bool = False) -> int:
    """Kills a step further and further in, until it is done; returns how often. `parts`: until it says so itself."""
    before = stored()
    at = first
    while True:
        alive = lived(step, at)
        after = stored()
        whole(after)
        if alive or (after != before and not parts):
            return (at - first) // STRIDE + (not alive)
        at += STRIDE


def again(step: Callable[[], Any]) -> None:
    """A step that is done may be asked for again (its answer was lost): it does nothing, or is refused."""
    before = stored()
    try:
        step()
    except Refusal as refusal:
        assert refusal.code in ("conflict", "out_of_reach"), refusal.code
    assert stored() == before


class Life:
    """One claim from its draft on; each step is killed on its way."""

    def __init__(self, by: gate.Actor, answers: dict[str, str]) -> None:
        self.by, self.now, self.kills = by, NOW, 0
        self.no = handling.start("inpatient-claim", now=NOW, by=by)
        handling.answer(self.no, answers, now=NOW, by=by)
        for material in ("receipt", "list", "diagnosis", "record"):
            hand_in(self.no, material, by=by, now=NOW)
        self.count = 0

    def step(self, step: Callable[[], Any]) -> "Life":
        self.count += 1
        self.kills += killed_through(step, 1 + self.count % STRIDE)
        again(step)
        return self

    def submit(self) -> "Life":
        return self.step(lambda: handling.submit(self.no, key=f"k-{self.no}", now=self.now, by=self.by))

    def take(self, by: gate.Actor) -> "Life":
        self.count += 1
        self.kills += killed_through(lambda: assigning.take(self.no, by=by), 1)
        return self

    def accept(self, by: gate.Actor) -> "Life":
        return self.step(lambda: office.accept(self.no, now=self.now, by=by))

    def ask(self, by: gate.Actor) -> "Life":
        lack = [Lack("list", "第 2 页看不清")]
        return self.step(lambda: office.ask(self.no, lacking=lack, now=self.now, by=by))

    def supply(self) -> "Life":
        hand_in(self.no, "list", by=self.by, now=self.now)
        return self.step(lambda: handling.supply(self.no, now=self.now, by=self.by))

    def propose(self, by: gate.Actor) -> "Life":
        amount = office.open_case(self.no, now=self.now, by=by).verdict.amount_fen
        words = {"granted": True, "text": "已核定。", "amount_fen": amount}
        return self.step(lambda: office.propose(self.no, now=self.now, by=by, **words))


def live() -> int:
    """Three lives that walk nearly every act of the table; returns how often the process was killed."""
    doors.run("update privacy_process set rate_count = 0")
    me, other = people.citizen(people.CHUNMEI), people.citizen(people.CHANGHE)
    clerk, boss = people.staff("clerk"), people.staff("supervisor")

    life = Life(me, LARGE).submit().take(clerk).ask(clerk).supply().take(clerk).accept(clerk).propose(clerk)
    life.take(boss).step(lambda: office.send_back(life.no, note="金额请再核一遍", now=NOW, by=boss))
    life.take(clerk).propose(clerk).take(boss)
    life.step(lambda: office.confirm(life.no, now=NOW, by=boss))
    life.step(lambda: office.deliver(life.no, now=NOW, by=boss))
    review = partial(handling.review, life.no, text="请换人再看一遍", now=NOW, by=me)
    life.kills += killed_through(review, 1, parts=True)
    again(review)
    life.step(lambda: clocks.run(now=NOW + timedelta(days=400)))
    reviews = doors.rows("select state from cases_case where about = %s and state <> 'draft'", life.no)
    assert reviews == [("submitted",)], "asked for once, whatever died on the way"

    short = Life(other, CLAIM).submit().take(clerk).accept(clerk)
    amount = office.open_case(short.no, now=NOW, by=clerk).verdict.amount_fen
    short.step(
        lambda: office.decide(short.no, granted=True, text="已核定。", amount_fen=amount, now=NOW, by=clerk)
    )
    back = Life(other, CLAIM | {"hospital": "另一家医院"}).submit().take(clerk)
    back.step(lambda: handling.withdraw(back.no, reason="", now=NOW, by=other))

    known = stored()
    whole(known)
    assert (known[life.no][0], known[short.no][0], known[back.no][0]) == ("done", "decided", "withdrawn")
    walked = {act for row in known.values() for act, _, _ in row[8] or []}
    left_out = {"discard", "decline", "lapse", "adopt", "keep", "enter", "term", "halt", "resume", "close"}
    assert walked == states.ACTS.keys() - left_out
    return life.kills + short.kills + back.kills


if __name__ == "__main__":
    print(live())
