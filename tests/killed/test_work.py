"""Killed at everything that lasts: money on its way to the bank and back, deaths, places, pages, a file taken in.

After every death the world must be sound; when the work has been done again to its end, everything happened once.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from shebao.appointments import actions as pool
from shebao.items import dying, handling
from shebao.privacy import gate
from shebao.registry.payables import bank, batches
from tests import people
from tests.appointments.pool import HALL, SERVICE, at_ten, fill, slot_at, slots_of, sound
from tests.appointments.pool import now as today
from tests.cases import files
from tests.cases.test_engine import CLAIM
from tests.conftest import Installation
from tests.items.doing import NOW, done, granted, owned, sent, started
from tests.items.test_dying import line, pensioner
from tests.items.test_paying import GONE, GOOD, account, messages
from tests.items.test_survivors import died, named
from tests.killing import Mortal, Order
from tests.registry.files import footprint, written

World = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def mortal(standing: Installation) -> Iterator[Mortal]:
    owned("update privacy_process set rate_count = 0 returning 1")
    one = Mortal("tests.killed.worker", standing.home)
    yield one
    one.end()


def order(step: str, now: datetime = NOW, **more: Any) -> Order:
    """An order; sessions travel as their tokens."""
    told = {name: one.token.hex() if isinstance(one, gate.Actor) else one for name, one in more.items()}  # type: ignore[union-attr]
    return {"step": step, "now": now.isoformat(), **told}


def kept(folder: Path) -> World:
    """The complete files of a folder and what is in them."""
    found = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    return [(str(file.relative_to(folder)), hashlib.sha256(file.read_bytes()).hexdigest()) for file in found]


MONEY = """
select p.id, p.subject_id, p.state, p.case_no, p.monthly,
       (select array_agg(x.state order by x.id) from registry_payment x where x.payable_id = p.id),
       (select array_agg(n.template order by n.id) from notices_message n
         where n.case_no = p.case_no and n.template like 'payment.%%'),
       (select c.state from cases_case c where c.no = p.case_no),
       (select array_agg(b.amount_fen) from registry_benefit b
         where b.subject_id = p.subject_id and b.kind = p.kind and b.month = 202611)
  from registry_payable p order by p.id
"""
BALANCES = """
select a.subject_id, a.kind, a.balance_fen, (select coalesce(sum(e.amount_fen), 0) from registry_accountentry e
         where e.subject_id = a.subject_id and e.kind = a.kind)
  from registry_account a order by 1, 2
"""


def money() -> World:
    orders = owned(MONEY)
    lists = owned("select id, state, count, total_fen from registry_paymentbatch order by id")
    return [("orders", *orders), ("lists", *lists), ("balances", *owned(BALANCES)), *kept(bank.folder())]


def settled(world: World) -> None:
    """Each line is told once and in its state; a case ends with its money; nothing is on its way twice."""
    for _, _, state, _, monthly, its_lines, its_messages, case, months in world[0][1:]:
        lines, told = its_lines or [], its_messages or []
        assert sum(one != "returned" for one in lines) <= 1
        if monthly:
            assert (months or []) == [300000] * (lines[-1:] == ["paid"])
            continue
        assert state == (lines[-1] if lines else "approved") or (state, lines[-1:]) == (
            "approved",
            ["returned"],
        )
        assert told == [f"payment.{one}" for one in lines if one in ("paid", "returned")]
        assert case in (None, "done" if state == "paid" else "decided")


def pay(mortal: Mortal) -> int:
    """A batch collected, approved and paid, each of it killed; returns how many deaths."""
    kills = mortal.everywhere(order("collect", by=people.staff("operator")), money, settled, once=True)
    ((number,),) = owned("select max(id) from registry_paymentbatch")
    assert batches.collect(month=202611, now=NOW, by=people.staff("operator")) == 0
    approve = order("approve", by=people.staff("supervisor"), batch=number)
    kills += mortal.everywhere(approve, money, settled, once=True)
    kills += mortal.everywhere(order("pay"), money, settled)
    assert owned("select state from registry_paymentbatch where id = %s", number) == [("closed",)]
    return kills


def test_money_reaches_the_bank_once_and_comes_back_once(mortal: Mortal) -> None:
    by, dead = people.citizen(people.QINGHE), people.YUANSHAN
    died(dead, "2026-10-20")
    before = account(dead)
    opened = {row[:2]: row[2] - row[3] for row in owned(BALANCES)}
    no = sent("account-lump-sum", by, {"why": "heir", "account": GONE} | named(dead), "heir")
    granted(no)
    who = pensioner(0)
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
          " values (%s, 'pension', 300000, true, 202611, 'K1') returning 1", who)  # fmt: skip
    owned("delete from registry_benefit where subject_id = %s and month = 202611 returning 1", who)
    kills = pay(mortal)
    assert account(dead) == (before[0], before[1], 2) and messages(people.QINGHE) == ["payment.returned"]
    done("benefit-account-change", by, {"account": GOOD, "own": "yes"})
    kills += pay(mortal)
    assert account(dead) == (0, before[0] + before[1], 3)
    assert messages(people.QINGHE) == ["payment.returned", "payment.paid"]
    assert owned("select state from cases_case where no = %s", no) == [("done",)]
    assert {row[:2]: row[2] - row[3] for row in owned(BALANCES)} == opened
    assert owned("select state, count(*) from registry_payment where payable_id in (select id from registry_payable"
                 " where case_no = 'K1') group by 1") == [("paid", 1)]  # fmt: skip
    assert kills > 30, kills


DEAD = """
select p.subject_id, p.died_on::text, (select count(*) from registry_death d where d.subject_id = p.subject_id),
       (select count(*) from registry_death d where d.subject_id = p.subject_id and d.withdrawn_on is null),
       (select count(*) from registry_enrolment e where e.subject_id = p.subject_id and e.state = 'retired'),
       (select count(*) from notices_message n where n.subject_id = p.subject_id and n.template = 'death.corrected'),
       (select active from privacy_actor a where a.subject_id = p.subject_id),
       (select array_agg(r.state) from registry_recovery r where r.subject_id = p.subject_id)
  from registry_person p where p.subject_id = any(%s) order by 1
"""


def test_a_list_of_deaths_goes_on_where_it_died(mortal: Mortal) -> None:
    whom = [pensioner(place) for place in (1, 2, 3)]
    for one in whom:
        people.citizen(one)
    lines = [line(one) for one in whom]
    boss, operator = people.staff("supervisor"), people.staff("operator")
    head = "id_number,name,day,reference,reason\n"

    def world() -> World:
        return owned(DEAD, whom)

    def whole(seen: World) -> None:
        for _, day, rows, standing, retired, told, active, owed in seen:
            assert standing == (day is not None) and active == (day is None)
            assert (retired > 0) == (day is None) and told == rows - standing <= 1 and rows <= 1
            assert day is not None or set(owed or []) <= {"cancelled"}

    text = head + "".join(f"{one.id_number},{one.name},2026-09-15,{one.reference},\n" for one in lines)
    kills = mortal.everywhere(order("deaths", by=operator, second=boss, lines=text, batch="K1"), world, whole)
    assert [row[1] for row in world()] == ["2026-09-15"] * 3
    text = head + "".join(f"{one.id_number},{one.name},,{one.reference},民政来函更正\n" for one in lines[:2])
    kills += mortal.everywhere(
        order("deaths", by=operator, second=boss, lines=text, batch="K2"), world, whole
    )
    assert [row[1] for row in world()] == [None, None, "2026-09-15"]
    dying.approve(batch="K2", source="civil", operator=operator, approver=boss)
    report = dying.take_in(dying.read(text), source="civil", batch="K2", now=NOW)
    assert (report.known, report.wrong) == ([2, 3], []), (
        "the operator asks once more and hears that it is done"
    )
    assert kills > 12, kills


PLACES = """
select k.id, k.subject_id, k.slot_id, k.state, (select array_agg(n.template order by n.id) from notices_message n
         where n.subject_id = k.subject_id and n.template like 'visit.%%') from appointments_booking k order by k.id
"""


def places() -> World:
    waiting = owned("select id, subject_id, state, slot_id from appointments_waiting order by id")
    taken = owned("select id, taken from appointments_slot where taken > 0 order by id")
    told = owned("select subject_id, template, count(*) from notices_message where template like 'visit.%%'"
                 " group by 1, 2 order by 1, 2")  # fmt: skip
    return [("booked", *owned(PLACES)), ("waiting", *waiting), ("taken", *taken), ("told", *told)]


def counted(world: World, full: dict[int, int]) -> None:
    """`full`: places that others have. No place is over or lost: every counted one is held by a booking or an offer; each is told."""
    assert sound()
    held: dict[int, int] = {}
    for _, _, slot, state, _ in world[0][1:]:
        held[slot] = held.get(slot, 0) + (state in ("booked", "attended", "missed"))
    offers = 0
    for _, _, state, slot in world[1][1:]:
        held[slot] = held.get(slot, 0) + (state == "offered")
        offers += state in ("offered", "taken")
    taken = dict(world[2][1:])
    assert {slot: taken.get(slot, 0) - count for slot, count in held.items()} == {
        slot: full.get(slot, 0) for slot in held
    }
    told = {template: 0 for _, template, _ in world[3][1:]}
    for _, template, count in world[3][1:]:
        told[template] += count
    bookings = [state for _, _, _, state, _ in world[0][1:]]
    assert told.get("visit.booked", 0) + told.get("visit.moved", 0) == len(bookings)
    assert told.get("visit.cancelled", 0) == bookings.count("cancelled")
    assert told.get("visit.offered", 0) == offers


def test_a_place_is_never_lost_or_given_twice(mortal: Mortal) -> None:
    me, other = people.citizen(people.CHUNMEI), people.citizen(people.WANQING)
    now, slot, later = today(), slot_at(2, at_ten), slot_at(3, at_ten)
    day, full = slots_of(2), dict[int, int]()

    def kill(step: str, by: gate.Actor | None, **more: Any) -> int:
        who = {"by": by} if by else {}
        return mortal.everywhere(
            order(step, now, **who, **more), places, lambda seen: counted(seen, full), once=True
        )

    kills = kill("book", me, slot=slot.id)
    assert pool.book(slot=slot.id, now=now, by=me).again, "asked again, the same place"
    for one in day:
        fill(one, but=0)
        full[one.id] = one.taken - (one.id == slot.id)
    kills += kill("wait", other, office=HALL, service=SERVICE, day=str(day[0].starts_at.date()))
    ((booking,),) = owned("select id from appointments_booking where state = 'booked'")
    kills += kill("move", me, booking=booking, slot=later.id)
    ((waiting, state),) = owned("select id, state from appointments_waiting")
    assert state == "offered", "the place that was given up is on offer at once"
    kills += kill("accept", other, waiting=waiting)
    ((booking,),) = owned(
        "select id from appointments_booking where state = 'booked' and subject_id = %s", people.WANQING
    )
    kills += kill("cancel", other, booking=booking)
    assert owned("select state from appointments_waiting") == [("taken",)]
    assert kills >= 10, kills


def test_a_page_is_kept_whole_or_not_at_all(mortal: Mortal, tmp_path: Path) -> None:
    me = people.citizen(people.CHANGHE)
    no = started("inpatient-claim", me, CLAIM)
    first, second = tmp_path / "a.jpg", tmp_path / "b.jpg"
    first.write_bytes(files.photo((240, 300)))
    second.write_bytes(files.photo((240, 300), ink=60))

    def pages() -> World:
        return owned("select id, material, number, state, length(content), encode(sha256, 'hex') from cases_material"
                     " where case_id = %s order by number", no)  # fmt: skip

    def whole(seen: World) -> None:
        assert [row[2] for row in seen] == list(range(1, len(seen) + 1))
        assert all(row[3] == "received" and row[4] > 1000 for row in seen)

    told = {"by": me, "no": no, "material": "receipt"}
    kills = mortal.everywhere(order("hand_in", file=str(first), **told), pages, whole, once=True)
    assert len(pages()) == 1, "stored and not acknowledged: it is there, whole, for her to see"
    kills += mortal.everywhere(order("hand_in", file=str(second), **told), pages, whole, once=True)
    assert len(pages()) == 2
    page = pages()[0][0]
    kills += mortal.everywhere(
        order("retake", by=me, no=no, page=pages()[1][0], file=str(first)), pages, whole, once=True
    )
    kills += mortal.everywhere(order("take_out", by=me, no=no, page=page), pages, whole, once=True)
    assert len(pages()) == 1 and kills >= 8, kills
    handling.withdraw(no, now=NOW, by=me)
    assert pages() == []


def test_a_file_is_taken_in_whole_or_leaves_nothing(mortal: Mortal, tmp_path: Path) -> None:
    file = written(
        tmp_path / "persons.csv", ["社会保障号码", "姓名", "性别", "出生日期", "参保地"],
        [["11010519491231002X", "何秋梅", "女", "1949-12-31", "220100"]],
    )  # fmt: skip
    before = footprint()

    def whole(seen: World) -> None:
        assert seen == before or owned("select count(*) from registry_intakefile where kind = 'persons'") == [
            (1,)
        ]

    told = order(
        "load", today(), by=people.staff("operator"), second=people.staff("supervisor"), file=str(file)
    )
    kills = mortal.everywhere(told, footprint, whole)
    after = footprint()
    assert after != before and kills > 4, kills
    assert mortal.lived(told, 10_000) and footprint() == after, "taken in before: nothing more"
    ((who,),) = owned("select subject_id from registry_person order by subject_id desc limit 1")
    assert owned("select count(*) from privacy_vault where subject_id = %s", who) == [(2,)]
