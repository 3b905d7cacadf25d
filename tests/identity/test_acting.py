"""Standing in for somebody else (代办): the gate lets in whom the reach names, and the person sees it."""

import pytest

from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.privacy import gate, looked
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.conftest import Installation
from tests.identity.people import rows, run
from tests.web.test_pages import client_of

MOTHER, CHILD = people.WANQING, people.XIAOMAN


def reach_of(actor: gate.Actor) -> int:
    return acting.choices(actor)[0].reach_id


def test_the_guardian_reads_her_childs_record_and_the_entry_says_as_what(shebao: Installation) -> None:
    mother = people.citizen(MOTHER)
    assert enrolments.enrolments(mother, subject=CHILD)["enrolments"]
    ((behalf, actor, subject),) = rows(
        "select on_behalf, actor_id, subject_id from privacy_entry where process = 'enquiry.enrolment'"
        " order by id desc limit 1"
    )
    assert (behalf, actor, subject) == (reach_of(mother), mother.actor_id, CHILD)
    newest = looked.who_looked(people.citizen(CHILD))["entries"]
    told = next(one for one in newest if one["process"] == "enquiry.enrolment")
    assert (told["who"], told["acted_as"]) == ("helper", "guardian")


def test_a_stranger_is_refused_and_the_refusal_is_written(shebao: Installation) -> None:
    with pytest.raises(Refusal) as no:
        enrolments.enrolments(people.citizen(people.CHUNMEI), subject=CHILD)
    assert no.value.code == "out_of_reach"
    assert people.entries(CHILD)[-1] == ("enquiry.enrolment", "out_of_reach", "citizen")


def test_the_child_does_not_reach_the_mother(shebao: Installation) -> None:
    with pytest.raises(Refusal):
        enrolments.enrolments(people.citizen(CHILD), subject=MOTHER)


@pytest.mark.parametrize("end", ["revoked_at = now()", "until = now()"])
def test_an_ended_reach_opens_nothing_at_the_next_statement(shebao: Installation, end: str) -> None:
    mother = people.citizen(MOTHER)
    acting.choose(mother, reach_id=reach_of(mother))
    run(f"update privacy_reach set {end} where subject_id = %s", CHILD)
    with pytest.raises(Refusal) as no:
        enrolments.enrolments(mother, subject=CHILD)
    assert no.value.code == "out_of_reach"
    assert gate.actor_of(mother.token).acting is None
    assert acting.choices(mother) == []


def test_a_scope_opens_only_its_own_purposes(shebao: Installation) -> None:
    mother = people.citizen(MOTHER)
    run(
        "update privacy_reach set rule = 'mandate', scope = '{enquiry.enrolment}' where subject_id = %s",
        CHILD,
    )
    assert enrolments.enrolments(mother, subject=CHILD)["enrolments"]
    with pytest.raises(Refusal) as no:
        contributions.contributions(mother, subject=CHILD)
    assert no.value.code == "out_of_reach"


def test_purposes_of_the_person_alone_stay_closed_to_the_guardian(shebao: Installation) -> None:
    mother = people.citizen(MOTHER)
    acting.choose(mother, reach_id=reach_of(mother))
    for process in ("privacy.who_looked", "privacy.export", "identity.phone"):
        with pytest.raises(Refusal) as no, gate.open(mother, process, subject=CHILD):
            pass
        assert no.value.code == "out_of_reach"


def test_the_choice_stays_with_its_session(shebao: Installation) -> None:
    here, elsewhere = people.citizen(MOTHER), people.citizen(MOTHER)
    acting.choose(here, reach_id=reach_of(here))
    chosen = gate.actor_of(here.token)
    assert chosen.acting is not None
    assert (chosen.acting.subject_id, chosen.acting.rule, chosen.acting.relation) == (
        CHILD,
        "guardian",
        "女儿",
    )
    assert chosen.person_id == CHILD
    assert gate.actor_of(elsewhere.token).acting is None
    acting.choose(here, reach_id=None)
    assert gate.actor_of(here.token).person_id == MOTHER


def test_nobody_chooses_the_reach_of_another_account(shebao: Installation) -> None:
    mother, stranger = people.citizen(MOTHER), people.citizen(people.CHUNMEI)
    with pytest.raises(Refusal) as no:
        acting.choose(stranger, reach_id=reach_of(mother))
    assert no.value.code == "out_of_reach"
    with pytest.raises(Refusal):
        acting.choose(gate.VISITOR, reach_id=reach_of(mother))


def test_business_outside_the_mandate_is_refused(shebao: Installation) -> None:
    mother = people.citizen(MOTHER)
    assert acting.require(mother, "medical.remote") is None
    run("update privacy_reach set rule = 'mandate', scope = '{medical.remote}' where subject_id = %s", CHILD)
    acting.choose(mother, reach_id=reach_of(mother))
    chosen = gate.actor_of(mother.token)
    assert acting.require(chosen, "medical.remote") == chosen.acting
    with pytest.raises(Refusal) as no:
        acting.require(chosen, "pension.retire")
    assert no.value.code == "out_of_reach"


def test_pages_show_for_whom_and_the_way_back(shebao: Installation) -> None:
    browser = client_of(MOTHER)
    page = browser.get("/account/guardians/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    reach = str(reach_of(people.citizen(MOTHER)))
    answer = browser.post(
        "/account/acting/", {"reach": reach, "csrfmiddlewaretoken": token, "next": "//evil.example"}
    )
    assert answer["Location"] == "/"
    for path in ("/", "/me/enrolment", "/account/", "/calculators/"):
        seen = browser.get(path).content.decode()
        assert "正在替 女儿 办理" in seen
        assert "（替女儿）" in seen.split("</title>")[0]
        assert "苏小满" not in seen
    browser.post("/account/acting/", {"csrfmiddlewaretoken": token})
    assert "正在替" not in browser.get("/").content.decode()
