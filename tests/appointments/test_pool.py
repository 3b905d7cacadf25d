"""Booking, moving, cancelling and waiting on the real database: the pool is never over, every no says what next."""

from datetime import timedelta

import pytest
from django.db import connections, transaction

from shebao.appointments import actions, queries, upkeep, visits
from shebao.appointments.models import Slot
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import actions as notices
from tests import people
from tests.appointments.pool import (
    HALL,
    SERVICE,
    Told,
    at_ten,
    counts,
    fill,
    now,
    number_of,
    slot_at,
    slots_of,
    sound,
    states,
)


@pytest.fixture
def tell():
    return Told()


def test_a_booking_stands_with_its_number_its_entry_and_its_message(shebao, tell):
    actor = people.citizen()
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=actor, item="R04", tell=tell)
    (mine,) = queries.mine(actor, now=now()).bookings
    assert mine.number == placed.number and mine.slot_id == slot.id and mine.item == "R04"
    assert mine.channel == "app" and counts(slot.id) == (1, 1)
    assert [event.template for event in tell.events] == ["visit.booked"]
    assert ("visit.book", "allowed", "citizen") in people.entries(people.CHUNMEI)


def test_a_message_that_fails_takes_the_booking_with_it(shebao):
    def broken(event):
        raise RuntimeError("no ink")

    slot = slot_at(1, at_ten)
    with pytest.raises(RuntimeError):
        actions.book(slot=slot.id, now=now(), by=people.citizen(), tell=broken)
    assert counts(slot.id) == (0, 0)


def test_the_messages_of_the_house_carry_these_events(shebao):
    """Each event fits its template, and is posted in the transaction of the booking."""

    def post(event):
        numbers.append(
            notices.post(
                subject=event.subject, template=event.template, params=event.params, case=event.case,
                alias=event.alias,
            )
        )  # fmt: skip

    numbers: list[int] = []
    actor = people.citizen()
    first = actions.book(slot=slot_at(1, at_ten).id, now=now(), by=actor, tell=post)
    second = actions.move(booking=first.id, slot=slot_at(2, at_ten).id, now=now(), by=actor, tell=post)
    upkeep.remind(now=second.starts_at - timedelta(minutes=30), tell=post)
    actions.cancel(booking=second.id, now=now(), by=actor, tell=post)
    assert len(numbers) == 4 and all(numbers)


def test_sending_twice_is_one_booking(shebao, tell):
    slot = slot_at(1, at_ten)
    first = actions.book(slot=slot.id, now=now(), by=people.citizen(), tell=tell)
    second = actions.book(slot=slot.id, now=now(), by=people.citizen(), tell=tell)
    assert second.again and second.number == first.number
    assert counts(slot.id) == (1, 1) and len(tell.events) == 1


def test_a_full_place_is_refused_and_the_two_nearest_free_are_offered(shebao):
    slot = slot_at(1, at_ten)
    fill(slot, but=0)
    with pytest.raises(actions.Full) as refused:
        actions.book(slot=slot.id, now=now(), by=people.citizen())
    offered = queries.these(refused.value.nearest)
    assert [abs(one.starts_at - slot.starts_at) for one in offered] == [timedelta(minutes=30)] * 2
    assert all(one.taken < one.capacity and one.office_id == slot.office_id for one in offered)
    assert "刚被约满" in refused.value.message and refused.value.next_url
    assert ("visit.book", "allowed", "citizen") in people.entries(people.CHUNMEI)


def test_when_the_hall_is_full_another_hall_of_the_city_is_offered(shebao):
    slot = slot_at(1, at_ten)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update appointments_slot set taken = capacity where office_id = %s", [HALL])
    with pytest.raises(actions.Full) as refused:
        actions.book(slot=slot.id, now=now(), by=people.citizen())
    offered = queries.these(refused.value.nearest)
    assert len(offered) == 2 and {one.office.region for one in offered} == {"220100"}
    assert HALL not in {one.office_id for one in offered}


@pytest.mark.parametrize(
    ("days", "minutes", "service", "word"),
    [(1, 60, SERVICE, "同一天"), (1, 0, "card", "撞了"), (2, 0, SERVICE, ""), (1, 30, "card", "")],
)
def test_one_booking_of_a_service_a_day_and_no_overlap(shebao, days, minutes, service, word):
    actor = people.citizen()
    actions.book(slot=slot_at(1, at_ten).id, now=now(), by=actor)
    other = slot_at(days, at_ten + minutes, service=service)
    if not word:
        actions.book(slot=other.id, now=now(), by=actor)
        return
    with pytest.raises(Refusal, match="conflict") as refused:
        actions.book(slot=other.id, now=now(), by=actor)
    assert word in refused.value.message and counts(other.id) == (0, 0)


def test_a_place_that_has_begun_and_one_that_does_not_exist_are_refused(shebao):
    slot = slot_at(1, at_ten)
    for wanted, moment in ((slot.id, slot.starts_at), (10**9, now())):
        with pytest.raises(Refusal) as refused:
            actions.book(slot=wanted, now=moment, by=people.citizen())
        assert refused.value.message and refused.value.next_step
    assert counts(slot.id) == (0, 0)


def test_moving_frees_the_old_place_and_keeps_it_when_the_new_one_is_full(shebao, tell):
    actor = people.citizen()
    old, new, full = slot_at(1, at_ten), slot_at(2, at_ten), slot_at(3, at_ten)
    fill(full, but=0)
    placed = actions.book(slot=old.id, now=now(), by=actor, item="R04", case="BJ1", tell=tell)
    with pytest.raises(actions.Full):
        actions.move(booking=placed.id, slot=full.id, now=now(), by=actor)
    assert counts(old.id) == (1, 1)
    moved = actions.move(booking=placed.id, slot=new.id, now=now(), by=actor, tell=tell)
    assert counts(old.id) == (0, 0) and counts(new.id) == (1, 1)
    (mine,) = queries.mine(actor, now=now()).bookings
    assert (mine.id, mine.item, mine.case_no, mine.moved_from) == (moved.id, "R04", "BJ1", placed.id)
    with pytest.raises(Refusal, match="conflict"):
        actions.move(booking=placed.id, slot=old.id, now=now(), by=actor)
    with pytest.raises(Refusal, match="conflict"):
        actions.move(booking=moved.id, slot=new.id, now=now(), by=actor)
    with pytest.raises(Refusal, match="not_found"):
        actions.move(booking=moved.id, slot=slot_at(2, at_ten, service="card").id, now=now(), by=actor)
    assert [event.template for event in tell.events] == ["visit.booked", "visit.moved"]


def test_nobody_cancels_moves_or_sees_another_persons_booking(shebao):
    placed = actions.book(slot=slot_at(1, at_ten).id, now=now(), by=people.citizen())
    other = people.citizen(people.YUANSHAN)
    with pytest.raises(Refusal, match="not_found"):
        actions.cancel(booking=placed.id, now=now(), by=other)
    with pytest.raises(Refusal, match="not_found"):
        actions.move(booking=placed.id, slot=slot_at(2, at_ten).id, now=now(), by=other)
    with pytest.raises(Refusal, match="not_found"):
        queries.one(other, placed.id)
    assert queries.mine(other, now=now()).bookings == []
    assert states() == {placed.id: "booked"}


def test_without_an_open_gate_the_pool_gives_and_shows_nothing(shebao):
    actor = people.citizen()
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=actor)
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from appointments_booking")
        assert cursor.fetchone() == (0,)
        for statement, values in (
            ("select appointments.cancel(1, %s, now(), '{}')", [placed.id]),
            ("select appointments.book(%s, 1, %s, '', '', 'app', now(), '{}')", [actor.token, slot.id]),
            ("select appointments.wait(1, %s, 'enrol', null, '', '', now())", [HALL]),
        ):
            with pytest.raises(Exception, match="no entry of this transaction"), transaction.atomic():
                cursor.execute(statement, values)
        for statement in (
            "update appointments_slot set taken = 0",
            "insert into appointments_booking (subject_id) values (1)",
            "select appointments.place(1, 1, '', '', 'app', null, true, now(), '{}')",
            "select appointments.pass_on(1, now(), '{}')",
        ):
            with pytest.raises(Exception, match="permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_a_citizen_cannot_book_as_the_window(shebao):
    with pytest.raises(Refusal, match="purpose_not_allowed"):
        actions.book_for(
            slot=slot_at(1, at_ten).id, subject=2, visit_no="X", reason="我想替他约", channel="phone",
            now=now(), by=people.citizen(),
        )  # fmt: skip


def test_three_no_shows_leave_only_the_same_day_for_thirty_days(shebao):
    actor = people.citizen()
    clerk = people.staff()
    tell = Told()
    for days in (1, 2, 3):
        slot = slot_at(days, at_ten)
        placed = actions.book(slot=slot.id, now=now(), by=actor)
        visits.mark(
            number=placed.number, state="missed", now=slot.starts_at + timedelta(hours=1), by=clerk, tell=tell
        )
    assert [event.template for event in tell.events] == ["visit.missed"] * 3
    assert "只能约当天的" in tell.events[0].params["rule"]
    third = slot_at(3, at_ten)
    later, same = slot_at(5, at_ten), slot_at(3, at_ten + 120)
    with pytest.raises(Refusal, match="precondition_unmet") as refused:
        actions.book(slot=later.id, now=third.starts_at, by=actor)
    assert "3 次约了没来" in refused.value.message and refused.value.next_step
    actions.book(slot=same.id, now=third.starts_at, by=actor)
    with connections["owner"].cursor() as cursor:
        for ahead, limited in ((29, True), (30, False), (31, False)):
            cursor.execute(
                "select appointments.limited_until(1, %s, %s) is not null",
                [third.starts_at + timedelta(days=ahead, seconds=1), actions._rules()],
            )
            assert cursor.fetchone() == (limited,), ahead


def test_a_no_show_marked_by_mistake_is_corrected_within_a_week(shebao):
    clerk, actor = people.staff(), people.citizen()
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=actor)
    with pytest.raises(Refusal, match="conflict"):
        visits.mark(number=placed.number, state="missed", now=slot.starts_at, by=clerk)
    visits.mark(number=placed.number, state="missed", now=slot.starts_at + timedelta(hours=1), by=clerk)
    visits.mark(number=placed.number, state="attended", now=slot.starts_at + timedelta(days=6), by=clerk)
    assert states() == {placed.id: "attended"}
    with pytest.raises(Refusal, match="conflict"):
        visits.mark(number=placed.number, state="missed", now=slot.starts_at + timedelta(days=6), by=clerk)
    assert people.entries(people.CHUNMEI, "visit.desk")[0] == ("visit.desk", "allowed", "clerk")


@pytest.mark.parametrize("role", ["auditor", "operator", "privacy_officer"])
def test_only_the_windows_see_the_day_and_mark_it(shebao, role):
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=people.citizen())
    day = clock.today_in_china(slot.starts_at)
    assert [one.number for one in visits.day(people.staff(), office=HALL, on=day)] == [placed.number]
    other = people.staff(role)
    assert visits.day(other, office=HALL, on=day) == []
    assert visits.day(people.citizen(), office=HALL, on=day) == []
    with pytest.raises(Refusal, match="not_found"):
        visits.mark(number=placed.number, state="attended", now=slot.starts_at, by=other)


def test_a_clerk_books_from_the_same_pool_for_a_person_on_the_phone(shebao, tell):
    clerk = people.staff()
    slot = slot_at(1, at_ten)
    fill(slot, but=1)
    number = number_of(people.CHUNMEI)
    found = visits.find(id_number=number, reason="本人来电预约", by=clerk)
    placed = actions.book_for(
        slot=slot.id, subject=found.subject, visit_no=found.visit_no, reason="本人来电预约",
        channel="phone", now=now(), by=clerk, tell=tell,
    )  # fmt: skip
    visits.done(found, by=clerk)
    with pytest.raises(actions.Full):
        actions.book(slot=slot.id, now=now(), by=people.citizen(people.YUANSHAN))
    with pytest.raises(Refusal, match="out_of_reach"):
        actions.book_for(
            slot=slot_at(2, at_ten).id, subject=found.subject, visit_no=found.visit_no,
            reason="本人来电预约", channel="phone", now=now(), by=clerk,
        )  # fmt: skip
    (mine,) = queries.mine(people.citizen(), now=now()).bookings
    assert (mine.number, mine.channel) == (placed.number, "phone")
    seen = {process for process, outcome, role in people.entries(people.CHUNMEI) if role == "clerk"}
    assert {"desk.search", "visit.desk"} <= seen


@pytest.mark.parametrize(
    ("number", "reason", "code"),
    [("", "本人来电", "invalid_input"), ("220102199001010018", "", "precondition_unmet"), ("wrong", "本人来电", "invalid_input")],
)  # fmt: skip
def test_a_search_without_number_or_reason_is_refused(shebao, number, reason, code):
    with pytest.raises(Refusal, match=code):
        visits.find(id_number=number, reason=reason, by=people.staff())


def test_the_first_in_the_queue_has_the_freed_place_on_offer(shebao, tell):
    first, second, third = (people.citizen(n) for n in (people.CHUNMEI, people.YUANSHAN, people.QINGHE))
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=first)
    fill(slot, but=0)
    others = [one for one in slots_of(1) if one.id != slot.id]
    for one in others:
        fill(one, but=0)
    day = clock.today_in_china(slot.starts_at)
    wish = {"office": HALL, "service": SERVICE, "day": day, "now": now()}
    assert actions.wait(by=second, **wish) == 0
    assert actions.wait(by=third, **wish) == 1
    with pytest.raises(Refusal, match="conflict"):
        actions.wait(by=second, **wish)
    actions.cancel(booking=placed.id, now=now(), by=first, tell=tell)
    assert [(event.template, event.subject) for event in tell.events] == [
        ("visit.cancelled", people.CHUNMEI), ("visit.offered", people.YUANSHAN),
    ]  # fmt: skip
    taken, _ = counts(slot.id)
    assert taken == slot.capacity
    with pytest.raises(actions.Full):
        actions.book(slot=slot.id, now=now(), by=people.citizen(people.CHANGHE))
    (offered,) = queries.mine(second, now=now()).waiting
    assert offered.state == "offered" and offered.slot_id == slot.id
    assert actions.accept(waiting=offered.id, now=now(), by=second).slot == slot.id
    assert len(queries.mine(second, now=now()).bookings) == 1
    assert queries.mine(third, now=now()).waiting[0].state == "waiting"
    assert sound()


def test_an_offer_that_is_left_or_lapses_goes_on(shebao, tell):
    waiting = [people.citizen(n) for n in (people.YUANSHAN, people.QINGHE, people.CHANGHE)]
    slot = slot_at(1, at_ten)
    placed = actions.book(slot=slot.id, now=now(), by=people.citizen())
    for one in slots_of(1):
        fill(one, but=0)
    day = clock.today_in_china(slot.starts_at)
    for actor in waiting:
        actions.wait(office=HALL, service=SERVICE, day=day, now=now(), by=actor)
    actions.cancel(booking=placed.id, now=now(), by=people.citizen())
    first = queries.mine(waiting[0], now=now()).waiting[0]
    actions.leave(waiting=first.id, now=now(), by=waiting[0], tell=tell)
    assert [event.subject for event in tell.events] == [people.QINGHE]
    second = queries.mine(waiting[1], now=now()).waiting[0]
    late = second.offered_until + timedelta(seconds=1)
    with pytest.raises(Refusal, match="conflict") as refused:
        actions.accept(waiting=second.id, now=late, by=waiting[1])
    assert "过了时间" in refused.value.message
    assert upkeep.offer(now=late, tell=tell) == 1
    assert tell.events[-1].subject == people.CHANGHE and tell.events[-1].alias == "worker"
    third = queries.mine(waiting[2], now=late).waiting[0]
    actions.leave(waiting=third.id, now=late, by=waiting[2])
    assert counts(slot.id) == (0, 0) and sound()


def test_the_round_offers_what_was_freed_unseen(shebao):
    actor = people.citizen(people.YUANSHAN)
    slot = slot_at(1, at_ten)
    for one in slots_of(1):
        fill(one, but=0)
    day = clock.today_in_china(slot.starts_at)
    actions.wait(office=HALL, service=SERVICE, day=day, now=now(), by=actor)
    assert upkeep.offer(now=now()) == 0
    with connections["owner"].cursor() as cursor:
        cursor.execute("update appointments_slot set taken = taken - 1 where id = %s", [slot.id])
    assert upkeep.offer(now=now()) == 1
    assert upkeep.offer(now=now()) == 0
    assert queries.mine(actor, now=now()).waiting[0].slot_id == slot.id


def test_waiting_is_refused_while_places_are_free(shebao):
    slot = slot_at(1, at_ten)
    with pytest.raises(Refusal, match="conflict") as refused:
        actions.wait(
            office=HALL, service=SERVICE, day=clock.today_in_china(slot.starts_at), now=now(),
            by=people.citizen(),
        )  # fmt: skip
    assert "直接约" in refused.value.message


def test_the_places_are_opened_once_and_only_for_opening_hours(shebao):
    before = Slot.objects.count()
    assert upkeep.open_slots(now=clock.now()) == 0 and Slot.objects.count() == before
    assert upkeep.open_slots(now=clock.now() + timedelta(days=7)) > 0
    for slot in Slot.objects.filter(office_id=HALL):
        there = clock.china(slot.starts_at)
        ends = there + timedelta(minutes=slot.minutes)
        assert (there.hour, there.minute) >= (8, 30) and (ends.hour, ends.minute) <= (17, 0)


def test_a_closed_day_has_no_places(shebao):
    from shebao.appointments.models import Closure

    later = clock.now() + timedelta(days=30)
    day = upkeep.horizon(later, 10)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into appointments_closure (office_id, day, reason) values (%s, %s, '停电')", [HALL, day]
        )
    assert Closure.objects.count() == 1
    upkeep.open_slots(now=later)
    assert queries.slots(HALL, SERVICE, on=day, now=now()) == []
    assert queries.slots(HALL + 2, SERVICE, on=day, now=now()) != []


def test_each_booking_is_reminded_of_once_from_nine_on_the_day_before(shebao, tell):
    actor = people.citizen()
    slot = slot_at(3, at_ten)
    actions.book(slot=slot.id, now=now(), by=actor)
    eve = slot.starts_at - timedelta(days=1)
    assert upkeep.remind(now=eve - timedelta(hours=2), tell=tell) == 0
    assert upkeep.remind(now=eve - timedelta(days=1), tell=tell) == 0
    assert upkeep.remind(now=eve, tell=tell) == 1
    assert upkeep.remind(now=eve + timedelta(minutes=5), tell=tell) == 0
    (event,) = tell.events
    assert (event.template, event.subject, event.alias) == ("visit.reminder", people.CHUNMEI, "worker")
    assert ("visit.remind", "allowed", "system") in people.entries(people.CHUNMEI)


def test_nobody_is_blamed_where_the_desk_was_not_in_use(shebao, tell):
    here, there = people.citizen(), people.citizen(people.YUANSHAN)
    slot = slot_at(1, at_ten)
    mine = actions.book(slot=slot.id, now=now(), by=here)
    after = slot.starts_at + timedelta(days=1)
    assert upkeep.mark_missed(now=after, tell=tell) == 0
    hers = actions.book(slot=slot_at(1, at_ten + 30).id, now=now(), by=there)
    assert upkeep.mark_missed(now=after) == 0
    visits.mark(number=hers.number, state="attended", now=slot.starts_at, by=people.staff())
    assert upkeep.mark_missed(now=slot.starts_at + timedelta(hours=2)) == 0
    assert upkeep.mark_missed(now=after, tell=tell) == 1
    assert states() == {mine.id: "missed", hers.id: "attended"}
    assert [event.template for event in tell.events] == ["visit.missed"]


def test_visits_end_after_a_year(shebao):
    slot = slot_at(1, at_ten)
    actions.book(slot=slot.id, now=now(), by=people.citizen())
    assert upkeep.end_of_life(now=slot.starts_at + timedelta(days=364)) == 0
    assert states() != {}
    assert upkeep.end_of_life(now=slot.starts_at + timedelta(days=366)) == 1
    assert states() == {}
