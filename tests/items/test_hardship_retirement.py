"""特殊工种提前退休: the employer asks, the office publishes and decides; every refusal; who hears of it."""

from datetime import UTC, date, datetime

import pytest

from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import handling, office, opinion
from shebao.rules.identity import citizen
from shebao.rules.pension import hardship, retirement
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import NOW, owned, refused, sent
from tests.items.test_retirement import born, worker

ITEM = "hardship-retirement"
PAPERS = ("file",)
AFTER = datetime(2026, 12, 1, 2, tzinfo=UTC)
FOUND = {
    "trade_found": "deep", "months_found": "110", "notice_since": "2026-11-23", "notice_until": "2026-11-30",
    "objection": "none",
}  # fmt: skip


def asked(subject: int, **changes: str) -> dict[str, str]:
    """What the employer says of a worker."""
    said = {"trade": "deep", "trade_months": "110", "worked": "no", "month": "202612"}
    return said | agents.identity(subject) | changes


def first_month(subject: int) -> int:
    """The first month in which the number of the person allows it."""
    told = citizen.inspect(agents.identity(subject)["worker_id"])
    assert told.birth_date is not None
    return retirement.hardship_month(months.of(told.birth_date), male=told.sex_code == 1)


def workers() -> tuple[int, int]:
    """One whose number allows it, on file as a man of 55; and one who is too young by her number."""
    old = next(one for one in map(worker, range(7)) if first_month(one) <= 202612)
    born(old, "1971-10-16")
    young = owned(
        "select subject_id from registry_person where birth_date > '1990-01-01' and subject_id > 7 order by 1"
    )
    return old, int(young[0][0])


def why(no: str, **entries: str) -> list[str]:
    """The reasons against it, as the clerk sees them after the notice."""
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    if entries:
        office.accept(no, now=NOW, by=clerk)
        opinion.enter(no, FOUND | entries, now=AFTER, by=clerk)
    case = office.open_case(no, now=AFTER, by=clerk)
    assigning.release(no, by=clerk)
    return [one.code for one in case.verdict.reasons]


def told(subject: int) -> list[str]:
    """The messages of a person about what her employer does for her, oldest first."""
    rows = owned("select template from notices_message where subject_id = %s order by id", subject)
    return [code for (code,) in rows if code in ("case.by_unit", "case.concluded")]


def papers_of(subject: int) -> int:
    return int(owned("select count(*) from documents_certificate where subject_id = %s", subject)[0][0])


def test_the_notice_stands_before_the_decision_and_the_worker_hears_of_all(standing: Installation) -> None:
    subject, _ = workers()
    number, unit = agents.employer_of(subject)
    agent, clerk = agents.agent(unit), people.staff("clerk")
    no, before = sent(ITEM, agent, asked(subject), *PAPERS), papers_of(subject)
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    assert told(subject) == ["case.by_unit"]
    assert owned("select due_on from cases_case where no = %s", no) == [(date(2026, 12, 21),)]
    for days, field in (
        ({"notice_since": "2026-11-20", "notice_until": "2026-11-30"}, "notice_since"),
        ({"notice_since": "2026-11-23", "notice_until": "2026-11-27"}, "notice_until"),
    ):
        with pytest.raises(Refusal) as caught:
            opinion.enter(no, FOUND | days, now=NOW, by=clerk)
        assert caught.value.field == field
    opinion.enter(no, FOUND | {"notice_until": "2026-12-02", "objection": ""}, now=NOW, by=clerk)
    opinion.enter(no, FOUND | {"objection": ""}, now=NOW, by=clerk)
    opinion.enter(no, FOUND, now=NOW, by=clerk)
    assert told(subject) == ["case.by_unit"] * 3, "accepted, and the notice twice: its days were put right"
    assert owned(
        "select count(*) from notices_message where case_no = %s and template = 'case.published'", no
    ) == [(2,)]
    assert owned("select cause, since, until from cases_halt where case_id = %s", no) == [
        ("publicity", date(2026, 11, 23), date(2026, 12, 1))]  # fmt: skip
    assert owned("select due_on from cases_case where no = %s", no) == [(date(2026, 12, 28),)]
    case = office.open_case(no, now=NOW, by=clerk)
    assert case.verdict.granted and case.days_left == 20
    last_day = datetime(2026, 11, 30, 15, tzinfo=UTC)
    for yes in (True, False):
        with pytest.raises(Refusal) as early:
            office.propose(
                no,
                granted=yes,
                reasons=[("objection", "公示有异议。", "")],
                text=case.draft_text,
                now=last_day,
                by=clerk,
            )
        assert early.value.message == "公示到 11月30日，第二天起才能决定。"
    office.propose(
        no, granted=True, text=case.draft_text, amount_fen=case.verdict.amount_fen, now=AFTER, by=clerk
    )
    with pytest.raises(Refusal):
        office.confirm(no, now=AFTER, by=clerk)
    again = sent(ITEM, agent, asked(subject), *PAPERS)
    boss = people.staff("supervisor")
    assigning.take(no, by=boss)
    office.confirm(no, now=AFTER, by=boss)
    assert told(subject) == ["case.by_unit"] * 3 + ["case.concluded"]
    assert papers_of(subject) == before + 1
    assert owned("select kind, monthly, since, until from registry_payable where case_no = %s", no) == [
        ("pension", True, 202701, None)]  # fmt: skip
    assert owned("select state, since from registry_enrolment where subject_id = %s and insurance = 110 and until is null",
                 subject) == [("retired", 202701)]  # fmt: skip
    figures = {name: value for name, value, _ in case.verdict.figures}
    assert (
        figures["特殊工种"] == "井下、高温，9年2个月" and "仅供参考" in figures and case.verdict.provisional
    )
    assert figures["退休年月"] == "2026年12月" and number
    assert "draws_pension" in why(again)


def test_what_the_employer_writes_is_judged_before_it_is_sent(standing: Installation) -> None:
    old, young = workers()
    agent = agents.agent(agents.employer_of(old)[1])
    assert refused(ITEM, agent, asked(young), *PAPERS)[0] == "too_young"
    assert refused(ITEM, agent, asked(old, month="202701"), *PAPERS)[0] == "wrong_month"
    assert refused(ITEM, agent, asked(old, trade_months="107"), *PAPERS) == (
        "trade_short", "井下、高温累计要 9年，还差 1 个月。（劳人护〔1985〕6号（转引自〔85〕煤劳生字第109号），仅供参考）")  # fmt: skip
    with pytest.raises(Refusal) as alone:
        handling.start(ITEM, now=NOW, by=people.citizen(old))
    assert alone.value.message == "这件事由单位经办人办。"
    owned(
        "update registry_employer set state = 'closed' where subject_id = %s returning 1",
        agents.employer_of(old)[1],
    )
    assert refused(ITEM, agent, asked(old), *PAPERS)[0] == "unit_closed"
    owned(
        "update registry_employer set state = 'active' where subject_id = %s returning 1",
        agents.employer_of(old)[1],
    )


def test_at_the_desk_every_condition_is_looked_at(standing: Installation) -> None:
    subject, _ = workers()
    agent = agents.agent(agents.employer_of(subject)[1])

    def case(**changes: str) -> str:
        return sent(ITEM, agent, asked(subject, **changes), *PAPERS)

    assert why(case(worker_name="别的人")) == ["unknown"]
    assert why(case(), months_found="107") == ["trade_short"]
    assert why(case(), objection="upheld") == ["objection"]
    assert why(case(worked="yes", work_since="198001")) == ["work_since"]
    born(subject, "1972-10-16")
    assert why(case()) == ["too_young"]
    born(subject, "1971-10-16")
    owned("update registry_person set region = '310100' where subject_id = %s returning 1", subject)
    assert why(case()) == ["no_standard"]
    owned("update registry_person set region = '220100' where subject_id = %s returning 1", subject)
    elsewhere = agents.agent(owned("select subject_id from registry_employer where state = 'active' and subject_id <> %s"
                                   " order by 1", agents.employer_of(subject)[1])[0][0])  # fmt: skip
    assert why(sent(ITEM, elsewhere, asked(subject), *PAPERS)) == ["not_here"]
    short = "update registry_contribution set state = %s where subject_id = %s and insurance = 110 and month < 201703 returning 1"
    owned(short, "arrears", subject)
    assert why(case()) == ["min_contribution", "service"]
    owned(short, "paid", subject)


def test_a_refusal_reaches_the_worker_with_its_reason(standing: Installation) -> None:
    subject, _ = workers()
    agent, clerk = agents.agent(agents.employer_of(subject)[1]), people.staff("clerk")
    no, before = sent(ITEM, agent, asked(subject), *PAPERS), papers_of(subject)
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    opinion.enter(no, FOUND | {"objection": "upheld"}, now=AFTER, by=clerk)
    with pytest.raises(Refusal) as caught:
        office.propose(no, granted=True, text="您申请的事项已经通过。", now=AFTER, by=clerk)
        boss = people.staff("supervisor")
        assigning.take(no, by=boss)
        office.confirm(no, now=AFTER, by=boss)
    assert caught.value.message == "不能通过：公示有异议，核查成立。"
    assigning.release(no, by=boss)
    other = people.staff("supervisor")
    assigning.take(no, by=other)
    office.send_back(no, note="公示有异议", now=AFTER, by=other)
    assigning.take(no, by=clerk)
    office.propose(
        no,
        granted=False,
        reasons=[("objection", "公示有异议，核查成立。", "")],
        text="公示有异议，核查成立。",
        now=AFTER,
        by=clerk,
    )
    assigning.take(no, by=other)
    office.confirm(no, now=AFTER, by=other)
    assert told(subject)[-1] == "case.concluded" and papers_of(subject) == before + 1
    assert owned("select count(*) from registry_payable where case_no = %s", no) == [(0,)]


def test_each_kind_of_trade_has_its_years() -> None:
    assert [hardship.in_trade(trade, 202612).fen for trade in hardship.TRADES] == [120, 108, 96]
    assert {hardship.in_trade(trade, 202612).confidence for trade in hardship.TRADES} == {"medium"}
    with pytest.raises(Refusal):
        hardship.in_trade("office", 202612)
    assert (hardship.service(202612).fen, hardship.service(202612).confidence) == (120, "high")
