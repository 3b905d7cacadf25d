"""Two at once, on real connections: one of them does it, the other is told, and nothing happens twice."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.identity import mandates
from shebao.items import handling, office
from shebao.privacy import gate
from shebao.registry.payables import batches
from tests import people
from tests.cases.papers import hand_in
from tests.clauses import doors
from tests.conftest import Installation
from tests.identity.post import Posted
from tests.identity.test_codes import verified
from tests.items import doing
from tests.items.doing import owned
from tests.items.test_mandates import DISPUTE, entrust, standing_in

PAPERS = ("receipt", "list", "diagnosis", "record")
ROUNDS = 3


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each of them came to, started at the same moment on a connection of its own; a refusal is its code."""
    ready = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def one(place: int, call: Callable[[], Any]) -> None:
        try:
            connections["default"].ensure_connection()
            ready.wait(60)
            found[place] = call()
        except Refusal as refusal:
            found[place] = refusal.code
        except Exception as problem:
            found[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not [problem for problem in found if isinstance(problem, Exception)], found
    return found


def complaint(by: gate.Actor) -> str:
    told = {"whom": "office", "text": "窗口排了很久，没有人理我", "transfer": "no"}
    return doing.sent("complaint", by, told)


def claim(by: gate.Actor) -> str:
    no = handling.start("inpatient-claim", now=doing.NOW, by=by)
    handling.answer(no, CLAIM, now=doing.NOW, by=by)
    for material in PAPERS:
        hand_in(no, material, by=by, now=doing.NOW)
    return no


CLAIM = {
    "cause": "illness", "hospital": "测试医院", "level": "3", "admitted": "2026-11-02", "discharged": "2026-11-06",
    "total": "8642.50", "own": "642.50", "account": "6222020000000000000",
}  # fmt: skip


def test_an_item_begun_in_two_windows_at_once_is_one_draft(standing: Installation) -> None:
    for subject in (people.CHUNMEI, people.YUANSHAN, people.QINGHE):
        by = people.citizen(subject)
        found = together([lambda by=by: handling.start("inpatient-claim", now=doing.NOW, by=by)] * 6)
        assert len(set(found)) == 1
        handling.withdraw(found[0], now=doing.NOW, by=by)


def test_sent_six_times_at_once_it_is_sent_once_and_one_key_has_one_receipt(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    for round_ in range(ROUNDS):
        no = claim(by)
        same = together([lambda no=no: handling.submit(no, key=f"same-{no}", now=doing.NOW, by=by).no] * 6)
        assert same == [no] * 6, (
            "whoever asks again with her key is told the receipt, also while it is being made"
        )
        handling.withdraw(no, now=doing.NOW, by=by)
        no = claim(by)
        other = together([
            lambda no=no, key=key: handling.submit(no, key=f"{key}-{no}", now=doing.NOW, by=by).no for key in range(4)
        ])  # fmt: skip
        assert Counter(other) == {no: 1, "conflict": 3}, round_
        assert owned("select count(*) from cases_step where case_id = %s and act = 'submit'", no) == [(1,)]
        handling.withdraw(no, now=doing.NOW, by=by)


def test_two_drafts_of_one_item_are_not_both_sent(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    told = {"region": "310000", "household": "no"}
    for _ in range(ROUNDS):
        first = doing.started("pension-transfer", by, told)
        doors.run("update cases_case set about = 'held back' where no = %s", first)
        second = doing.started("pension-transfer", by, told)
        assert first != second
        found = together([
            lambda no=no: handling.submit(no, key=f"k-{no}", now=doing.NOW, by=by).no for no in (first, second)
        ])  # fmt: skip
        assert found.count("conflict") == 1, found
        for no in (first, second):
            handling.withdraw(no, now=doing.NOW, by=by)


def test_a_case_wanted_by_four_clerks_is_in_the_hands_of_one(standing: Installation) -> None:
    clerks = [people.staff("clerk") for _ in range(4)]
    for _ in range(ROUNDS):
        no = complaint(people.citizen(people.CHUNMEI))
        found = together([lambda no=no, clerk=clerk: assigning.take(no, by=clerk) for clerk in clerks])
        assert Counter(found) == {None: 1, "conflict": 3}
        reached = owned(
            "select count(*) from privacy_reach where case_no = %s and revoked_at is null and until > now()",
            no,
        )
        assert reached == [(1,)]


def test_a_withdrawal_and_a_decision_at_once_leave_one_of_them(standing: Installation) -> None:
    by, clerk = people.citizen(people.CHUNMEI), people.staff("clerk")
    for _ in range(ROUNDS):
        no = complaint(by)
        assigning.take(no, by=clerk)
        office.accept(no, now=doing.NOW, by=clerk)
        words = {"granted": True, "text": "已经查清，也改好了。", "now": doing.NOW, "by": clerk}
        found = together([
            lambda no=no: handling.withdraw(no, now=doing.NOW, by=by) or "withdrawn",
            lambda no=no, words=words: office.decide(no, **words) or "done",
        ])  # fmt: skip
        ((state, granted),) = owned("select state, granted from cases_case where no = %s", no)
        assert state in found and len({"withdrawn", "done"} & set(found)) == 1, found
        assert granted is (True if state == "done" else None)
        assert owned("select count(*) from cases_outcome where case_id = %s", no) == [(int(state == "done"),)]


def test_a_second_person_who_clicks_twice_confirms_once(standing: Installation) -> None:
    by, clerk, boss = people.citizen(people.QINGHE), people.staff("clerk"), people.staff("supervisor")
    no = complaint(by)
    assigning.take(no, by=clerk)
    office.accept(no, now=doing.NOW, by=clerk)
    office.propose(no, granted=True, text="已经查清，也改好了。", now=doing.NOW, by=clerk)
    assigning.take(no, by=boss)
    found = together([lambda: office.confirm(no, now=doing.NOW, by=boss)] * 3)
    assert found.count(None) == 1 and set(found) <= {None, "out_of_reach", "conflict"}
    assert owned("select count(*) from cases_step where case_id = %s and act = 'confirm'", no) == [(1,)]


def test_a_batch_is_approved_by_one_of_two_and_not_dropped_beside(standing: Installation) -> None:
    maker = people.staff("operator", unit="信息管理科")
    first, second = people.staff("supervisor"), people.staff("supervisor")
    month, paid = 202611, people.CHUNMEI
    for round_ in range(ROUNDS):
        doors.run(
            "insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
            " values (%s, 'inpatient', 100, false, %s, %s)", paid, month, f"BJ261130-88880{round_}",
        )  # fmt: skip
        made = [
            n for n in together([lambda: batches.collect(month=month, now=clock.now(), by=maker)] * 3) if n
        ]
        assert len(made) == 1, made
        number = made[0]
        found = together([
            lambda number=number, by=by: batches.approve(number, by=by) for by in (first, second)
        ] + [lambda number=number: batches.drop(number, by=maker)])  # fmt: skip
        ((state,),) = owned("select state from registry_paymentbatch where id = %s", number)
        assert found.count(None) == 1 and state in ("approved", "dropped"), found
        lines = owned("select count(*) from registry_payment where batch_id = %s", number)
        assert (lines == [(0,)]) is (state == "dropped")


def test_a_mandate_that_ends_meanwhile_opens_nothing_more(standing: Installation) -> None:
    """The step under way at that moment is done whole or not at all; the next one is refused."""
    verified(people.YUANSHAN)
    for _ in range(ROUNDS):
        given = entrust("record-dispute")
        helper = standing_in()
        no = doing.started("record-dispute", helper, DISPUTE)
        revoke = partial(mandates.revoke, mandate_id=given.id, now=clock.now(), post=Posted())
        found = together([
            lambda no=no, helper=helper: handling.submit(no, now=doing.NOW, by=helper).state,
            lambda revoke=revoke: revoke(people.citizen(people.CHUNMEI)),
        ])  # fmt: skip
        ((state,),) = owned("select state from cases_case where no = %s", no)
        assert found[0] in ("submitted", "out_of_reach") and found[1] is None
        assert state == ("submitted" if found[0] == "submitted" else "draft")
        (after,) = together([lambda no=no, helper=helper: handling.withdraw(no, now=doing.NOW, by=helper)])
        assert after == "out_of_reach"
        handling.withdraw(no, now=doing.NOW, by=people.citizen(people.CHUNMEI))
