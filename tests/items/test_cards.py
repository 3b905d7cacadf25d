"""社保卡: each item in its state, refused in every other; the address of a delivery does not stay."""

from datetime import UTC, datetime

import pytest
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import handling, office, progress
from shebao.privacy import gate
from tests import people
from tests.cases.papers import hand_in
from tests.conftest import Installation

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def done(code: str, by: gate.Actor, answers: dict[str, str] | None = None) -> str:
    no = handling.start(code, now=NOW, by=by)
    if answers:
        handling.answer(no, answers, now=NOW, by=by)
    receipt = handling.submit(no, now=NOW, by=by)
    assert receipt.state == "done" and receipt.effect is not None
    return receipt.effect.text


def refused(code: str, by: gate.Actor) -> tuple[str, str]:
    with pytest.raises(Refusal) as caught:
        handling.start(code, now=NOW, by=by)
    assert caught.value.code == "precondition_unmet"
    return caught.value.field, caught.value.message


def card(subject: int) -> tuple[object, ...]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select state, copies, electronic_since from registry_card where subject_id = %s", [subject]
        )
        row: tuple[object, ...] = cursor.fetchone()
    return row


def test_lost_found_and_lost_again(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    assert refused("card-found", by) == (
        "wrong_state",
        "您的卡没有挂失，不用解除。（社会保险经办条例第七条）",
    )
    assert done("card-loss", by) == "已挂失，这张卡现在不能用。"
    assert card(people.CHUNMEI)[0] == "lost"
    assert refused("card-loss", by)[1].startswith("您的卡已经挂失，不用再办。")
    for other in ("card-password", "card-electronic", "card-activate"):
        assert refused(other, by)[0] == "wrong_state"
    done("card-found", by)
    assert card(people.CHUNMEI)[0] == "active"
    assert done("card-password", by) == "原密码已作废。"


def test_a_new_card_is_activated_once(standing: Installation) -> None:
    by = people.citizen(people.YUANSHAN)
    assert refused("card-password", by)[1].startswith("您的卡还没有启用，先启用。")
    done("card-activate", by)
    assert card(people.YUANSHAN)[0] == "active"
    assert refused("card-activate", by)[1].startswith("您的卡已经启用")


def test_the_electronic_card_comes_and_goes(standing: Installation) -> None:
    by = people.citizen(people.CHANGHE)
    assert refused("card-electronic-end", by) == (
        "has_none",
        "您没有电子社保卡，不用停。（社会保险经办条例第七条）",
    )
    done("card-electronic", by)
    assert card(people.CHANGHE)[2] is not None
    assert refused("card-electronic", by)[0] == "has_one"
    done("card-electronic-end", by)
    assert card(people.CHANGHE)[2] is None


def test_a_lost_card_is_replaced_after_it_was_reported(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    no = handling.start("card-replace", now=NOW, by=by)
    handling.answer(no, {"why": "lost", "way": "post", "address": "测试路 1 号 2 单元"}, now=NOW, by=by)
    with pytest.raises(Refusal) as caught:
        handling.submit(no, now=NOW, by=by)
    assert caught.value.field == "not_lost"
    done("card-loss", by)
    handling.submit(no, now=NOW, by=by)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    office.decide(no, granted=True, text="准予补换。", now=NOW, by=clerk)
    assert card(people.QINGHE)[:2] == ("issued", 2)
    view = progress.view(no, now=NOW, by=by)
    assert view.line.state == "done" and ("寄到哪里", "没有填") in view.answers


def test_a_first_card_needs_a_registration_and_no_card(standing: Installation) -> None:
    assert refused("card-issue", people.citizen(people.WANQING))[0] == "has_card"
    child = people.citizen(people.XIAOMAN)
    assert refused("card-loss", child)[0] == "no_card"
    no = handling.start("card-issue", now=NOW, by=child)
    assert [q.key for q in handling.draft(no, now=NOW, by=child).asked] == ["way"]
    handling.answer(no, {"way": "office"}, now=NOW, by=child)
    with pytest.raises(Refusal) as caught:
        handling.submit(no, now=NOW, by=child)
    assert caught.value.field == "photo"
    hand_in(no, "photo", by=child, now=NOW)
    assert handling.submit(no, now=NOW, by=child).due_on is not None
