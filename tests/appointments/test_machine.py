"""Random people book, move, cancel, come, wait and take offers: no place is over, nobody is lost, nobody has two."""

from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.db import connections
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from shebao.appointments import actions, queries, upkeep, visits
from shebao.base.refusal import Refusal
from tests import people
from tests.appointments.pool import HALL, SERVICE, at_ten, now, rows, slot_at

PEOPLE = (people.CHUNMEI, people.YUANSHAN, people.QINGHE, people.CHANGHE, people.WANQING)
WHO = st.sampled_from(PEOPLE)
PLACE = st.integers(0, 5)


class Pool(RuleBasedStateMachine):
    """Six places of one or two in one hall on two days; the clock goes forward only."""

    actors: dict[int, Any] = {}
    clerk: Any = None

    @initialize()
    def begin(self) -> None:
        with connections["owner"].cursor() as cursor:
            cursor.execute("delete from appointments_waiting")
            cursor.execute("delete from appointments_booking")
            cursor.execute("update privacy_process set rate_count = 0")
            cursor.execute("update appointments_slot set taken = 0, capacity = 4")
        times = [
            (1, at_ten),
            (1, at_ten + 30),
            (1, at_ten + 60),
            (2, at_ten),
            (2, at_ten + 30),
            (2, at_ten + 60),
        ]
        self.slots = [slot_at(day, minute).id for day, minute in times]
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "update appointments_slot set taken = 0, capacity = case id %% 2 when 0 then 1 else 2 end"
                " where id = any(%s)",
                [self.slots],
            )
            cursor.execute(
                "update appointments_slot set taken = 0, capacity = 0 where office_id = %s and service = %s"
                " and not id = any(%s)",
                [HALL, SERVICE, self.slots],
            )
        self.now = now()
        self.booked: dict[int, int] = {}
        self.gone: dict[int, str] = {}

    @rule(who=WHO, place=PLACE)
    def book(self, who: int, place: int) -> None:
        try:
            placed = actions.book(slot=self.slots[place], now=self.now, by=self.actors[who])
        except Refusal as refusal:
            assert refusal.message and refusal.next_step
            return
        self.booked[placed.id] = who

    @rule(who=WHO, place=PLACE, pick=st.integers(0, 3))
    def move(self, who: int, place: int, pick: int) -> None:
        own = sorted(booking for booking, holder in self.booked.items() if holder == who)
        if not own:
            return
        booking = own[pick % len(own)]
        try:
            placed = actions.move(booking=booking, slot=self.slots[place], now=self.now, by=self.actors[who])
        except Refusal:
            return
        del self.booked[booking]
        self.gone[booking] = "moved"
        self.booked[placed.id] = who

    @rule(who=WHO, other=WHO)
    def cancel(self, who: int, other: int) -> None:
        for booking in [one for one, holder in self.booked.items() if holder == who][:1]:
            try:
                actions.cancel(booking=booking, now=self.now, by=self.actors[other])
            except Refusal as refusal:
                assert other != who or refusal.code == "conflict"
                return
            assert other == who
            del self.booked[booking]
            self.gone[booking] = "cancelled"

    @rule(who=WHO, attended=st.booleans())
    def come(self, who: int, attended: bool) -> None:
        for booking in [one for one, holder in self.booked.items() if holder == who][:1]:
            ((number,),) = rows("select number from appointments_booking where id = %s", booking)
            state = "attended" if attended else "missed"
            try:
                visits.mark(number=number, state=state, now=self.now, by=self.clerk)
            except Refusal:
                return
            del self.booked[booking]
            self.gone[booking] = state

    @rule(who=WHO, day=st.sampled_from((1, 2, None)))
    def wait(self, who: int, day: int | None) -> None:
        on = slot_at(day, at_ten).starts_at.date() if day else None
        try:
            actions.wait(office=HALL, service=SERVICE, day=on, now=self.now, by=self.actors[who])
        except Refusal as refusal:
            assert refusal.code == "conflict"

    @rule(who=WHO, takes=st.booleans())
    def answer(self, who: int, takes: bool) -> None:
        for wish in queries.mine(self.actors[who], now=self.now).waiting:
            if not takes:
                actions.leave(waiting=wish.id, now=self.now, by=self.actors[who])
                continue
            try:
                placed = actions.accept(waiting=wish.id, now=self.now, by=self.actors[who])
            except Refusal:
                continue
            self.booked[placed.id] = who

    @rule(minutes=st.sampled_from((20, 200, 1440)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        upkeep.offer(now=self.now)

    @invariant()
    def every_place_is_counted_exactly(self) -> None:
        wrong = rows(
            "select s.id from appointments_slot s where s.id = any(%s) and (s.taken > s.capacity or s.taken <>"
            " (select count(*) from appointments_booking b where b.slot_id = s.id"
            "   and b.state in ('booked', 'attended', 'missed'))"
            " + (select count(*) from appointments_waiting w where w.slot_id = s.id and w.state = 'offered'))",
            self.slots,
        )
        assert wrong == []

    @invariant()
    def everybody_has_what_was_promised(self) -> None:
        found = rows("select id, subject_id, state from appointments_booking")
        assert {one: who for one, who, state in found if state == "booked"} == self.booked
        assert {one: state for one, _, state in found if state != "booked"} == self.gone

    @invariant()
    def nobody_has_two_of_a_day(self) -> None:
        twice = rows(
            "select b.subject_id from appointments_booking b join appointments_slot s on s.id = b.slot_id"
            " where b.state = 'booked' group by b.subject_id, s.service, appointments.china_day(s.starts_at)"
            " having count(*) > 1"
        )
        assert twice == []


def test_random_people_and_one_pool(shebao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pool, "actors", {who: people.citizen(who) for who in PEOPLE})
    monkeypatch.setattr(Pool, "clerk", people.staff())
    run_state_machine_as_test(
        Pool,
        settings=hypothesis.settings(
            max_examples=25, stateful_step_count=30, deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )  # fmt: skip
