"""The process is killed in every step of a case: each step has happened whole, or not at all.

The acts of a claim die at every third statement; the rest right before and after everything that lasts.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shebao.base.refusal import Refusal
from shebao.cases import assigning, states
from shebao.cases.states import ENDED
from shebao.items import handling, office
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in
from tests.cases.test_engine import CLAIM
from tests.cases.worker import LACK, step
from tests.clauses import doors
from tests.conftest import Installation
from tests.items.doing import sent
from tests.items.test_injury import ASK, HURT
from tests.killing import Mortal, Order

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LARGE = CLAIM | {"total": "18642.37", "own": "2537.17"}
PAPERS = ("receipt", "list", "diagnosis", "record")
STRIDE = 3
REST = {"discard", "decline", "lapse", "adopt", "keep", "enter", "term", "halt", "resume"}
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
       c.due_on is null, c.term,
       (select array_agg(r.actor_id order by r.actor_id) from privacy_reach r where r.case_no = c.no
           and r.revoked_at is null and r.until > now())
  from cases_case c where c.opened_at >= %s and c.kind not in ('urgent', 'enquiry') order by c.no
"""
WINDOW = """
select c.no, c.kind, c.state, (select array_agg(n.template) from notices_message n where n.case_no = c.no),
       exists (select 1 from privacy_reach r where r.case_no = c.no and r.revoked_at is null and r.until > now()),
       c.decided_by_id, (select count(*) from privacy_entry e where e.case_no = c.no and e.outcome = 'allowed')
  from cases_case c where c.opened_at >= %s and c.kind in ('urgent', 'enquiry') order by c.no
"""
TELLS = {
    "submit": "case.submitted", "supply": "case.submitted", "accept": "case.accepted", "ask": "case.supplement",
    "decide": "case.decided", "confirm": "case.decided", "decline": "case.decided", "withdraw": "case.withdrawn",
    "lapse": "case.lapsed", "halt": "case.halted", "resume": "case.resumed",
}  # fmt: skip
Rows = dict[str, tuple[Any, ...]]


def stored() -> Rows:
    return {row[0]: row[1:] for row in doors.rows(CASES, NOW)}


class Steps(Mortal):
    """The steps of cases, dying at every third statement."""

    def through(self, order: Order, first: int, parts: bool = False) -> int:
        """Kills a step further and further in, until it is done; returns how often. `parts`: a review, begun and then sent."""
        before, at = stored(), first
        while True:
            alive = self.lived(order, at, "statement")
            after = stored()
            whole(after)
            if alive or (after != before if not parts else reviewed(after)):
                return (at - first) // STRIDE + (not alive)
            at += STRIDE


def reviewed(rows: Rows) -> bool:
    """Whether a review has been sent, not only begun."""
    return any(row[7] and row[0] != "draft" for row in rows.values())


def whole(rows: Rows) -> None:
    """What every case must be at every moment: its steps, effects, money, messages and reach belong together."""
    for no, row in rows.items():
        (state, holder, granted, amount, _, decider, escalated, _, walked, strange, outcomes, paid, told, reminded,
         lacking, halts, open_halts, endless, term, reach) = row  # fmt: skip
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
        asked, halted = done.count("ask"), done.count("halt") - done.count("resume")
        assert (lacking > 0) == (asked == 1) and halts == asked + done.count("halt"), no
        assert state in ENDED or open_halts == (state == "supplement") + halted, no
        assert not (state == "accepted" and endless) or halted, no
        assert bool(term) == ("term" in done), no
        assert (reach or []) == ([holder] if holder is not None else []), no


def again(order: Order) -> None:
    """A step that is done may be asked for again (its answer was lost): it does nothing, or is refused."""
    before = stored()
    try:
        step(dict(order))()
    except Refusal as refusal:
        assert refusal.code in ("conflict", "out_of_reach", "precondition_unmet"), refusal.code
    assert stored() == before


def acted() -> set[str]:
    """The acts that were done."""
    return {act for row in stored().values() for act, _, _ in row[8] or []}


class Life:
    """One claim from its draft on; each step is killed on its way."""

    def __init__(self, desk: Steps, by: gate.Actor, answers: dict[str, str]) -> None:
        self.desk, self.by, self.kills, self.count = desk, by, 0, 0
        self.no = handling.start("inpatient-claim", now=NOW, by=by)
        handling.answer(self.no, answers, now=NOW, by=by)
        for material in PAPERS:
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
    desk = Steps("tests.cases.worker", shebao.home)
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
    assert acted() == states.ACTS.keys() - REST - {"close", "publish"}
    assert life.kills + short.kills + back.kills > 60


class Rest:
    """Acts that die right before and after everything that lasts. An act is one change; the clock is several."""

    def __init__(self, desk: Mortal) -> None:
        self.desk, self.kills = desk, 0

    def act(self, name: str, no: str, by: gate.Actor, now: datetime = NOW, **more: Any) -> None:
        assert by.token is not None
        order: Order = {"step": name, "no": no, "by": by.token.hex(), "now": now.isoformat(), **more}
        self.kills += self.desk.everywhere(order, world, sound, once=name != "clock")
        again(order)


def world() -> tuple[Rows, list[tuple[Any, ...]]]:
    """The cases of the items, and the cases of the window with what they told, whether they reach and what is entered."""
    return stored(), doors.rows(WINDOW, NOW)


def sound(seen: tuple[Rows, list[tuple[Any, ...]]]) -> None:
    """Every case is whole; nobody looks in an emergency without the person being told; a closed window reaches nobody."""
    rows, window = seen
    whole(rows)
    for no, kind, state, told, reach, *_ in window:
        assert reach == (state == "open"), no
        assert told == (["desk.break_glass"] if kind == "urgent" else None), no


def newest(kind: str) -> str:
    """The number of the last case of this kind."""
    return str(
        doors.rows("select no from cases_case where kind = %s order by opened_at desc limit 1", kind)[0][0]
    )


def test_the_acts_that_are_done_once(shebao: Installation, request: pytest.FixtureRequest) -> None:
    doors.run("update privacy_process set rate_count = 0")
    me, other, clerk, boss = (people.citizen(people.CHUNMEI), people.citizen(people.CHANGHE), people.staff("clerk"),
                              people.staff("supervisor"))  # fmt: skip
    colleague = people.staff("clerk")
    doors.run("update privacy_actor set staff_no = '001999' where id = %s", colleague.actor_id)
    desk = Mortal("tests.cases.worker", shebao.home)
    request.addfinalizer(desk.end)
    rest = Rest(desk)

    hurt = sent(ASK, me, HURT, "diagnosis")
    assigning.take(hurt, by=clerk)
    rest.act("hand_over", hurt, clerk, to="001999")
    rest.act("release", hurt, colleague)
    assigning.take(hurt, by=colleague)
    rest.act("step_aside", hurt, colleague)
    assigning.take(hurt, by=clerk)
    office.accept(hurt, now=NOW, by=clerk)
    rest.act("enter", hurt, clerk, values={"ground": "14-1"})
    rest.act("term", hurt, clerk, term="work_injury_decision_simple")
    rest.act("halt", hurt, clerk)
    rest.act("resume", hurt, clerk, NOW + timedelta(days=9))

    claim = sent("inpatient-claim", other, CLAIM, *PAPERS)
    assigning.take(claim, by=clerk)
    office.ask(claim, lacking=LACK, now=NOW, by=clerk)
    hand_in(claim, "list", by=other, now=NOW)
    handling.supply(claim, now=NOW, by=other)
    assigning.take(claim, by=clerk)
    office.accept(claim, now=NOW, by=clerk)
    rest.act("keep", claim, clerk, key="account")
    rest.act("adopt", claim, clerk, key="account")

    away = sent("inpatient-claim", people.citizen(people.YUANSHAN), CLAIM, *PAPERS)
    assigning.take(away, by=clerk)
    rest.act("decline", away, clerk)
    rest.act("withdraw", handling.start("inpatient-claim", now=NOW, by=me), me)

    number = doors.value(people.WANQING, "person.id_number")
    rest.act("open", "", clerk, whose=number)
    rest.act("close", newest("enquiry"), clerk)
    rest.act("break_glass", "", clerk, whose=number)
    rest.act("countersign", newest("urgent"), boss)

    silent = sent("inpatient-claim", people.citizen(people.QINGHE), CLAIM, *PAPERS)
    assigning.take(silent, by=clerk)
    office.ask(silent, lacking=LACK, now=NOW, by=clerk)
    rest.act("clock", silent, clerk, NOW + timedelta(days=60))
    assert stored()[silent][0] == "lapsed"
    assert acted() >= REST and rest.kills > 40, rest.kills
