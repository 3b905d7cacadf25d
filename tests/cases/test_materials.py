"""Pages of a case: kept sealed with the case, in order, seen only by whom the gate lets, gone with the draft."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connections
from PIL import Image

from shebao.base.refusal import Refusal
from shebao.cases import assigning, materials, scanning
from shebao.cases.deciding import Lack
from shebao.cases.papers import receiving
from shebao.items import handing_in, handling, office
from shebao.privacy import aead, gate
from tests import people
from tests.cases import files
from tests.clauses import doors
from tests.conftest import Installation
from tests.fakes.clamd import EICAR, Clamd

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CODE = "receipt"
CLAIM = {
    "cause": "illness", "hospital": "测试医院", "level": "3", "admitted": "2026-10-12", "discharged": "2026-10-20",
    "total": "8642.50", "own": "642.50", "account": "6222020000000000000",
}  # fmt: skip


def applicant(subject: int = people.YUANSHAN) -> gate.Actor:
    return people.citizen(subject)


def draft(by: gate.Actor) -> str:
    return handling.start("inpatient-claim", now=NOW, by=by)


def hand_in(
    no: str, by: gate.Actor, content: bytes = b"", code: str = CODE, now: datetime = NOW
) -> materials.Page:
    return handing_in.hand_in(no, code, content or files.photo((800, 1000)), "photo.jpg", now=now, by=by)


def order(no: str, by: gate.Actor, code: str = CODE) -> list[int]:
    return [page.id for page in handing_in.listing(no, by=by) if page.material == code]


def numbers(no: str) -> list[int]:
    return [
        n for (n,) in doors.rows("select number from cases_material where case_id = %s order by number", no)
    ]


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[Refusal]]:
    with pytest.raises(Refusal) as caught:
        yield caught
    assert caught.value.code == code, caught.value.message


@pytest.fixture
def no(standing: Installation) -> Iterator[str]:
    by = applicant()
    number = draft(by)
    yield number
    if doors.rows("select 1 from cases_case where no = %s and state = 'draft'", number):
        handling.withdraw(number, now=NOW, by=by)


def test_a_page_is_kept_sealed_and_comes_back(no: str) -> None:
    by = applicant()
    page = hand_in(no, by)
    ((sealed, kept_digest),) = doors.rows("select content, sha256 from cases_material where id = %s", page.id)
    found, content = handing_in.fetch(no, page.id, by=by)
    assert found == page and Image.open(io.BytesIO(content)).format == "JPEG"
    assert bytes(kept_digest) == hashlib.sha256(content).digest() and page.sha256 == bytes(kept_digest).hex()
    assert b"JFIF" not in bytes(sealed) and content[:64] not in bytes(sealed)
    assert materials.unseal(people.YUANSHAN, no, page.id, bytes(sealed)) == content
    for subject, case, number in ((people.CHUNMEI, no, page.id), (people.YUANSHAN, "BJ1", page.id)):
        with pytest.raises((aead.Unreadable, LookupError)):
            materials.unseal(subject, case, number, bytes(sealed))
    with pytest.raises(aead.Unreadable):
        materials.unseal(people.YUANSHAN, no, page.id + 1, bytes(sealed))


def test_pages_are_ordered_moved_removed_and_retaken(no: str) -> None:
    by = applicant()
    first, second, third = (hand_in(no, by).id for _ in range(3))
    handing_in.shift(no, third, -1, by=by)
    assert order(no, by) == [first, third, second]
    handing_in.shift(no, first, -1, by=by)
    handing_in.shift(no, second, 1, by=by)
    assert order(no, by) == [first, third, second]
    handing_in.place(no, second, first, by=by)
    assert order(no, by) == [second, first, third]
    handing_in.place(no, second, None, by=by)
    assert order(no, by) == [first, third, second]
    handing_in.take_out(no, third, by=by)
    assert order(no, by) == [first, second] and numbers(no) == [1, 2]
    again = handing_in.retake(no, first, files.pdf(), "paper.pdf", now=NOW, by=by)
    assert order(no, by) == [again.id, second] and again.number == 1 and again.pages == 2
    assert again.file_name == f"{no}-receipt-1.pdf"
    with refused("not_found"):
        handing_in.fetch(no, first, by=by)


def test_a_full_material_and_a_full_case_are_refused(no: str, settings_patch) -> None:
    from django.conf import settings

    by = applicant()
    page = hand_in(no, by)
    paper = receiving.received(files.photo((800, 1000)))
    item = handling.catalogue.item("inpatient-claim")
    with (
        refused("invalid_input") as caught,
        handling.opened(item, by=by, subject=people.YUANSHAN, case=no) as grant,
    ):
        materials.add(grant, case_no=no, material=CODE, paper=paper, most=1, now=NOW)
    assert "页数已满" in caught.value.message
    said = settings.DEPLOYMENT["materials"]
    settings_patch("DEPLOYMENT", {**settings.DEPLOYMENT, "materials": {**said, "case_megabytes": 0}})
    with refused("invalid_input") as caught:
        hand_in(no, by)
    assert "放满" in caught.value.message and order(no, by) == [page.id]
    with refused("not_found"):
        hand_in(no, by, code="shoes")


def test_nobody_else_reaches_a_page(no: str) -> None:
    by = applicant()
    page = hand_in(no, by)
    other = people.citizen(people.QINGHE)
    for act in (
        lambda: handing_in.fetch(no, page.id, by=other),
        lambda: handing_in.shelf(no, CODE, by=other),
        lambda: hand_in(no, other),
        lambda: handing_in.take_out(no, page.id, by=other),
        lambda: handing_in.examine(no, page.id, by=people.staff("clerk")),
        lambda: handing_in.fetch(no, page.id, by=people.staff("clerk")),
    ):
        with refused("out_of_reach"):
            act()
    own = draft(other)
    with refused("not_found"):
        handing_in.fetch(own, page.id, by=other)
    handling.withdraw(own, now=NOW, by=other)
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from cases_material")
        assert cursor.fetchone() == (0,)


def test_every_look_and_every_change_is_an_entry_of_the_person(no: str) -> None:
    by = applicant()
    before = len(people.entries(people.YUANSHAN))
    page = hand_in(no, by)
    handing_in.fetch(no, page.id, by=by)
    handing_in.take_out(no, page.id, by=by)
    told = people.entries(people.YUANSHAN)[before:]
    assert told == [
        ("handle.claim", "allowed", "citizen"),
        ("handle.own", "allowed", "citizen"),
        ("handle.claim", "allowed", "citizen"),
    ]


def test_pages_end_with_the_draft(standing: Installation) -> None:
    by = people.citizen(people.CHANGHE)
    no = draft(by)
    hand_in(no, by)
    handling.withdraw(no, now=NOW, by=by)
    assert doors.rows("select 1 from cases_material where case_id = %s", no) == []
    other = draft(by)
    hand_in(other, by)
    doors.run("update cases_case set state = 'lapsed' where no = %s", other)
    assert doors.rows("select 1 from cases_material where case_id = %s", other) == []


def test_a_case_is_not_sent_without_its_material_and_what_was_sent_stays(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    no = draft(by)
    handling.answer(no, CLAIM, now=NOW, by=by)
    with refused("invalid_input") as caught:
        handling.submit(no, key=f"k-{no}", now=NOW, by=by)
    assert caught.value.field == CODE
    pages = {code: hand_in(no, by, code=code) for code in ("receipt", "list", "diagnosis", "record")}
    handling.submit(no, key=f"k-{no}", now=NOW, by=by)
    with refused("conflict"):
        hand_in(no, by)
    with refused("conflict"):
        handing_in.take_out(no, pages["list"].id, by=by)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    assert handing_in.examine(no, pages["list"].id, by=clerk)[1].startswith(b"\xff\xd8")
    office.ask(no, lacking=[Lack("list", "第 1 页看不清")], now=NOW + timedelta(hours=1), by=clerk)
    later = NOW + timedelta(days=1)
    with refused("conflict") as caught:
        handing_in.take_out(no, pages["list"].id, by=by)
    assert "不能删" in caught.value.message
    new = handing_in.retake(no, pages["list"].id, files.photo((900, 1000)), "", now=later, by=by)
    assert order(no, by, "list") == [new.id]
    extra = hand_in(no, by, code="list", now=later)
    handing_in.take_out(no, extra.id, by=by)
    assert [page.id for page in handing_in.former(no, by=clerk)] == [pages["list"].id]
    assert handing_in.examine(no, pages["list"].id, by=clerk)[1]
    handling.supply(no, now=later, by=by)
    assert people.entries(people.QINGHE, "desk.decide")


def test_the_database_itself_keeps_what_was_sent(no: str) -> None:
    """Whoever holds the application's own connection and an open grant cannot rewrite or delete a sent page."""
    by = applicant()
    page = hand_in(no, by)
    item = handling.catalogue.item("inpatient-claim")

    def under_grant(statement: str) -> None:
        with (
            handling.opened(item, by=by, subject=people.YUANSHAN, case=no),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, [page.id])

    with pytest.raises(DatabaseError):
        under_grant("update cases_material set content = 'x' where id = %s")
    with pytest.raises(DatabaseError):
        under_grant("update cases_material set material = 'list' where id = %s")
    doors.run("update cases_case set state = 'submitted' where no = %s", no)
    with pytest.raises(DatabaseError):
        under_grant("delete from cases_material where id = %s")
    with pytest.raises(DatabaseError):
        under_grant("update cases_material set number = 7 where id = %s")
    assert order(no, by) == [page.id]


def test_a_death_between_page_and_commit_leaves_neither_page_nor_entry(no: str) -> None:
    by = applicant()
    entries = len(people.entries(people.YUANSHAN))
    paper = receiving.received(files.photo((800, 1000)))
    item = handling.catalogue.item("inpatient-claim")
    with (
        pytest.raises(KeyboardInterrupt),
        handling.opened(item, by=by, subject=people.YUANSHAN, case=no) as grant,
    ):
        materials.add(grant, case_no=no, material=CODE, paper=paper, now=NOW)
        raise KeyboardInterrupt
    assert numbers(no) == [] and len(people.entries(people.YUANSHAN)) == entries


def test_a_virus_is_refused_and_nothing_is_kept(no: str, settings_patch, tmp_path) -> None:
    by = applicant()
    photo = files.photo((800, 1000))
    for place in (None, tmp_path / "clamd.sock"):
        with Clamd(place) as daemon:
            settings_patch("SCANNER", daemon.address)
            with refused("invalid_input") as caught:
                hand_in(no, by, photo + EICAR)
            assert "病毒" in caught.value.message and numbers(no) == []
            assert hand_in(no, by, photo).state == "received"
            handing_in.take_out(no, order(no, by)[0], by=by)


def test_without_an_answer_a_page_waits_and_staff_do_not_see_it(no: str, settings_patch) -> None:
    by = applicant()
    daemon = Clamd()
    daemon.close()
    settings_patch("SCANNER", daemon.address)
    page = hand_in(no, by)
    assert page.state == "waiting" and scanning.run() == 0
    doors.run("update cases_case set state = 'submitted' where no = %s", no)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    with refused("precondition_unmet") as caught:
        handing_in.examine(no, page.id, by=clerk)
    assert "病毒" in caught.value.message
    with Clamd() as back:
        settings_patch("SCANNER", back.address)
        assert scanning.run() == 1 and scanning.run() == 0
        assert handing_in.examine(no, page.id, by=clerk)[0].state == "received"
    assert ("material.check", "allowed", "system") in people.entries(people.YUANSHAN)


def test_what_the_worker_finds_infected_is_quarantined_and_emptied(no: str, settings_patch) -> None:
    by = applicant()
    with Clamd() as daemon:
        daemon.answer = b"INSTREAM size limit exceeded. ERROR"
        settings_patch("SCANNER", daemon.address)
        page = hand_in(no, by)
        assert page.state == "waiting" and scanning.run() == 0
        daemon.answer = b"stream: Some.Thing FOUND"
        assert scanning.run() == 1
    ((state, content),) = doors.rows("select state, content from cases_material where id = %s", page.id)
    assert (state, content) == ("quarantined", None)
    item = handling.catalogue.item("inpatient-claim")
    with handling.opened(item, by=by, subject=people.YUANSHAN, case=no) as grant:
        assert materials.pages(grant, no) == () and len(materials.tiles(grant, no)) == 1
        assert materials.lacking(grant, no, [CODE]) == [CODE]
    with refused("not_found"):
        handing_in.fetch(no, page.id, by=by)
    settings_patch("SCANNER", "")
    assert handing_in.retake(no, page.id, files.photo((800, 1000)), "", now=NOW, by=by).state == "received"


def test_two_hands_at_once_leave_no_gap_and_no_double(no: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    by = applicant()
    papers = [receiving.received(files.photo((800, 1000))) for _ in range(2)]
    item = handling.catalogue.item("inpatient-claim")

    def one(at: int) -> None:
        try:
            for _ in range(4):
                with handling.opened(item, by=by, subject=people.YUANSHAN, case=no) as grant:
                    materials.add(grant, case_no=no, material=CODE, paper=papers[at], now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, range(2)))
    assert numbers(no) == list(range(1, 9))
