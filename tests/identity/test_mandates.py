"""Mandates: chosen items until a day, nothing more, ended at once, seen by the person."""

from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.identity import acting, mandates
from shebao.identity.mandates import Business
from shebao.privacy import gate, looked
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.conftest import Installation
from tests.identity.people import rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import PHONE, refused, verified
from tests.identity.test_contacts import name_and_number

GIVER, HELPER = people.CHUNMEI, people.YUANSHAN


def give(by: gate.Actor, **changes: object) -> mandates.Given:
    given = {
        "helper": {"phone": PHONE}, "relation": "其他亲友", "items": ["enquiry.enrolment"],
        "businesses": mandates.enquiries(), "until": clock.today_in_china(clock.now()) + timedelta(days=30),
        "now": clock.now(), "post": Posted(),
    }  # fmt: skip
    return mandates.give(by, **(given | changes))  # type: ignore[arg-type]


def test_the_helper_does_what_was_chosen_and_nothing_else(shebao: Installation) -> None:
    verified(HELPER)
    post = Posted()
    given = give(people.citizen(GIVER), post=post)
    helper = people.citizen(HELPER)
    assert enrolments.enrolments(helper, subject=GIVER)["enrolments"]
    refused("out_of_reach", contributions.contributions, helper, subject=GIVER)
    told = next(
        e for e in looked.who_looked(people.citizen(GIVER))["entries"] if e["process"] == "enquiry.enrolment"
    )
    assert (told["who"], told["acted_as"]) == ("helper", "mandate")
    assert [(to, name) for to, name, _, _ in post.sent] == [(HELPER, "account.entrusted")]
    assert mandates.mine(people.citizen(GIVER))[0] == [given]
    assert mandates.mine(helper)[1] == [given]
    assert "委托书" in rows("select note from identity_mandate")[0][0]


def test_the_helper_is_found_by_name_and_number_too(shebao: Installation) -> None:
    name, number = name_and_number(HELPER)
    give(people.citizen(GIVER), helper={"name": name, "id_number": number})
    assert acting.choices(people.citizen(HELPER))[0].relation == "委托人"


@pytest.mark.parametrize("side", [GIVER, HELPER])
def test_either_side_ends_it_at_the_next_statement(shebao: Installation, side: int) -> None:
    verified(HELPER)
    given, helper = give(people.citizen(GIVER)), people.citizen(HELPER)
    other = give(people.citizen(GIVER), items=["enquiry.contribution"])
    refused(
        "not_found",
        mandates.revoke,
        people.citizen(people.QINGHE),
        mandate_id=given.id,
        now=clock.now(),
        post=Posted(),
    )
    mandates.revoke(people.citizen(side), mandate_id=given.id, now=clock.now(), post=Posted())
    refused("out_of_reach", enrolments.enrolments, helper, subject=GIVER)
    assert contributions.contributions(helper, subject=GIVER)["rows"]
    refused(
        "not_found",
        mandates.revoke,
        people.citizen(side),
        mandate_id=given.id,
        now=clock.now(),
        post=Posted(),
    )
    assert [one.state for one in mandates.mine(helper)[1]] == ["active", "revoked"]
    assert other.state == "active"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"items": []}, "invalid_input"),
        ({"items": ["enquiry.spending_detail"]}, "purpose_not_allowed"),
        ({"items": ["privacy.export"]}, "purpose_not_allowed"),
        ({"items": ["no.such"]}, "purpose_not_allowed"),
        ({"relation": "陌生人"}, "invalid_input"),
        ({"helper": {"phone": "13912349999"}}, "precondition_unmet"),
        ({"until": clock.today_in_china(clock.now())}, "invalid_input"),
        ({"until": clock.today_in_china(clock.now()) + timedelta(days=366)}, "invalid_input"),
    ],
)
def test_what_may_not_be_entrusted_is_refused(
    shebao: Installation, changes: dict[str, object], code: str
) -> None:
    verified(HELPER)
    refused(code, give, people.citizen(GIVER), **changes)
    assert acting.choices(people.citizen(HELPER)) == []


def test_an_item_with_a_sensitive_purpose_is_refused_even_when_a_door_offers_it(shebao: Installation) -> None:
    verified(HELPER)
    offered = {"medical.chronic": Business("medical.chronic", "门诊慢特病", ("enquiry.spending_detail",))}
    no = refused(
        "purpose_not_allowed", give, people.citizen(GIVER), items=["medical.chronic"], businesses=offered
    )
    assert "门诊慢特病" in no.message


def test_nobody_entrusts_for_another_nor_to_herself(shebao: Installation) -> None:
    verified(people.WANQING)
    mother = people.citizen(people.WANQING)
    acting.choose(mother, reach_id=acting.choices(mother)[0].reach_id)
    refused("out_of_reach", give, gate.actor_of(mother.token))
    acting.choose(mother, reach_id=None)
    refused("precondition_unmet", give, gate.actor_of(mother.token))


def test_after_its_day_it_opens_nothing(shebao: Installation) -> None:
    verified(HELPER)
    given = give(people.citizen(GIVER))
    (until,) = rows("select until from privacy_reach where rule = 'mandate'")[0]
    assert clock.china(until - timedelta(minutes=2)).date() == given.until
    run("update privacy_reach set until = now() where rule = 'mandate'")
    refused("out_of_reach", enrolments.enrolments, people.citizen(HELPER), subject=GIVER)
