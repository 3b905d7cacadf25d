"""Two hundred at once for twenty places, on real connections: twenty have one, the others know what is free."""

import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from shebao.appointments import actions
from shebao.appointments.models import Slot
from shebao.privacy import gate
from tests.appointments.pool import HALL, SERVICE, at_ten, now, rows, slot_at, slots_of, sound

CROWD, PLACES, AT_ONCE = 200, 20, 60


def crowd(count: int) -> list[gate.Actor]:
    """So many persons with an account, logged in."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "with s as (insert into privacy_subject (id) select 900000 + n from generate_series(1, %s) n returning id)"
            " insert into privacy_actor (role, subject_id) select 'citizen', id from s returning id, subject_id",
            [count],
        )
        made = cursor.fetchall()
        tokens = [os.urandom(32) for _ in made]
        for (actor, _), token in zip(made, tokens, strict=True):
            cursor.execute(
                "insert into privacy_session (digest, actor_id, level, method, expires_at)"
                " values (%s, %s, 1, 'password', now() + interval '1 hour')",
                [hashlib.sha256(token).digest(), actor],
            )
    return [
        gate.Actor(token=token, actor_id=actor, role="citizen", subject_id=subject)
        for (actor, subject), token in zip(made, tokens, strict=True)
    ]


def at_the_same_time(tasks: list[tuple[gate.Actor, int]]) -> list[object]:
    """Runs all bookings over many connections that start together; each answer or refusal."""
    ready = threading.Barrier(AT_ONCE)
    begun = threading.local()

    def one(task: tuple[gate.Actor, int]) -> object:
        if not getattr(begun, "yes", False):
            begun.yes = True
            connections["default"].ensure_connection()
            ready.wait(60)
        try:
            return actions.book(slot=task[1], now=now(), by=task[0])
        except Exception as problem:
            return problem

    def share(mine: list[tuple[gate.Actor, int]]) -> list[object]:
        try:
            return [one(task) for task in mine]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        shares = pool.map(share, [tasks[start::AT_ONCE] for start in range(AT_ONCE)])
        return [answer for share_ in shares for answer in share_]


@pytest.mark.parametrize("spread", [1, PLACES])
def test_two_hundred_bookings_of_twenty_places_give_exactly_twenty(shebao, spread):
    """Once all for one slot of twenty places, once for twenty slots of one place each."""
    slots = [slot_at(1, at_ten)] if spread == 1 else (slots_of(1) + slots_of(2))[:PLACES]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "update appointments_slot set capacity = %s where id = any(%s)",
            [PLACES // spread, [slot.id for slot in slots]],
        )
    people = crowd(CROWD)
    answers = at_the_same_time([(person, slots[at % spread].id) for at, person in enumerate(people)])
    placed = [answer for answer in answers if isinstance(answer, actions.Placed)]
    refused = [answer for answer in answers if isinstance(answer, actions.Full)]
    assert (len(placed), len(refused)) == (PLACES, CROWD - PLACES), {type(a) for a in answers}
    assert len({one.number for one in placed}) == PLACES
    for refusal in refused:
        offered = Slot.objects.filter(id__in=refusal.nearest)
        assert len(offered) == 2 and all(one.office_id == HALL for one in offered)
        assert all(one.service == SERVICE for one in offered)
        assert spread > 1 or all(one.taken < one.capacity for one in offered)
        assert "刚被约满" in refusal.message and refusal.next_step
    assert (
        rows("select taken, capacity from appointments_slot where id = any(%s)", [s.id for s in slots])
        == [(PLACES // spread, PLACES // spread)] * spread
    )
    assert rows("select count(*) from appointments_booking where state = 'booked'") == [(PLACES,)]
    assert rows(
        "select count(*) from privacy_entry where process = 'visit.book' and outcome = 'allowed'"
    ) == [(CROWD,)]
    assert sound()


@pytest.mark.clause("JL-4.1.2-09")
def test_of_two_who_take_the_last_place_one_has_it_and_a_cancellation_tells_both(shebao, monkeypatch):
    from shebao.notices import actions as notices

    def post(event: actions.Event) -> None:
        posted.append((event.subject, event.template))
        notices.post(
            subject=event.subject, template=event.template, params=event.params, case=event.case,
            alias=event.alias,
        )  # fmt: skip

    posted: list[tuple[int, str]] = []
    slot = slot_at(1, at_ten)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update appointments_slot set capacity = 1 where id = %s", [slot.id])
    pair = crowd(2)
    start = threading.Barrier(2)

    def take(actor: gate.Actor) -> object:
        try:
            connections["default"].ensure_connection()
            start.wait(30)
            return actions.book(slot=slot.id, now=now(), by=actor, tell=post)
        except actions.Full as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(take, pair))
    won = next(at for at, answer in enumerate(answers) if isinstance(answer, actions.Placed))
    assert isinstance(answers[1 - won], actions.Full)
    for other in slots_of(1):
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "update appointments_slot set capacity = 1, taken = 1 where id = %s and id <> %s",
                [other.id, slot.id],
            )
    day = slot.starts_at.date()
    actions.wait(office=HALL, service=SERVICE, day=day, now=now(), by=pair[1 - won])
    actions.cancel(booking=answers[won].id, now=now(), by=pair[won], tell=post)
    assert posted[-2:] == [
        (pair[won].subject_id, "visit.cancelled"), (pair[1 - won].subject_id, "visit.offered"),
    ]  # fmt: skip
    messages = rows("select subject_id, template from notices_message order by id")
    assert messages == posted and len(messages) == 3
