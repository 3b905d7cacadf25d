"""两地转移: two installations hand one relation to each other; every leg survives a kill; a double message changes nothing."""

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from shebao.items import exchanging
from shebao.privacy import gate, keys, vault
from shebao.registry.transfers import documents, folder, simulator
from shebao.rules import merging
from shebao.rules.merging import Paid
from shebao.rules.pension import transfer
from tests import people
from tests.conftest import Installation, _enter
from tests.items.doing import NOW, granted, owned, sent
from tests.stage import Stage

ACCOUNT = "6222020000000000000"
Place = Callable[[str], None]


def settle(now: datetime = NOW) -> None:
    """The worker, until nothing is left to do."""
    for _ in range(20):
        if not exchanging.run(now=now):
            return
    raise AssertionError("the exchange does not come to rest")


def told(subject: int) -> list[str]:
    rows = owned("select template from notices_message where subject_id = %s order by id", subject)
    return [row[0] for row in rows if row[0].startswith("transfer.")]


def stage(subject: int, direction: str = "in") -> tuple[str, str]:
    return tuple(owned("select stage, reason from registry_transfer where subject_id = %s and direction = %s"
                       " order by id desc limit 1", subject, direction)[0])  # type: ignore[return-value]  # fmt: skip


def identity(subject: int) -> tuple[str, str]:
    items = ("person.name", "person.id_number")
    with gate.open(people.citizen(subject), "handle.change", items=items, subject=subject) as grant:
        values = vault.read(grant, items)
    return values["person.name"], values["person.id_number"]


def months(subject: int, insurance: int = 110) -> int:
    return int(owned("select count(distinct month) from registry_contribution where subject_id = %s and insurance = %s"
                     " and state = 'paid'", subject, insurance)[0][0])  # fmt: skip


def balance(subject: int, kind: str = "pension") -> int:
    return int(owned("select coalesce(sum(balance_fen), 0) from registry_account where subject_id = %s and kind = %s",
                     subject, kind)[0][0])  # fmt: skip


def test_another_province_answers_and_the_years_are_one(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    count, money = months(1), balance(1)
    granted(sent("pension-transfer", by, {"region": "310000", "household": "no"}))
    assert exchanging.mine(now=NOW, by=by)[0].legs[0].holder == "here"
    settle()
    invented = set(range(200701, 200713)) | set(range(200801, 200813))
    assert stage(1) == ("merged", "") and months(1) == count + len(invented)
    assert balance(1) == money + 24 * 16000
    assert owned("select count(*), min(kind) from registry_contribution where subject_id = 1 and insurance = 110"
                 " and month between 200701 and 200812", )[0] == (24, "transfer")  # fmt: skip
    fund = owned("select fund_fen, months from registry_transfer where subject_id = 1")[0]
    assert fund == (24 * 24000, 24)
    legs = exchanging.mine(now=NOW, by=people.citizen(1))[0].legs
    assert [leg.code for leg in legs] == ["letter", "hand_over", "merge"] and all(leg.done_on for leg in legs)
    assert told(1) == ["transfer.merged"]
    assert ("transfer.exchange", "allowed", "system") in people.entries(1)
    received = [json.loads(line) for line in (folder.place() / simulator.RECEIVED).read_text().splitlines()]
    assert [one["kind"] for one in received] == ["letter", "confirmed"]
    assert "*" in received[0]["id_number"] and exchanging.run(now=NOW) == 0
    assert owned(
        "select count(*) from privacy_reach where case_no like 'transfer/%%' and revoked_at is null"
    ) == [(0,)]


def test_a_kill_between_any_two_steps_loses_and_doubles_nothing(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = people.citizen(people.QINGHE)
    count, money = months(3), balance(3)
    granted(sent("pension-transfer", by, {"region": "330000", "household": "yes"}))
    steps = [folder.send, folder.done, exchanging.transfers.post, exchanging.transfers.finish]
    calls = {"left": 0}

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if calls["left"] == 0:
                raise KeyboardInterrupt
            calls["left"] -= 1
            found = real(*args, **more)
            if calls["left"] == 0:
                raise KeyboardInterrupt
            calls["left"] -= 1
            return found

        return call

    for real in steps[:2]:
        monkeypatch.setattr(folder, real.__name__, dying(real))
    for real in steps[2:]:
        monkeypatch.setattr(exchanging.transfers, real.__name__, dying(real))
    kills = 0
    for after in [0, 1, 2, 3, 4, 5, 6, 7] * 3:
        calls["left"] = after
        try:
            if not exchanging.run(now=NOW):
                break
        except KeyboardInterrupt:
            kills += 1
    calls["left"] = 10_000
    settle()
    assert kills > 5 and stage(3) == ("merged", "")
    assert months(3) == count + 24 and balance(3) == money + 24 * 16000 and told(3) == ["transfer.merged"]
    assert owned("select count(*) from registry_exchange where subject_id = 3") == [(4,)]


def test_a_late_leg_is_told_once(standing: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    by = people.citizen(people.WANQING)
    monkeypatch.setattr(simulator, "run", lambda: 0)
    granted(sent("pension-transfer", by, {"region": "440000", "household": "yes"}))
    settle()
    late = NOW + timedelta(days=60)
    for _ in range(3):
        exchanging.run(now=late)
    assert told(5) == ["transfer.late"] and stage(5)[0] == "letter_sent"
    leg = exchanging.mine(now=late, by=people.citizen(5))[0].legs[-1]
    assert (leg.holder, leg.late, leg.done_on) == ("there", True, None)
    letter = next(folder.place().glob("440000/*.msg"))
    document = next(folder.received("440000"))[1]
    assert letter.stem == document.key
    folder.send(replace_kind(document, "refused", reason="still_enrolled"))
    settle(late)
    assert stage(5) == ("refused", "still_enrolled") and told(5)[-1] == "transfer.refused"


def replace_kind(letter: documents.Document, kind: str, **more: Any) -> documents.Document:
    """An answer to a letter."""
    return documents.make(uuid.UUID(letter.transfer), kind, insurance=letter.insurance, sender=letter.receiver,
                          receiver=letter.sender, on=letter.on, whose=letter.whose, **more)  # fmt: skip


def test_a_record_of_another_person_or_of_other_money_goes_back(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulator, "run", lambda: 0)
    by = people.citizen(people.YUANSHAN)
    before = months(2), balance(2)
    for wrong, reason in ((True, "identity"), (False, "money")):
        owned("delete from registry_enrolment where subject_id = 2 and insurance = 999 returning 1")
        granted(sent("pension-transfer", by, {"region": "350000", "household": "yes"}))
        settle()
        file, letter = next(folder.received("350000"))
        folder.done(file)
        answers = simulator.answers(letter)
        if wrong:
            answers[0] = replace(answers[0], whose=replace(letter.whose, birth_date="1900-01-01"))
        else:
            answers[1] = replace(answers[1], fund_fen=1)
        for one in reversed(answers):
            folder.send(one)
        settle()
        assert stage(2) == ("returned", reason) and (months(2), balance(2)) == before
        file, back = next(folder.received("350000"))
        assert (back.kind, back.reason) == ("returned", reason)
        folder.done(file)


@contextmanager
def two(tmp: Path) -> Iterator[Place]:
    """jilin and guangxi on one database server, with one folder between them."""
    patch, stage_ = pytest.MonkeyPatch(), Stage.here()
    with stage_.copy("jilin", tmp / "jl") as jilin, stage_.copy("guangxi", tmp / "gx") as guangxi:
        (guangxi / "keys" / folder.KEY_FILE).write_bytes(b"7" * 32)
        shutil.copy(guangxi / "keys" / folder.KEY_FILE, jilin / "keys" / folder.KEY_FILE)

        def at(name: str) -> None:
            connections.close_all()
            _enter(name, {"jilin": jilin, "guangxi": guangxi}[name], patch)

        patch.setattr(settings, "EXCHANGE_FOLDER", str(tmp / "shared"))
        try:
            yield at
        finally:
            connections.close_all()
            patch.undo()


def test_two_installations_hand_one_relation_to_each_other(tmp_path: Path) -> None:
    for name in ("jl", "gx"):
        (tmp_path / name).mkdir()
    with two(tmp_path) as at:
        at("jilin")
        name, number = identity(people.QINGHE)
        born = owned("select birth_date from registry_person where subject_id = 3")[0][0]
        here = months(3, 310)
        assert here > 0
        money = balance(3, "medical")
        at("guangxi")
        other = people.QINGHE
        known_as(other, name, number, born)
        mine, mine_fen = months(other, 310), balance(other, "medical")
        owned("delete from registry_contribution where subject_id = %s and insurance = 310 and month < 202001"
              " returning 1", other)  # fmt: skip
        kept = months(other, 310)
        granted(_medical(other))
        exchanging.run(now=NOW)
        at("jilin")
        exchanging.run(now=NOW)
        exchanging.run(now=NOW)
        assert stage(3, "out") == ("refused", "still_enrolled") and balance(3, "medical") == money
        at("guangxi")
        settle()
        assert stage(other) == ("refused", "still_enrolled") and months(other, 310) == kept
        at("jilin")
        owned("update registry_enrolment set state = 'suspended', until = 202610 where subject_id = 3 and insurance = 310"
              " returning 1")  # fmt: skip
        at("guangxi")
        granted(_medical(other))
        exchanging.run(now=NOW)
        at("jilin")
        settle()
        assert stage(3, "out") == ("money_sent", "") and months(3, 310) == here
        assert owned("select state from registry_enrolment where subject_id = 3 and insurance = 310 limit 1") == [
            ("suspended",)]  # fmt: skip
        at("guangxi")
        settle()
        assert stage(other) == ("merged", "")
        assert months(other, 310) == mine, "no month is counted twice"
        back = owned(
            "select coalesce(sum(amount_fen), 0) from registry_payable where kind = 'duplicate_refund'"
        )[0][0]
        assert back > 0 and balance(other, "medical") == mine_fen + money - back
        at("jilin")
        settle()
        assert stage(3, "out") == ("closed", "") and months(3, 310) == 0 and balance(3, "medical") == 0
        assert owned("select distinct state, reason from registry_enrolment where subject_id = 3 and insurance = 310") == [
            ("terminated", "转出")]  # fmt: skip
        assert told(3) == ["transfer.left"] and exchanging.run(now=NOW) == 0


def known_as(subject: int, name: str, number: str, born: date) -> None:
    """The same human being on file in two provinces."""
    owned("update registry_person set birth_date = %s where subject_id = %s returning 1", born, subject)
    for item, value in (("person.name", name), ("person.id_number", number)):
        owned("update privacy_vault set ciphertext = %s where subject_id = %s and item = %s returning 1",
              vault.seal(subject, item, value), subject, item)  # fmt: skip
    for purpose, value in (("id_number", number), ("real_name", f"{number}|{name}")):
        owned("update privacy_blind set digest = %s where subject_id = %s and purpose = %s returning 1",
              keys.blind(purpose, value), subject, purpose)  # fmt: skip


def _medical(subject: int) -> str:
    return sent(
        "medical-transfer",
        people.citizen(subject),
        {"from": "220100", "since": "2009-03", "until": "2019-12"},
    )


paid = st.builds(
    Paid,
    month=st.tuples(st.integers(1998, 2026), st.integers(1, 12)).map(lambda one: one[0] * 100 + one[1]),
    kind=st.sampled_from(("normal", "resident_year")), base_fen=st.integers(0, 10**8),
    employer_fen=st.integers(0, 10**7), person_fen=st.integers(0, 10**7), subsidy_fen=st.just(0), paid_on=st.just(""),
)  # fmt: skip


@given(st.lists(paid, max_size=40), st.lists(paid, max_size=40), st.integers(0, 10**9))
def test_a_month_counts_once_and_no_more_goes_back_than_came(
    own: list[Paid], coming: list[Paid], fen: int
) -> None:
    mine = [(one.month, one.kind) for one in own]
    merged = merging.merge(mine, coming, account_fen=fen)
    known = {merging.span(*one) for one in mine}
    added = [merging.span(one.month, one.kind) for one in merged.added]
    assert len(added) == len(set(added)) and not known & set(added)
    assert known | set(added) == known | {merging.span(one.month, one.kind) for one in coming}
    assert len(merged.added) + len(merged.doubled) == len(coming)
    assert 0 <= merged.refund_fen <= fen
    again = merging.merge(mine + [(one.month, one.kind) for one in merged.added], coming, account_fen=fen)
    assert not again.added


@given(st.dictionaries(st.sampled_from([199712, 199801, 200001, 200012, 202605]), st.integers(0, 10**9)))
def test_the_fund_is_twelve_percent_since_1998(bases: dict[int, int]) -> None:
    exact = sum(fen for month, fen in bases.items() if month >= 199801) * 12 / 100
    assert abs(transfer.fund(bases).value - exact) <= len(bases)


@given(st.lists(paid, max_size=5), st.sampled_from(documents.KINDS))
def test_a_document_is_read_as_it_was_written(rows: list[Paid], kind: str) -> None:
    document = documents.make(
        uuid.uuid4(), kind, insurance=110, sender="220100", receiver="450100", on="2026-11-23",
        whose=documents.Whose("何春梅", "22010119790302002X", "1979-03-02"), months=tuple(rows),
    )  # fmt: skip
    assert documents.read(document.told()) == document


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["form", "key", "whose", "months", "kind", "on"]), inner, max_size=6),
).map(lambda one: json.dumps(one).encode()))  # fmt: skip
def test_nothing_else_is_a_document(body: bytes) -> None:
    with pytest.raises(documents.Unreadable):
        documents.read(body)


def test_what_nobody_can_open_is_put_aside(standing: Installation) -> None:
    inbox = folder.place() / folder.home()
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "x.msg").write_bytes(b"not sealed")
    exchanging.take_in(now=datetime(2026, 11, 23, tzinfo=UTC))
    assert not (inbox / "x.msg").exists() and (inbox / "bad" / "x.msg").exists()
