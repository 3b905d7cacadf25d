"""Employers' agents: an account that a clerk opens, bound to one employer, ended at once. And thawing an account."""

from datetime import date

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, acting, agents, handover, reviews, sessions, thawing
from shebao.identity.deciding import EFFECTS
from shebao.privacy import gate
from shebao.registry.employers import queries as employers
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.people import rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import refused

PASSWORD = folk.PASSWORD


def ask(person: folk.Insured, **changes: object) -> str:
    ((uscc,),) = rows("select uscc from registry_employer order by id limit 1")
    subject, unit = employers.by_code(uscc)
    given = {
        "employer_subject": subject, "unit": unit, "name": person.name, "id_number": person.id_number,
        "login": "jingban", "password": PASSWORD, "now": clock.now(),
    }  # fmt: skip
    return agents.ask(**(given | changes))  # type: ignore[arg-type]


def log_in(login: str = "jingban") -> gate.Actor:
    return gate.actor_of(sessions.login(login=login, password=PASSWORD, device="电脑", now=clock.now()).token)


def decide(no: str, *, approve: bool, role: str = "clerk") -> Posted:
    post = Posted()
    reviews.decide(no, approve=approve, reason="核对了介绍信", effects=EFFECTS, post=post, by=people.staff(role),
                   now=clock.now())  # fmt: skip
    return post


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-2.1.1-02")
@pytest.mark.parametrize("approve", [True, False])
def test_a_registration_waits_in_the_queue_until_a_decision_and_the_person_is_told(
    open_house: Installation, approve: bool
) -> None:
    person = folk.insured()
    number = ask(person)
    refused("account_suspended", log_in)
    assert [(one.no, one.kind, one.state) for one in reviews.waiting(people.staff())] == [
        (number, "agent", "open")
    ]
    post = decide(number, approve=approve)
    assert reviews.waiting(people.staff()) == []
    assert [(to, name) for to, name, _, _ in post.sent] == [(person.subject_id, "account.reviewed")]
    assert post.sent[0][2]["result"] == ("已开通" if approve else "没有通过")
    if approve:
        agent = log_in()
        bound = agents.employer_of(agent)
        assert agent.role == "employer_agent"
        assert bound is not None
        assert [one.subject_id for one in acting.choices(agent)] == [bound.employer_subject]
    else:
        refused("login_required", log_in)
        ask(person, login="jingban2")


def test_an_agent_reaches_the_employer_and_no_person(open_house: Installation) -> None:
    decide(ask(folk.insured()), approve=True)
    agent = log_in()
    (choice,) = acting.choices(agent)
    acting.choose(agent, reach_id=choice.reach_id)
    chosen = gate.actor_of(agent.token)
    assert chosen.person_id == choice.subject_id
    assert employers.of_subject(choice.subject_id)[0]
    with gate.open(agent, "identity.act", items=("login.account",), subject=choice.subject_id):
        pass
    with pytest.raises(Refusal) as no, gate.open(agent, "identity.act", subject=people.CHUNMEI):
        pass
    assert no.value.code == "out_of_reach"


def test_ended_at_the_next_statement(open_house: Installation) -> None:
    decide(ask(folk.insured()), approve=True)
    agent = log_in()
    bound = agents.employer_of(agent)
    assert bound is not None
    refused("not_found", agents.revoke, agency_id=bound.id, by=people.staff("clerk"), now=clock.now())
    agents.revoke(agency_id=bound.id, by=people.staff("supervisor"), now=clock.now())
    assert gate.actor_of(agent.token).is_visitor
    refused("account_suspended", log_in)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"name": "何春花"}, "precondition_unmet"), ({"password": "12345678"}, "invalid_input"),
     ({"login": "ab"}, "invalid_input"), ({"id_number": "1"}, "precondition_unmet")],
)  # fmt: skip
def test_what_is_not_right_leaves_no_account(
    open_house: Installation, changes: dict[str, object], code: str
) -> None:
    before = rows("select count(*) from privacy_actor")
    refused(code, ask, folk.insured(), **changes)
    assert rows("select count(*) from privacy_actor") == before
    assert rows("select 1 from identity_review") == []


def test_an_unknown_unified_code_is_refused(shebao: Installation) -> None:
    refused("not_found", employers.by_code, "91220100MA00000000")


def test_the_demonstrations_agent_is_bound(shebao: Installation) -> None:
    ((actor,),) = rows("select actor_id from identity_agency where state = 'active'")
    assert rows("select role from privacy_actor where id = %s", actor) == [("employer_agent",)]
    assert rows("select count(*) from registry_employer e join registry_person p using (subject_id)") == [
        (0,)
    ]


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-3.3-02")
def test_frozen_closes_everything_and_real_name_with_a_supervisor_opens_it_again(
    open_house: Installation,
) -> None:
    person = folk.insured()
    accounts.register(**folk.form(person))
    session = log_in("chunmei")
    sessions.freeze(session.token or b"")
    assert gate.actor_of(session.token).is_visitor
    refused("account_suspended", log_in, "chunmei")
    form = {"login": "chunmei", "password": PASSWORD, "name": person.name, "id_number": person.id_number}
    for wrong in ({"password": "nicht-das"}, {"name": "何冬梅"}, {"id_number": "1"}, {"login": "niemand"}):
        refused("invalid_input", thawing.ask, **(form | wrong), now=clock.now())
    number = thawing.ask(**form, now=clock.now())
    assert thawing.ask(**form, now=clock.now()) == number
    refused("account_suspended", log_in, "chunmei")
    with pytest.raises(Refusal) as no:
        decide(number, approve=True)
    assert no.value.code == "purpose_not_allowed"
    post = decide(number, approve=True, role="supervisor")
    assert post.templates() == ["account.reviewed"]
    assert log_in("chunmei").active
    refused("conflict", thawing.ask, **form, now=clock.now())


def test_an_account_that_staff_suspended_is_not_thawed_by_its_owner(open_house: Installation) -> None:
    person = folk.insured()
    accounts.register(**folk.form(person))
    run(
        "update privacy_actor set active = false, inactive_reason = 'JL-2.2-06' where subject_id = %s",
        person.subject_id,
    )
    form = {"login": "chunmei", "password": PASSWORD, "name": person.name, "id_number": person.id_number}
    refused("conflict", thawing.ask, **form, now=clock.now())


def other() -> folk.Insured:
    """Another person of the province than the first."""
    return folk.insured("沈知夏", date(1985, 4, 6), 77)


def test_the_role_is_handed_to_a_colleague_by_a_code_that_works_once(open_house: Installation) -> None:
    first, second = folk.insured(), other()
    decide(ask(first), approve=True)
    agent = log_in()
    wrong = {"name": second.name, "id_number": first.id_number}
    refused("precondition_unmet", handover.offer, agent, **wrong, now=clock.now())
    itself = {"name": first.name, "id_number": first.id_number}
    refused("precondition_unmet", handover.offer, agent, **itself, now=clock.now())
    code = handover.offer(agent, name=second.name, id_number=second.id_number, now=clock.now())
    assert handover.bond(agent, now=clock.now()).handing_until is not None
    with pytest.raises(Refusal) as no:
        ask(second, login="jieban", code="WRONGCODE2")
    assert no.value.field == "code"
    with pytest.raises(Refusal) as no:
        ask(first, login="jieban", code=code)
    assert no.value.field == "code", "the code is one person's"
    assert ask(second, login="jieban", code=f"{code[:5].lower()} {code[5:]}") == ""
    assert reviews.waiting(people.staff()) == []
    heir = log_in("jieban")
    assert agents.employer_of(heir) is not None
    assert len(acting.choices(heir)) == 1
    refused("account_suspended", log_in)
    assert acting.choices(agent) == []
    with pytest.raises(Refusal):
        ask(second, login="jieban2", code=code)


def test_a_code_taken_back_or_old_opens_nothing(open_house: Installation) -> None:
    first, second = folk.insured(), other()
    decide(ask(first), approve=True)
    agent = log_in()
    named = {"name": second.name, "id_number": second.id_number}
    old = handover.offer(agent, **named, now=clock.now() - handover.LIFE)
    with pytest.raises(Refusal):
        ask(second, login="jieban", code=old)
    code = handover.offer(agent, **named, now=clock.now())
    handover.take_back(agent)
    assert handover.bond(agent, now=clock.now()).handing_until is None
    with pytest.raises(Refusal):
        ask(second, login="jieban", code=code)
    assert agents.employer_of(agent) is not None, "the agent stays"
