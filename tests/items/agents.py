"""An employer's agent for the tests: an account bound to an employer, speaking for it."""

from shebao.base import clock
from shebao.identity import acting, agents
from shebao.privacy import gate, vault
from tests import people
from tests.items.doing import owned


def employer_of(subject: int) -> tuple[int, int]:
    """Number and subject of the employer at which this person is enrolled now."""
    ((number, unit),) = owned(
        "select distinct m.id, m.subject_id from registry_enrolment e join registry_employer m on m.id = e.employer_id"
        " where e.subject_id = %s and e.state = 'active' and e.until is null",
        subject,
    )
    return int(number), int(unit)


def agent(employer_subject: int) -> gate.Actor:
    """An agent of this employer, logged in and speaking for it."""
    actor = people.session("employer_agent")
    assert actor.actor_id is not None
    agents.bind(actor_id=actor.actor_id, employer_subject=employer_subject, person=None, by="installation",
                now=clock.now())  # fmt: skip
    (choice,) = acting.choices(actor)
    acting.choose(actor, reach_id=choice.reach_id)
    return gate.actor_of(actor.token)


def identity(subject: int) -> dict[str, str]:
    """Number and name of a person, as the agent's papers have them."""
    wanted = ("person.name", "person.id_number")
    with gate.open(people.citizen(subject), "handle.enrolment", items=wanted, subject=subject) as grant:
        values = vault.read(grant, wanted)
    return {"worker_name": values["person.name"], "worker_id": values["person.id_number"]}
