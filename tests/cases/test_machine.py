"""Random clerks and citizens drive the engine: no case is lost, stuck or effected twice; the clock never runs back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shebao.base.refusal import Refusal
from shebao.cases import actions as window
from shebao.cases import assigning, states, terms
from shebao.cases.deciding import Lack
from shebao.items import clocks, comparing, handling, office, opinion
from tests import people
from tests.cases.papers import hand_in
from tests.cases.test_engine import CLAIM
from tests.clauses import doors
from tests.conftest import Installation

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
EXPECTED = {"conflict", "out_of_reach", "precondition_unmet", "invalid_input", "purpose_not_allowed"}
NEXT = {
    "submitted": ["ask", "accept", "accept", "decline"],
    "accepted": ["decide", "decide", "propose"],
    "proposed": ["confirm", "confirm", "send_back"],
    "decided": ["deliver"],
}
TERM = "work_injury_decision_simple"
PUBLICITY = {"since": "notice_since", "until": "notice_until", "least": "hardship_notice"}
NOTICE = (date(2026, 11, 24), date(2026, 12, 4))
CROWD: dict[str, Any] = {}


class Office(RuleBasedStateMachine):
    """Two citizens, two clerks and two supervisors; `known` is what each acknowledged act left behind."""

    @initialize()
    def open(self) -> None:
        self.now = START
        self.known: dict[str, str] = {}
        self.whose: dict[str, int] = {}
        self.asked: set[str] = set()
        for who in (0, 1):
            self.apply(who, whole=True)
            no = sorted(no for no, owner in self.whose.items() if owner == who)[-1]
            self.tried(
                lambda no=no, who=who: handling.submit(
                    no, key=f"key-{no}", now=self.now, by=CROWD["citizens"][who]
                )
            )
            self.known |= self.stored()

    def tried(self, call: Callable[[], Any]) -> bool:
        """Whether an act went through; a refusal must be one of the expected ones and change nothing."""
        before = self.stored()
        try:
            call()
        except Refusal as refusal:
            assert refusal.code in EXPECTED and refusal.message, refusal.code
            assert self.stored() == before
            return False
        return True

    def stored(self) -> dict[str, str]:
        with connections["owner"].cursor() as cursor:
            cursor.execute("select no, state from cases_case where no = any(%s)", [list(self.known)])
            return dict(cursor.fetchall())

    def pick(self, data: st.DataObject) -> str:
        """A case, rather one that is still going on."""
        going = sorted(no for no, state in self.known.items() if not states.ended(state))
        return data.draw(st.sampled_from(going or sorted(self.known)))

    @rule(who=st.integers(0, 1), whole=st.booleans())
    def apply(self, who: int, whole: bool) -> None:
        by = CROWD["citizens"][who]

        no = handling.start("inpatient-claim", now=self.now, by=by)
        self.known[no], self.whose[no] = "draft", who
        handling.answer(no, CLAIM if whole else {"cause": "illness"}, now=self.now, by=by)
        if whole:
            for material in ("receipt", "list", "diagnosis", "record"):
                hand_in(no, material, by=by, now=self.now)

    @rule(data=st.data(), stranger=st.booleans(), twice=st.booleans())
    def submit(self, data: st.DataObject, stranger: bool, twice: bool) -> None:
        no = self.pick(data)
        by = CROWD["citizens"][self.whose[no] ^ stranger]
        for _ in range(1 + twice):
            if self.tried(lambda: handling.submit(no, key=f"key-{no}", now=self.now, by=by)):
                assert not stranger
                self.known[no] = self.stored()[no]

    @rule(data=st.data(), act=st.sampled_from(["supply", "withdraw", "review"]), stranger=st.booleans())
    def applicant(self, data: st.DataObject, act: str, stranger: bool) -> None:
        no = self.pick(data)
        by = CROWD["citizens"][self.whose[no] ^ stranger]
        calls: dict[str, Callable[[], Any]] = {
            "supply": lambda: self.supplied(no, by),
            "withdraw": lambda: handling.withdraw(no, reason="", now=self.now, by=by),
            "review": lambda: self.reviewed(no, by),
        }
        if self.tried(calls[act]):
            assert not stranger
            self.known[no] = self.stored()[no]

    def supplied(self, no: str, by: Any) -> None:
        if self.known[no] == "supplement":
            hand_in(no, "list", by=by, now=self.now)
        handling.supply(no, now=self.now, by=by)

    def reviewed(self, no: str, by: Any) -> None:
        again = handling.review(no, text="请换人再看一遍", now=self.now, by=by).no
        self.known[again], self.whose[again] = "submitted", self.whose[no]

    @rule(data=st.data(), who=st.integers(0, 3), act=st.sampled_from(["take", "release"]))
    def hold(self, data: st.DataObject, who: int, act: str) -> None:
        no = self.pick(data)
        by = CROWD["staff"][who]
        self.tried(lambda: assigning.take(no, by=by) if act == "take" else assigning.release(no, by=by))

    @rule(
        data=st.data(),
        who=st.integers(0, 3),
        act=st.sampled_from(
            ["accept", "accept", "ask", "decline", "propose", "send_back", "confirm", "decide", "deliver"]
        ),
        granted=st.booleans(),
    )
    def work(self, data: st.DataObject, who: int, act: str, granted: bool) -> None:
        no = self.pick(data)
        self.act(no, act, CROWD["staff"][who], granted)

    def act(self, no: str, act: str, by: Any, granted: bool) -> None:
        now = self.now
        words = {
            "granted": granted,
            "text": "这是给您的答复。",
            "reasons": () if granted else (("dates", "票据日期对不上", ""),),
        }
        calls: dict[str, Callable[[], Any]] = {
            "accept": lambda: office.accept(no, now=now, by=by),
            "ask": lambda: office.ask(no, lacking=[Lack("list", "第 2 页看不清")], now=now, by=by),
            "decline": lambda: office.decline(no, reason="不是本人的票据", now=now, by=by),
            "propose": lambda: office.propose(no, now=now, by=by, **words),
            "send_back": lambda: office.send_back(no, note="金额请再核一遍", now=now, by=by),
            "confirm": lambda: office.confirm(no, now=now, by=by),
            "decide": lambda: office.decide(no, now=now, by=by, **words),
            "deliver": lambda: office.deliver(no, now=now, by=by),
        }
        if self.tried(calls[act]):
            if act == "ask":
                assert no not in self.asked, "a second notice went out"
                self.asked.add(no)
            self.known[no] = self.stored()[no]

    @rule(data=st.data(), who=st.integers(0, 3), granted=st.booleans())
    def diligently(self, data: st.DataObject, who: int, granted: bool) -> None:
        """Somebody does what is next: so that the far ends of the life are reached as well."""
        no = self.pick(data)
        by = CROWD["staff"][who]
        self.tried(lambda: assigning.take(no, by=by))
        if self.known[no] in NEXT:
            self.act(no, data.draw(st.sampled_from(NEXT[self.known[no]])), by, granted)

    @rule(days=st.sampled_from([1, 5, 20, 45]))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        clocks.run(now=self.now)
        self.known |= self.stored()

    @invariant()
    def nothing_is_lost_stuck_or_done_twice(self) -> None:
        if not getattr(self, "known", None):
            return
        assert self.stored() == self.known
        CROWD["seen"] = sorted({*CROWD["seen"], *self.known.values()})
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "select c.no, c.state, c.granted, c.proposed_by_id, c.decided_by_id,"
                " (select array_agg(s.source || '>' || s.target order by s.seq) from cases_step s where s.case_id = c.no),"
                " (select count(*) from cases_outcome o where o.case_id = c.no),"
                " (select count(*) from registry_payable p where p.case_no = c.no)"
                " from cases_case c where c.no = any(%s)",
                [list(self.known)],
            )
            for no, state, granted, proposer, decider, walked, outcomes, payments in cursor.fetchall():
                path = [tuple(step.split(">")) for step in walked or []]
                assert [a for a, _ in path] == ["draft", *[b for _, b in path]][: len(path)], no
                assert (path[-1][1] if path else "draft") == state, no
                assert outcomes == (1 if granted and state in ("decided", "done") else 0), no
                assert payments <= outcomes, no
                assert proposer is None or proposer != decider or state not in ("decided", "done"), no
                assert states.ended(state) or any(state in act.sources for act in states.ACTS.values()), no


def test_random_clerks_and_citizens_break_nothing(standing: Installation) -> None:
    crowd()
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=12, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {"draft", "submitted"} <= set(CROWD["seen"]), CROWD["seen"]


def walked(act: str, no: str, *, granted: bool = False) -> Callable[[], Any]:
    """How one act of the table is done to a case; a refusal pays nothing, so its case is done at once."""
    by, (clerk, _, boss, _) = CROWD["citizens"][0], CROWD["staff"]
    now = CROWD["now"]
    reasons = () if granted else (("dates", "票据日期对不上", ""),)
    words = {"text": "这是给您的答复。", "reasons": reasons, "granted": granted}
    late = now + timedelta(days=400)
    calls: dict[str, Callable[[], Any]] = {
        "submit": lambda: handling.submit(no, key=f"key-{no}", now=now, by=by),
        "discard": lambda: handling.withdraw(no, now=now, by=by),
        "accept": lambda: office.accept(no, now=now, by=clerk),
        "ask": lambda: office.ask(no, lacking=[Lack("list", "第 2 页看不清")], now=now, by=clerk),
        "supply": lambda: supplied(no),
        "decline": lambda: office.decline(no, reason="不是本人的票据", now=now, by=clerk),
        "withdraw": lambda: handling.withdraw(no, now=now, by=by),
        "lapse": lambda: clocks.run(now=late),
        "adopt": lambda: comparing.adopt(no, key="account", now=now, by=clerk),
        "keep": lambda: comparing.keep(no, key="account", now=now, by=clerk),
        "enter": lambda: opinion.enter(no, {}, now=now, by=clerk),
        "term": lambda: timed(no, lambda grant, item: terms.hold_to(grant, item, no, term=TERM, now=now)),
        "halt": lambda: timed(no, lambda grant, item: terms.halt(grant, no, note="等法院的结论", now=now)),
        "resume": lambda: resumed(no),
        "publish": lambda: timed(no, lambda grant, item: terms.publish(grant, item, no, *NOTICE, now=now)),
        "propose": lambda: office.propose(no, now=now, by=clerk, **words),
        "return": lambda: office.send_back(no, note="金额请再核一遍", now=now, by=boss),
        "decide": lambda: office.decide(no, now=now, by=clerk, **words),
        "confirm": lambda: office.confirm(no, now=now, by=boss),
        "deliver": lambda: office.deliver(no, now=now, by=clerk),
        "close": lambda: window.close(case_no=no, by=clerk),
    }
    return calls[act]


def supplied(no: str) -> None:
    by, now = CROWD["citizens"][0], CROWD["now"]
    hand_in(no, "list", by=by, now=now)
    handling.supply(no, now=now, by=by)


def timed(no: str, change: Callable[[Any, Any], Any]) -> None:
    """A change of the limit as an item may name it, by the holder."""
    with office.deciding_grant(no, by=CROWD["staff"][0]) as (item, grant):
        change(grant, replace(item, terms={TERM: "事实清楚"}, publicity=PUBLICITY))


def resumed(no: str) -> None:
    timed(no, lambda grant, item: terms.halt(grant, no, note="等法院的结论", now=CROWD["now"]))
    timed(no, lambda grant, item: terms.resume(grant, item, no, now=CROWD["now"]))


def brought_to(state: str, act: str) -> str:
    """A fresh case in this state, by the shortest way the table knows; window cases open at the window."""
    by, (clerk, _, boss, _) = CROWD["citizens"][0], CROWD["staff"]
    if state == "open":
        number = doors.value(people.CHUNMEI, "person.id_number")
        return window.open_window(id_number=number, kind="enquiry", reason="本人在窗口查询", by=clerk)
    no = handling.start("inpatient-claim", now=CROWD["now"], by=by)
    handling.answer(no, CLAIM, now=CROWD["now"], by=by)
    for material in ("receipt", "list", "diagnosis", "record"):
        hand_in(no, material, by=by, now=CROWD["now"])
    way = WAYS["asked" if act == "keep" else state]
    for step in way:
        walked(step, no, granted=state == "decided")()
        if step in ("submit", "supply", "propose"):
            assigning.take(no, by=boss if step == "propose" else clerk)
    return no


WAYS = {
    "draft": (),
    "submitted": ("submit",),
    "supplement": ("submit", "ask"),
    "accepted": ("submit", "accept"),
    "asked": ("submit", "ask", "supply", "accept"),
    "proposed": ("submit", "accept", "propose"),
    "decided": ("submit", "accept", "decide"),
}


def test_every_act_of_the_table_is_done_from_every_state_it_names(standing: Installation) -> None:
    crowd()
    CROWD["citizens"], CROWD["now"] = [people.citizen(people.YUANSHAN)], START
    done: set[tuple[str, str, str]] = set()
    for act in states.ACTS.values():
        for source in sorted(act.sources):
            no = brought_to(source, act.code)
            walked(act.code, no)()
            steps = doors.rows(
                "select act, source, target from cases_step where case_id = %s and act = %s", no, act.code
            )
            ((state,),) = doors.rows("select state from cases_case where no = %s", no)
            done |= set(steps) or {(act.code, source, state)}
            if not states.ended(state) and state != "decided":
                walked("discard" if state == "draft" else "withdraw", no)()
    assert done == {(act.code, source, act.target) for act in states.ACTS.values() for source in act.sources}
    assert {state for _, *both in done for state in both} == states.STATES.keys()


def crowd() -> None:
    """Two citizens, two clerks, two supervisors."""
    CROWD["citizens"] = [people.citizen(people.CHUNMEI), people.citizen(people.CHANGHE)]
    CROWD["staff"] = [people.staff(role) for role in ("clerk", "clerk", "supervisor", "supervisor")]
    CROWD["seen"] = []


def test_the_database_knows_the_same_jumps(standing: Installation) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select prosrc from pg_proc where proname = 'guard' and pronamespace = 'cases'::regnamespace"
        )
        source = cursor.fetchone()[0]
    for name in states.STATES:
        for other in states.STATES:
            jump = any(name in act.sources and act.target == other for act in states.ACTS.values())
            assert (f"('{name}', '{other}')" in source) == jump, (name, other)
