"""参保登记 from application to the enquiry: form, material, review, correction round, result, notice; refusals by rule."""

from datetime import timedelta

import pytest

from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.items import handling, office, progress
from shebao.registry.enrolments import queries as enrolments
from tests import people
from tests.cases.papers import hand_in
from tests.conftest import Installation
from tests.items.doing import NOW, owned, refused, sent

ITEM = "resident-pension-aided"
NEWCOMER = """
select p.subject_id from registry_person p where p.birth_date between '1975-01-01' and '2005-01-01'
   and not exists (select 1 from registry_enrolment e where e.subject_id = p.subject_id and e.until is null
                     and e.insurance in (110, 120, 170) and e.state in ('active', 'retired')) limit 1
"""


@pytest.mark.clause("JL-3.1.1.1-03")
def test_an_approved_registration_shows_in_the_enquiry_and_a_second_is_refused(
    standing: Installation,
) -> None:
    newcomer = int(owned(NEWCOMER)[0][0])
    by = people.citizen(newcomer)
    no = sent(ITEM, by, {"why": "disabled"}, "proof")
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.ask(no, lacking=[Lack("proof", "证件第 2 页看不清")], now=NOW, by=clerk)
    later = NOW + timedelta(days=2)
    hand_in(no, "proof", by=by, now=later)
    handling.supply(no, now=later, by=by)
    office.accept(no, now=later, by=clerk)
    case = office.open_case(no, now=later, by=clerk)
    office.decide(no, granted=True, text=case.draft_text, now=later, by=clerk)

    shown = enrolments.enrolments(by)["enrolments"]
    assert [(row["insurance"], row["state"], row["since"]) for row in shown if row["insurance"] == 170] == [
        (170, "active", 202611)
    ]
    told = owned("select template from notices_message where case_no = %s order by id", no)
    assert [row[0] for row in told] == [
        "case.submitted", "case.supplement", "case.submitted", "case.accepted", "case.decided"]  # fmt: skip
    assert progress.view(no, now=later, by=by).line.state == "done"
    field, said = refused(ITEM, by)
    assert (
        field == "already_enrolled" and said == "您已经参加了养老保险，不用再参加。（国发〔2014〕8号第三条）"
    )


@pytest.mark.clause("JL-3.1.1.1-03")
@pytest.mark.parametrize(
    ("subject", "rule"),
    [(people.XIAOMAN, "too_young"), (people.CHANGHE, "too_old"), (people.CHUNMEI, "already_enrolled")],
)
def test_who_may_not_register_is_told_the_rule_and_nothing_is_kept(
    standing: Installation, subject: int, rule: str
) -> None:
    before = owned("select count(*) from cases_case")
    field, said = refused(ITEM, people.citizen(subject))
    assert field == rule and "国发〔2014〕8号第" in said
    assert owned("select count(*) from cases_case") == before
