"""单位业务 at a medical agency: it enrols in, shows and bills its own insurances only."""

from collections.abc import Iterator

import pytest

from shebao.items import employers
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import done, owned
from tests.web.test_employer import browser_of, text

PROFILE = "guangxi"
pytestmark = pytest.mark.filterwarnings("ignore:No directory at")


@pytest.fixture(scope="module")
def agent(standing: Installation) -> Iterator[gate.Actor]:
    yield agents.agent(agents.employer_of(people.CHUNMEI)[1])


def test_a_joiner_is_enrolled_in_medical_insurance_alone_and_leaves_without_a_jobless_list(
    agent: gate.Actor,
) -> None:
    unit = agents.employer_of(people.CHUNMEI)[0]
    person = agents.identity(7)
    line = f"{person['worker_name']},{person['worker_id']}"
    assert done("employee-enrolment-list", agent, {"lines": f"{line},2026-11-02,6500"}).text.startswith(
        "已登记 1 人"
    )
    rows = "select insurance from registry_enrolment where subject_id = 7 and employer_id = %s order by insurance"
    assert owned(rows, unit) == [(310,), (510,)]
    said = done("employee-leave-list", agent, {"lines": f"{line},2026-11-10,合同到期"})
    assert said.lines == ()


def test_bill_and_roster_hold_no_other_agencys_insurance(agent: gate.Actor) -> None:
    browser = browser_of(agent)
    roster = text(browser.get("/employer/roster/", follow=True))
    bill = text(browser.get("/employer/bill/?month=202610", follow=True))
    for page in (roster, bill):
        assert "医疗" in page
        assert "养老" not in page
        assert "失业" not in page
    assert "失业名单" not in text(browser.get("/employer/"))
    assert employers.insurances() == (310, 510)
