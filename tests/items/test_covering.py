"""领金期间代缴医保费: the fund pays each month of the benefit once, tells the person, and stops with the benefit."""

from datetime import UTC, datetime

import pytest

from shebao.items import covering, employers
from shebao.notices.channels import inbox
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments.actions import COVERED
from shebao.registry.models import Enrolment
from shebao.web.pages import contributions as page
from tests import people
from tests.conftest import Installation
from tests.items.doing import NOW, owned

LATER = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
ME = 7


@pytest.fixture(autouse=True)
def _free(standing: Installation) -> None:
    """Nobody is covered, and 7 has no other medical insurance."""
    owned("delete from registry_payable where kind = 'unemployment_benefit' returning 1")
    owned("delete from registry_enrolment where subject_id = 7 and insurance in (310, 390) returning 1")
    owned("delete from registry_contribution where subject_id = 7 and insurance = 310 returning 1")


def draws(subject: int, *, until: int | None = None, state: str = "approved") -> None:
    owned("insert into registry_payable (subject_id, kind, amount_fen, monthly, since, until, state, case_no) values"
          " (%s, 'unemployment_benefit', 180000, true, 202611, %s, %s, %s) returning 1",
          subject, until, state, f"P{subject}")  # fmt: skip


def paid(subject: int) -> list[tuple[int, str, int, int, bool]]:
    return owned("select month, state, employer_fen, person_fen, subsidy_fen > 0 from registry_contribution"
                 " where subject_id = %s and insurance = 310 and month >= 202611 order by month", subject)  # fmt: skip


def told(subject: int) -> list[str]:
    return [row[0] for row in owned("select template from notices_message where subject_id = %s and template"
                                    " like 'unemployment.cover%%' order by id", subject)]  # fmt: skip


def test_each_month_of_the_benefit_is_paid_once_and_it_stops_with_the_benefit() -> None:
    draws(ME, until=202612)
    assert covering.run(now=NOW) == 1
    assert covering.run(now=NOW) == 0, "running again changes nothing"
    assert paid(ME) == [(202611, "paid", 0, 0, True)]
    assert told(ME) == ["unemployment.cover"]
    spell = "select state, until, reason from registry_enrolment where subject_id = 7 and insurance = 310"
    assert owned(spell) == [("active", None, COVERED)]
    assert ("cover.medical", "allowed", "system") in people.entries(ME)
    assert covering.run(now=LATER) == 1
    assert paid(ME) == [(202611, "paid", 0, 0, True)]
    assert owned(spell) == [("suspended", 202612, "失业金停发")]
    assert told(ME) == ["unemployment.cover", "unemployment.cover_end"]
    assert covering.run(now=LATER) == 0


def test_the_person_reads_that_the_base_is_not_certain() -> None:
    draws(ME)
    assert covering.run(now=NOW) == 1
    me = people.citizen(ME)
    assert "仅供参考" in inbox.listing(me).messages[0].body
    document = contributions.contributions(me, insurance=310)
    assert document["rows"][-1]["kind"] == "fund"
    shown = page.page(document, today=NOW.date(), year=2026)
    assert "其中 1 个月由失业保险基金缴，基数暂按当地最低的算，仅供参考" in shown["headline"]
    assert shown["units"][0]["name"] == "失业保险基金缴"
    assert shown["months_of_year"].rows[0][4] == "失业保险基金缴，已到账"


def test_who_is_covered_elsewhere_or_draws_nothing_is_passed_over() -> None:
    for subject in (people.YUANSHAN, people.QINGHE):
        draws(subject)
    draws(ME, state="stopped")
    before = [paid(subject) for subject in (people.YUANSHAN, people.QINGHE)]
    assert covering.run(now=NOW) == 0
    assert [paid(subject) for subject in (people.YUANSHAN, people.QINGHE)] == before
    assert paid(ME) == []


def test_a_new_employer_is_not_stopped_by_the_funds_cover() -> None:
    spell = Enrolment(insurance=310, state="active", person_type="employee", since=202611, reason=COVERED)
    assert all(finding.passed for finding in employers.free([spell], unit=1))
    assert employers.resident([spell]) == [spell]


def test_a_deployment_without_unemployment_insurance_pays_nothing(settings_patch: object) -> None:
    draws(ME)
    settings_patch("DEPLOYMENT", {"insurances": {"offered": [310, 390]}})  # type: ignore[operator]
    assert covering.run(now=NOW) == 0
