"""Searches: masked before they are kept, kept only when switched on, one order for everybody until asked otherwise."""

import urllib.parse

import pytest

from shebao.privacy import searches
from tests import people
from tests.fakes import device
from tests.fakes.device import Device

ID, CARD = "220102197903020426", "K12345678"


@pytest.fixture
def door(shebao):
    """A citizen at the search box."""
    return Device(people.citizen())


def find(door, words=""):
    status, answer = door.call("get", "/search?q=" + urllib.parse.quote(words))
    assert status == 200
    return answer


def order(answer):
    return [hit["code"] for hit in answer["results"]]


def history(door):
    return [line["words"] for line in door.call("get", "/me/searches")[1]]


def everywhere(capfd):
    output = capfd.readouterr()
    return device.tables() + device.logs() + output.out + output.err


@pytest.mark.clause("JL-3.1.1.2-15")
def test_a_searched_id_number_is_masked_and_a_cleared_history_is_gone(door, capfd):
    door.consent(searches.HISTORY)
    answer = find(door, f"缴费 {ID}")
    assert answer["masked"] and answer["kept"] and ID not in str(answer)
    find(door, "参保证明")
    assert history(door) == ["参保证明", "缴费 （已隐去）"]
    seen = everywhere(capfd)
    assert ID not in seen and "参保证明" not in device.tables("privacy_search")
    assert door.call("delete", "/me/searches")[1] == {"removed": 2}
    assert history(door) == [] and device.rows("select 1 from privacy_search") == []


@pytest.mark.clause("EB-1.2.2-02")
@pytest.mark.profile("ebao")
def test_a_card_number_is_masked_and_without_history_nothing_is_kept(door, capfd):
    answer = find(door, f"绑定 {CARD}")
    assert not answer["kept"] and CARD not in str(answer)
    assert device.rows("select 1 from privacy_search") == []
    door.consent(searches.HISTORY)
    find(door, f"绑定 {CARD}")
    assert history(door) == ["绑定 （已隐去）"] and CARD not in everywhere(capfd)
    assert door.call("put", "/me/searches/history", {"on": False})[0] == 204
    assert device.rows("select 1 from privacy_search") == []
    find(door, "查缴费")
    assert device.rows("select 1 from privacy_search") == []
    assert door.call("get", "/me/searches")[1]["code"] == "consent_required"


@pytest.mark.clause("JL-3.1.1.2-01")
def test_the_order_is_the_same_for_all_until_switched_on_and_then_says_so(door):
    other = Device(people.citizen(people.YUANSHAN))
    for one, page in ((door, "enquiry.spending"), (other, "certificate.verify")):
        one.consent(searches.HISTORY)
        for _ in range(3):
            assert one.call("post", "/me/searches/opened", {"page": page})[0] == 204
    nobody = Device()
    for words in ("", "缴费", "证明", "信息"):
        answers = [find(one, words) for one in (door, other, nobody)]
        assert order(answers[0]) == order(answers[1]) == order(answers[2])
        assert not any(answer["personalised"] or answer["label"] for answer in answers)
    neutral = order(find(door))
    door.consent(searches.PERSONALISE)
    mine = find(door)
    assert mine["personalised"] and mine["label"] == "按您的习惯排列"
    assert order(mine)[0] == "enquiry.spending" and order(mine) != neutral
    assert order(find(other)) == neutral
    assert door.call("put", "/me/searches/personalise", {"on": False})[0] == 204
    assert order(find(door)) == neutral and not find(door)["personalised"]


@pytest.mark.clause("GX-1.1-24")
@pytest.mark.profile("guangxi")
def test_cleared_topics_are_deleted_and_the_order_is_neutral_again(door):
    neutral = order(find(door))
    door.consent(searches.PERSONALISE)
    assert door.call("put", "/me/topics", {"topics": ["certificate.verify"]})[0] == 200
    assert order(find(door))[0] == "certificate.verify"
    assert door.call("put", "/me/topics", {"topics": ["canary"]})[1]["code"] == "field_not_declared"
    assert door.call("get", "/me/topics")[1] == {"topics": ["certificate.verify"]}
    assert door.call("put", "/me/topics", {"topics": []})[0] == 200
    assert device.rows("select 1 from privacy_topic") == []
    assert order(find(door)) == neutral
    door.call("put", "/me/topics", {"topics": ["office.list"]})
    door.call("put", "/me/searches/personalise", {"on": False})
    assert device.rows("select 1 from privacy_topic") == [] and order(find(door)) == neutral
