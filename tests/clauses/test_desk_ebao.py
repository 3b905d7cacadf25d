"""Rows on staff: identifiers, training and network at the company."""

import pytest
from django.test import Client

from shebao.privacy import gate
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
    for path in (case, "/desk/"):
        browser.get(path)
        assert not [item for item, value in values.items() if value in browser.page], path
    browser.get(case)
    browser.send(f"{case}reveal", item="person.phone", reason="")
    assert browser.status == 409 and values["person.phone"] not in browser.page
    browser.get(case)
    browser.send(f"{case}reveal", item="person.phone", reason="联系当事人")
    assert values["person.phone"] in browser.text
    assert reveals(people.QINGHE) == [*before, ("联系当事人", ["person.phone"])]


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
