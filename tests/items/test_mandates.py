"""代办 of items: a helper does what was entrusted and nothing else; person and clerk see who acts; both hear of it."""

from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.identity import acting, guardians, mandates
from shebao.items import catalogue, entrusting, handling, office, progress
from shebao.privacy import gate, looked
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.conftest import Installation
from tests.identity.people import insured, rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import refused, verified
from tests.identity.test_guardians import decide
from tests.items.doing import NOW, sent, started
from tests.web.test_pages import client_of

PERSON, HELPER = people.CHUNMEI, people.YUANSHAN
CARD, OTHER = "card-loss", "record-dispute"
DISPUTE = {"what": "contribution", "since": "202601", "text": "少了两个月，请核对一下。"}


@pytest.fixture(scope="module")
def known(standing: Installation) -> None:
    """The helper has confirmed her number."""
    verified(HELPER)


@pytest.fixture
def alone(known: None) -> None:
    """No mandate and no open case is left from another test; the card is in use."""
    run("update identity_mandate set state = 'revoked' where state = 'active'")
    run("update privacy_reach set revoked_at = now() where rule in ('mandate', 'case')")
    run("delete from cases_material where case_id in (select no from cases_case where state = 'draft')")
    run(
        "update cases_case set state = 'withdrawn' where state in ('draft', 'submitted', 'supplement', 'accepted')"
    )
    run("update registry_card set state = 'active' where subject_id = %s", PERSON)


def entrust(*items: str, post: Posted | None = None) -> mandates.Given:
    """The helper, found by the number she confirmed, may do these."""
    return mandates.give(
        people.citizen(PERSON), helper={"phone": "13912340001"}, relation="子女", items=list(items),
        businesses=entrusting.businesses(), until=clock.today_in_china(clock.now()) + timedelta(days=30),
        now=clock.now(), post=post or Posted(),
    )  # fmt: skip


def standing_in() -> gate.Actor:
    """The helper, switched to the person."""
    helper = people.citizen(HELPER)
    one = next(c for c in acting.choices(helper) if c.subject_id == PERSON)
    acting.choose(helper, reach_id=one.reach_id)
    return gate.actor_of(helper.token)


def told(subject: int) -> list[str]:
    return [
        row[0]
        for row in rows("select template from notices_message where subject_id = %s order by id", subject)
    ]


def test_every_item_says_who_may_and_why_not() -> None:
    offered = {code for code in entrusting.businesses() if not code.startswith("enquiry.")}
    for item in catalogue.offered():
        if "employer" in item.applicants or item.bundle:
            continue
        assert (item.code in offered) == (not item.own), item.code
    high = {"benefit-account-change", "card-password", "detail-change", "key-detail-change"}
    assert high <= {one.code for one in entrusting.own()} and not high & offered
    assert catalogue.ITEMS["family-pool"].applicants == ("self",)


def test_the_helper_does_the_item_and_everybody_sees_who_acted(alone: None) -> None:
    given = entrust(CARD, "inpatient-claim")
    by = standing_in()
    no = started(CARD, by)
    receipt = handling.submit(no, now=NOW, by=by)
    assert receipt.state == "done"
    newest = looked.who_looked(people.citizen(PERSON))["entries"]
    steps = [entry for entry in newest if entry["process"] == "handle.card"]
    assert steps and {(e["who"], e["acted_as"], e["reach"]) for e in steps} == {
        ("helper", "mandate", given.reach_id)
    }
    assert given.helper == "子女（手机尾号 0001）"
    assert told(PERSON)[-2:] == ["case.acted_for", "case.decided"]
    assert told(HELPER)[-2:] == ["account.entrusted", "case.helped"]
    own = client_of(PERSON)
    assert "由您委托的子女（手机尾号 0001）办理" in own.get(f"/cases/{no}/").content.decode()
    assert "您委托的人：子女（手机尾号 0001）" in own.get("/privacy/who-looked/").content.decode()


def test_the_clerk_sees_who_acts_and_until_when(alone: None) -> None:
    given = entrust(OTHER)
    by = standing_in()
    no = sent(OTHER, by, DISPUTE)  # fmt: skip
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assert case.capacity == "mandate" and case.helper is not None
    assert (case.helper.relation, case.helper.called, case.helper.live) == ("子女", "手机尾号 0001", True)
    office.accept(no, now=NOW, by=clerk)
    assert told(HELPER)[-1] == "case.helped"
    mandates.revoke(people.citizen(PERSON), mandate_id=given.id, now=clock.now(), post=Posted())
    before = told(HELPER)
    again = office.open_case(no, now=NOW, by=clerk)
    assert again.helper is not None and not again.helper.live
    office.ask(no, lacking=[Lack("proof", "请补工资条")], now=NOW, by=clerk)
    assert told(HELPER) == before
    assert told(PERSON)[-1] == "case.supplement"
    refused("out_of_reach", progress.view, no, now=NOW, by=people.citizen(HELPER))


def test_outside_the_mandate_nothing_opens(alone: None) -> None:
    mine = sent(OTHER, people.citizen(PERSON), DISPUTE)  # fmt: skip
    old = started(CARD, people.citizen(PERSON))
    handling.submit(old, now=NOW, by=people.citizen(PERSON))
    entrust(CARD, "card-replace")
    by = standing_in()
    assert not {mine, old} & {line.no for line in progress.mine(now=NOW, by=by)}
    for no in (mine, old):
        refused("out_of_reach", progress.view, no, now=NOW, by=by)
        refused("out_of_reach", handling.withdraw, no, now=NOW, by=by)
    no = refused("out_of_reach", handling.start, OTHER, now=NOW, by=by)
    assert no.message == "对方的委托里没有写这件事，所以办不了。"
    refused("out_of_reach", enrolments.enrolments, by, subject=PERSON)
    no = refused("precondition_unmet", handling.start, "card-password", now=NOW, by=by)
    assert no.message == catalogue.item("card-password").own
    begun = started("card-replace", by, {"why": "lost"})
    assert begun in {line.no for line in progress.mine(now=NOW, by=by)}


def test_money_goes_only_where_the_person_had_it_go(alone: None) -> None:
    entrust("inpatient-claim")
    by = standing_in()
    no = started("inpatient-claim", by)
    known = handling.draft(no, now=NOW, by=by).known["person.bank_account"]
    wrong = refused(
        "precondition_unmet", handling.answer, no, {"account": "6222021234567894"}, now=NOW, by=by
    )
    assert wrong.field == "account"
    assert handling.answer(no, {"account": known}, now=NOW, by=by)["account"] == known
    handling.answer(no, {"account": "6222021234567894"}, now=NOW, by=people.citizen(PERSON))


@pytest.mark.parametrize("code", ["benefit-account-change", "card-password", "detail-change", "no-such"])
def test_what_is_the_persons_own_cannot_be_entrusted(alone: None, code: str) -> None:
    refused("purpose_not_allowed", entrust, code)


def test_both_sides_hear_that_it_ended(alone: None) -> None:
    post = Posted()
    mandates.revoke(people.citizen(PERSON), mandate_id=entrust(CARD).id, now=clock.now(), post=post)
    mandates.revoke(people.citizen(HELPER), mandate_id=entrust(CARD).id, now=clock.now(), post=post)
    assert [(to, name) for to, name, _, _ in post.sent] == [
        (HELPER, "account.mandate_ended"), (PERSON, "account.mandate_ended"),
    ]  # fmt: skip


def test_pages_offer_tick_and_show_it(alone: None) -> None:
    own = client_of(PERSON)
    assert "/account/mandates/new?item=card-loss" in own.get("/items/card-loss/").content.decode()
    closed = own.get("/items/card-password/").content.decode()
    assert "mandates/new?item" not in closed and catalogue.item("card-password").own in closed
    form = own.get("/account/mandates/new?item=card-loss").content.decode()
    assert 'value="card-loss" checked' in form and form.count(" checked") == 1
    assert catalogue.item("card-password").own in form
    until = (clock.today_in_china(clock.now()) + timedelta(days=9)).isoformat()
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    wanted = {"phone": "13912340001", "relation": "子女", "items": ["card-loss", "enquiry.enrolment"], "until": until,
              "csrfmiddlewaretoken": token}  # fmt: skip
    answer = own.post("/account/mandates/new", wanted)
    assert answer.status_code == 302, answer.content.decode()
    shown = own.get("/account/guardians/").content.decode()
    assert "子女（手机尾号 0001）" in shown and catalogue.item("card-loss").plain in shown
    helper = client_of(HELPER)
    reach = str(acting.choices(people.citizen(HELPER))[0].reach_id)
    token = (
        helper.get("/account/guardians/")
        .content.decode()
        .split('name="csrfmiddlewaretoken" value="')[1]
        .split('"')[0]
    )
    helper.post("/account/acting/", {"reach": reach, "csrfmiddlewaretoken": token})
    home = helper.get("/").content.decode()
    assert "/items/card-loss/" in home and "/me/enrolment" in home
    assert "/me/contributions" not in home and "/items/card-replace/" not in home
    assert "对方的委托里没有写这件事" in helper.get("/items/card-replace/").content.decode()


def test_a_grown_persons_guardian_is_looked_at_and_does_her_items(alone: None) -> None:
    ward, by = (
        insured("何长青", clock.today_in_china(clock.now()).replace(day=1, year=1961), 77),
        people.citizen(PERSON),
    )
    values = {"name": ward.name, "id_number": ward.id_number, "relation": "父亲", "now": clock.now()}
    refused("precondition_unmet", guardians.ask_grown, by, agreed=False, **values)
    bond = guardians.ask_grown(by, agreed=True, **values)  # type: ignore[arg-type]
    assert bond.state == "requested" and acting.choices(by) == []
    from_desk = rows("select no from identity_review where target = %s and kind = 'guardianship'", bond.id)[
        0
    ][0]
    decide(from_desk, True)
    one = acting.choices(by)[0]
    assert (one.rule, one.subject_id, one.scope) == ("guardian", ward.subject_id, ())
    acting.choose(by, reach_id=one.reach_id)
    chosen = gate.actor_of(by.token)
    assert enrolments.enrolments(chosen, subject=ward.subject_id)["enrolments"] is not None
    assert handling.capacity(catalogue.item("benefit-account-change"), chosen) == "guardian"
    with pytest.raises(Refusal):
        handling.capacity(catalogue.item("card-electronic"), chosen)
    guardians.revoke(by, bond_id=bond.id, now=clock.now())
    refused("out_of_reach", enrolments.enrolments, by, subject=ward.subject_id)


def test_a_minor_is_no_grown_ward(alone: None) -> None:
    child = insured("何小雨", clock.today_in_china(clock.now()).replace(day=1, year=2015), 78)
    refused("precondition_unmet", guardians.ask_grown, people.citizen(), name=child.name, id_number=child.id_number,
            relation="父亲", agreed=True, now=clock.now())  # fmt: skip
