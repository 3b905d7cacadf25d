"""Rows on staff: identifiers, training and network at the company."""

import pytest
from django.test import Client

from shebao.privacy import gate, masks
from tests import people
from tests.clauses import doors
from tests.clauses.test_desk import at_the_desk, lapse, reveals, taken
from tests.conftest import Installation

PROFILE = "ebao"

IDENTIFIERS = ("person.name", "person.id_number", "person.phone", "person.card_number")


@pytest.mark.clause("EB-2.1.1-01")
def test_every_identifier_is_masked_and_unmasking_asks_for_a_reason(standing: Installation) -> None:
    _, browser = at_the_desk("supervisor")
    case = taken(browser, people.QINGHE)
    before = reveals(people.QINGHE)
    values = {item: doors.value(people.QINGHE, item) for item in IDENTIFIERS}
    assert masks.mask("person.name", values["person.name"]) in browser.get(case).text
    for path in (case, "/desk/", "/desk/accounts/", "/desk/contact/"):
        browser.get(path)
        assert browser.status == 200
        assert not [item for item, value in values.items() if value in browser.page], path
    browser.get(case)
    browser.send(f"{case}reveal", item="person.phone", reason="")
    assert browser.status == 409 and values["person.phone"] not in browser.page
    browser.get(case)
    browser.send(f"{case}reveal", item="person.phone", reason="联系当事人")
    assert values["person.phone"] in browser.text
    assert reveals(people.QINGHE) == [*before, ("联系当事人", ["person.phone"])]


@pytest.mark.clause("EB-1.1-02")
def test_colleagues_and_other_people_see_a_masked_name_and_its_owner_the_whole(
    standing: Installation,
) -> None:
    name = doors.value(people.CHUNMEI, "person.name")
    masked = masks.mask("person.name", name)
    assert name not in masked and "*" in masked
    for role in ("clerk", "supervisor"):
        _, colleague = at_the_desk(role)
        case = taken(colleague, people.CHUNMEI)
        assert masked in colleague.get(case).text and name not in colleague.page, role
        for path in ("/desk/", "/desk/?view=mine", "/desk/accounts/", "/desk/contact/"):
            assert colleague.get(path).status == 200 and name not in colleague.page, (role, path)
    other = doors.citizen(people.YUANSHAN)
    for path in ("/", "/account/", "/account/guardians/", "/account/profile/"):
        assert name not in other.get(path).page, path
    owner = people.citizen(people.CHUNMEI)
    doors.agree(owner, "enquiry.home")
    assert name in doors.browser_of(owner).get("/").text


def refused(actor: gate.Actor) -> list[str]:
    return [
        outcome
        for (outcome,) in doors.rows(
            "select outcome from privacy_entry where actor_id = %s and kind = 'refuse' order by id",
            actor.actor_id,
        )
    ]


@pytest.mark.clause("EB-4-08")
def test_the_untrained_and_the_wrong_network_are_refused_and_on_record(standing: Installation) -> None:
    actor, browser = at_the_desk()
    case = taken(browser, people.QINGHE)
    inside = Client(REMOTE_ADDR="10.1.2.3")
    outside = Client(REMOTE_ADDR="203.0.113.7")
    for client in (inside, outside):
        client.cookies["sb_session"] = actor.token.hex()  # type: ignore[union-attr]
    assert inside.get(case).status_code == 200 and refused(actor) == []
    assert outside.get(case).status_code == 403 and refused(actor) == ["network_not_allowed"]
    lapse(actor, -1)
    assert inside.get(case).status_code == 403
    assert refused(actor) == ["network_not_allowed", "training_lapsed"]
