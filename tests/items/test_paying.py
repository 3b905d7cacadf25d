"""钱到哪了: an account is emptied when its money is ordered, restored when the bank sends it back; each line once."""

import csv
import io
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import catalogue, injuries, office, paying
from shebao.privacy import gate
from shebao.registry.payables import bank, batches
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, done, granted, owned, sent
from tests.items.test_survivors import died, named

GONE = "6222020000000020404"
GOOD = "6222020000000000018"


def account(subject: int) -> tuple[int, int, int]:
    """Balance, what was spent this year, and how many entries."""
    return tuple(
        owned(
            "select a.balance_fen, coalesce(y.spent_fen, 0),"
            " (select count(*) from registry_accountentry e where e.subject_id = a.subject_id)"
            " from registry_account a left join registry_accountyear y on y.subject_id = a.subject_id"
            " and y.kind = a.kind and y.year = 2026 where a.subject_id = %s and a.kind = 'pension'",
            subject,
        )[0]
    )  # type: ignore[return-value]


def batch() -> int:
    """Made by one, approved by another."""
    number = batches.collect(month=202611, now=NOW, by=people.staff("operator"))
    batches.approve(number, by=people.staff("supervisor"))
    return number


def messages(subject: int) -> list[str]:
    rows = owned("select template from notices_message where subject_id = %s order by id", subject)
    return [row[0] for row in rows if row[0].startswith("payment.")]


def test_the_account_follows_its_money_out_and_back_and_out_again(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    told = {"why": "heir", "account": GONE} | named(people.YUANSHAN)
    died(people.YUANSHAN, "2026-10-20")
    before = account(people.YUANSHAN)
    no = sent("account-lump-sum", by, told, "heir")
    granted(no)
    assert account(people.YUANSHAN) == (0, before[1] + before[0], 1)
    assert owned("select closing_fen, provisional from registry_accountyear where subject_id = %s and kind = 'pension'"
                 " and year = 2026", people.YUANSHAN)[0][1] is False  # fmt: skip
    first = batch()
    assert paying.mine(by=by, case=no)[0].state == "listed"
    assert paying.run(now=NOW) >= 2
    assert owned("select state from registry_paymentbatch where id = %s", first) == [("closed",)]
    where = paying.mine(by=by, case=no)[0]
    assert (where.state, where.reason, where.tail) == ("returned", "没有这个账号", "0404")
    assert account(people.YUANSHAN) == (before[0], before[1], 2)
    assert messages(people.QINGHE) == ["payment.returned"]
    assert ("payment.bank", "allowed", "system") in people.entries(people.QINGHE)

    changed = done("benefit-account-change", by, {"account": GOOD, "own": "yes"})
    assert changed.lines == ("退回的 1 笔钱会重新打给您。",)
    second = batch()
    assert second != first and paying.run(now=NOW) >= 2
    assert account(people.YUANSHAN) == (0, before[1] + before[0], 3)
    assert paying.mine(by=by, case=no)[0].state == "paid" and messages(people.QINGHE)[-1] == "payment.paid"
    assert owned("select state from cases_case where no = %s", no) == [("done",)]
    assert paying.run(now=NOW) == 0


def test_nobody_approves_a_batch_of_her_own_and_a_clerk_has_none(standing: Installation) -> None:
    retired = int(owned("select subject_id from registry_enrolment where insurance = 110 and state = 'retired'"
                        " and subject_id > 7 order by 1 limit 1")[0][0])  # fmt: skip
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
          " values (%s, 'pension', 300000, true, 202611, 'P1') returning 1", retired)  # fmt: skip
    owned("delete from registry_benefit where subject_id = %s and month = 202611 returning 1", retired)
    boss = people.staff("supervisor")
    number = batches.collect(month=202611, now=NOW, by=boss)
    with pytest.raises(Refusal):
        batches.approve(number, by=boss)
    with pytest.raises(Refusal):
        batches.collect(month=202611, now=NOW, by=people.staff("clerk"))
    assert batches.collect(month=202611, now=NOW, by=boss) == 0, "an order is listed once"
    batches.drop(number, by=boss)
    number = batch()
    paying.run(now=NOW)
    assert owned("select amount_fen from registry_benefit where subject_id = %s and month = 202611", retired) in (
        [(300000,)], [],
    )  # fmt: skip
    assert batches.collect(month=202611, now=NOW, by=boss) == 0
    assert batches.collect(month=202612, now=NOW, by=boss) > number


def test_a_killed_round_sends_the_same_file_and_takes_each_answer_once(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, case_no)"
          " values (5, 'maternity_allowance', 123456, false, 202611, 'P2') returning 1")  # fmt: skip
    by = people.citizen(people.WANQING)
    done("benefit-account-change", by, {"account": GOOD, "own": "yes"})
    number = batch()
    monkeypatch.setattr(bank, "simulate", lambda on: 0)
    real = paying._rows

    def killed(statement: str, *values: Any) -> Any:
        if "payment_sent" in statement:
            raise KeyboardInterrupt
        return real(statement, *values)

    monkeypatch.setattr(paying, "_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        paying.run(now=NOW)
    file = bank.folder() / "out" / f"{number}.csv"
    written = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(paying, "_rows", real)
    paying.run(now=NOW)
    assert file.read_bytes() == written
    lines = [row["payment"] for row in csv.DictReader(io.StringIO(written.decode()))]
    answer = "payment,result,reason,day\n" + "".join(f"{one},paid,,2026-11-24\n" for one in lines * 2)
    bank.put(bank.folder() / "in", "a.csv", answer.encode())
    bank.put(bank.folder() / "in", "b.csv", answer.encode())
    bank.put(bank.folder() / "in", "c.csv", b"payment,result\n1,paid\n")
    assert paying.take_in(now=NOW) == len(lines)
    assert (bank.folder() / "bad" / "c.csv").exists() and paying.take_in(now=NOW) == 0
    assert messages(people.WANQING) == ["payment.paid"]


def test_what_the_bank_has_is_not_closed_by_hand(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    told = {"relation": "child", "cause": "illness", "other_grant": "no", "account": GOOD} | named(
        people.CHANGHE
    )
    died(people.CHANGHE, "2026-11-02")
    no = sent("survivor-benefit", by, told)
    granted(no)
    batch()
    clerk = people.staff("clerk")
    owned("update cases_case set holder_id = null where no = %s returning 1", no)
    assigning.take(no, by=clerk)
    with pytest.raises(Refusal) as caught:
        office.deliver(no, now=NOW, by=clerk)
    assert caught.value.code == "conflict"


@given(st.binary(max_size=300))
def test_no_bytes_of_a_bank_harm_the_reader(body: bytes) -> None:
    try:
        bank.read(body)
    except ValueError:
        return


@given(st.lists(st.tuples(st.integers(1, 10**12), st.booleans(), st.integers(0, 3000))))
def test_an_answer_is_read_as_it_was_written(rows: list[tuple[int, bool, int]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(bank.BACK)
    for number, paid, day in rows:
        writer.writerow((number, "paid" if paid else "returned", "", date(2020, 1, 1) + timedelta(days=day)))
    found = bank.read(text.getvalue().encode())
    assert [(one.payment, one.paid) for one in found] == [(number, paid) for number, paid, _ in rows]


def test_the_gate_says_who_looked(standing: Installation) -> None:
    with pytest.raises(Refusal):
        gate.open(people.staff("clerk"), "payment.bank", items=("person.name",), subject=1).__enter__()


def test_missed_months_are_paid_once_whatever_orders_there_are(standing: Installation) -> None:
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, until, state, case_no) values"
          " (6, 'resident_pension', 10000, true, 202607, 202609, 'stopped', 'Q1'),"
          " (6, 'resident_pension', 11000, true, 202608, null, 'approved', 'Q2') returning 1")  # fmt: skip
    batches.collect(month=202610, now=NOW, by=people.staff("operator"))
    batches.collect(month=202611, now=NOW, by=people.staff("operator"))
    assert owned("select month, amount_fen from registry_payment where subject_id = 6 order by id") == [
        (202607, 10000), (202608, 11000), (202609, 11000), (202610, 11000), (202611, 11000),
    ]  # fmt: skip


def test_every_payment_of_an_item_has_a_name() -> None:
    """Nobody reads 核定的待遇 where the office knows what it pays."""
    paid = [
        sys.modules[item.rule.effect.__module__]
        for item in catalogue.ITEMS.values()
        if "payment.order" in item.effects
    ]
    kinds = {module.KIND for module in paid if hasattr(module, "KIND")}
    kinds |= {injuries.LUMP, injuries.ALLOWANCE, injuries.NURSING}
    assert len(kinds) > 10 and {kind for kind in kinds if paying.name(kind) == "核定的待遇"} == set()
