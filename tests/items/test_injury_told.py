"""工伤认定 is told to both sides (条例第二十条): employer and worker, granted or not; no other employer hears of it."""

import pytest

from shebao.cases import assigning
from shebao.items import office
from shebao.notices.channels import inbox
from shebao.privacy import gate
from tests import people
from tests.items import agents
from tests.items.doing import NOW, granted, sent
from tests.items.test_injury import ASK, AT_WORK, HURT, REPORT, clean, papers_of

__all__ = ["clean"]


@pytest.mark.usefixtures("clean")
def test_the_employer_hears_of_a_decision_that_the_worker_asked_for() -> None:
    by, unit = people.citizen(people.CHUNMEI), agents.employer_of(people.CHUNMEI)[1]
    agent = agents.agent(unit)
    told = len(heard(agent))
    granted(sent(ASK, by, HURT, "diagnosis"), entries=AT_WORK)
    name = agents.identity(people.CHUNMEI)["worker_name"]
    assert inbox.unread(agent.token) >= 1
    (news, *_) = heard(agent)
    assert len(heard(agent)) == told + 1
    assert (
        f"{name}，2026年11月2日受的伤：认定为工伤，工作时间、场所内因工作受伤" in news
        and "申请行政复议" in news
    )
    assert ("desk.decide", "allowed", "supervisor") in people.entries(unit)
    refuse(
        sent(ASK, by, HURT | {"accident": "2026-11-03"}, "diagnosis"),
        "not_injury",
        "不属于应当认定工伤的情形。",
    )
    assert "2026年11月3日受的伤：不认定为工伤。不属于应当认定工伤的情形。" in heard(agent)[0]


@pytest.mark.usefixtures("clean")
def test_a_worker_hears_of_a_refusal_that_the_employer_asked_for_and_a_stranger_unit_of_nothing() -> None:
    agent = agents.agent(agents.employer_of(people.CHUNMEI)[1])
    stranger = agents.agent(agents.employer_of(people.WANQING)[1])
    told = {key: value for key, value in HURT.items() if key not in ("who", "old")} | agents.identity(
        people.CHUNMEI
    )
    before, papers = heard(stranger), papers_of(people.CHUNMEI)
    refuse(sent(REPORT, agent, told, "diagnosis"), "not_injury", "不属于应当认定工伤的情形。")
    assert papers_of(people.CHUNMEI) == papers + 1
    assert "单位或者家人替您申请" in heard(people.citizen(people.CHUNMEI))[0]
    assert heard(stranger) == before


def heard(by: gate.Actor) -> list[str]:
    """The messages in somebody's inbox, newest first."""
    return [message.body for message in inbox.listing(by).messages]


def refuse(no: str, code: str, fact: str) -> None:
    """Both hands refuse for one reason."""
    clerk, boss = people.staff("clerk"), people.staff("supervisor")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    words = {"granted": False, "reasons": [(code, fact, "")], "text": f"没有通过。{fact}"}
    office.propose(no, now=NOW, by=clerk, **words)  # type: ignore[arg-type]
    assigning.take(no, by=boss)
    office.confirm(no, now=NOW, by=boss)
