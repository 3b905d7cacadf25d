"""工伤: recognition with its clocks, appraisal, benefits, death and devices: effect in the registry, every refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import handling, office, opinion, progress
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import NOW, applicant, granted, owned, refused, sent
from tests.items.test_survivors import died, named

ACCOUNT = "6222020000000000000"
ASK, REPORT, APPRAISE, AGAIN = "injury-recognition", "injury-report", "labour-appraisal", "labour-reappraisal"
BENEFIT, DEATH, DEVICE = "injury-benefit", "injury-death", "injury-device"
AT_WORK = {"ground": "14-1"}
HURT = {
    "who": "self", "harm": "accident", "accident": "2026-11-02", "place": "二号车间", "course": "换模具时机器压到手",
    "degree": "左手食指骨折", "insured": "yes", "old": "no",
}  # fmt: skip


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 2, tzinfo=UTC)


def recognised(
    subject: int, accident: str = "2026-10-02", *, bears: str | None = None, ground: str = "14-1"
) -> int:
    """A recognition on file, as an earlier case left it."""
    rows = owned(
        "insert into registry_injury (subject_id, accident_on, ground, applied_by, applied_on, decided_on,"
        " employer_bears_until, case_no) values (%s, %s, %s, 'self', %s, %s, %s, %s) returning id",
        subject, accident, ground, accident, accident, bears, f"R-{subject}-{accident}",
    )  # fmt: skip
    return int(rows[0][0])


def appraised(subject: int, injury: int | None, *, grade: int = 0, care: str = "", on: str = "2026-11-20",
              round_: str = "first", level: str = "city", total: bool = False) -> None:  # fmt: skip
    """A conclusion on file, as an earlier case left it."""
    owned(
        "insert into registry_appraisal (subject_id, injury_id, basis, round, level, grade, care, total, decided_on,"
        " case_no) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        subject, injury, "injury" if injury else "illness", round_, level, grade, care, total, on,
        f"A-{subject}-{on}-{round_}",
    )  # fmt: skip


@pytest.fixture
def clean(standing: Installation) -> Iterator[None]:
    """Nobody has an injury, a conclusion or money for one."""
    yield
    for table, what in (
        ("registry_appraisal", "true"), ("registry_injury", "true"), ("registry_payable", "kind like 'injury%%'"),
        ("registry_filing", "kind like 'injury%%'"),
    ):  # fmt: skip
        owned(f"delete from {table} where {what} returning 1")


@pytest.mark.usefixtures("clean")
def test_a_worker_in_time_has_the_injury_recognised() -> None:
    by = people.citizen(people.CHUNMEI)
    no = sent(ASK, by, HURT, "diagnosis")
    with pytest.raises(Refusal) as early:
        granted(no)
    assert (
        early.value.message == "不能通过：经办意见里还没有填「符合哪一项」。" or early.value.field == "ground"
    )
    handling.withdraw(no, now=NOW, by=by)
    effect = granted(sent(ASK, by, HURT, "diagnosis"), entries=AT_WORK)
    assert effect.text == "2026年11月2日的伤，认定为工伤。"
    assert effect.lines == ("伤情稳定后，可以申请劳动能力鉴定。", "结论也告诉了单位。")
    assert owned("select accident_on, ground, applied_by, employer_bears_until from registry_injury"
                 " where subject_id = 1") == [(date(2026, 11, 2), "14-1", "self", None)]  # fmt: skip
    assert refused(ASK, by, HURT, "diagnosis") == (
        "already", "这次事故已经认定过，不用再申请。（工伤保险条例第二十条）"
    )  # fmt: skip


@pytest.mark.usefixtures("clean")
def test_what_was_not_asked_in_time_is_refused_or_left_to_the_employer() -> None:
    by = people.citizen(people.CHUNMEI)
    code, text = refused(ASK, by, HURT | {"accident": "2025-11-10"}, "diagnosis")
    assert (code, text) == (
        "too_late",
        "受伤一年内申请，最晚 2026年11月10日，已经过了。（工伤保险条例第十七条）",
    )
    assert (
        refused(ASK, by, HURT | {"accident": "2023-11-10", "old": "yes", "delay": "force"}, "diagnosis")[0]
        == "no_record"
    )
    own = HURT | {"accident": "2025-11-10", "old": "yes", "delay": "own"}
    assert refused(ASK, by, own, "diagnosis")[0] == "too_late"
    told = HURT | {"accident": "2025-11-10", "old": "yes", "delay": "dispute"}
    assert (
        granted(sent(ASK, by, told, "diagnosis"), entries=AT_WORK).text == "2025年11月10日的伤，认定为工伤。"
    )
    late = granted(sent(ASK, by, HURT | {"accident": "2026-10-02"}, "diagnosis"), entries=AT_WORK)
    assert late.lines[0] == "到 2026年11月23日的费用由单位负担。"
    agreed = granted(sent(ASK, by, HURT | {"accident": "2026-10-03"}, "diagnosis"),
                     entries=AT_WORK | {"extended": "2026-12-02"})  # fmt: skip
    assert not any("由单位负担" in line for line in agreed.lines)


@pytest.mark.usefixtures("clean")
def test_a_relative_asks_for_the_worker_and_learns_nothing_of_her() -> None:
    by, who = people.citizen(people.CHUNMEI), named(people.YUANSHAN)
    told = HURT | {
        "who": "relative", "relation": "spouse", "worker_id": who["dead_id"], "worker_name": who["dead_name"]
    }  # fmt: skip
    no = sent(ASK, by, told | {"worker_name": "别的人"}, "diagnosis")
    assert [reason for reason, _ in reasons(no)] == ["unknown"]
    handling.withdraw(no, now=NOW, by=by)
    effect = granted(sent(ASK, by, told, "diagnosis"), entries={"ground": "15-1"})
    assert effect.text == "2026年11月2日的伤，视同工伤。"
    assert owned("select subject_id, applied_by from registry_injury") == [(people.YUANSHAN, "relative")]


def reasons(no: str) -> list[tuple[str, str]]:
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assigning.release(no, by=clerk)
    return [(one.code, one.text) for one in case.verdict.reasons]


@pytest.mark.usefixtures("clean")
def test_an_employer_reports_and_the_worker_has_the_decision_too() -> None:
    agent = agents.agent(agents.employer_of(people.CHUNMEI)[1])
    told = {key: value for key, value in HURT.items() if key not in ("who", "old")} | agents.identity(
        people.CHUNMEI
    )
    before = papers_of(people.CHUNMEI)
    no = sent(REPORT, agent, told, "diagnosis")
    effect = granted(no, entries=AT_WORK, by=agent).text
    assert effect == "2026年11月2日的伤，认定为工伤。"
    assert owned("select subject_id, applied_by, employer_bears_until from registry_injury") == [
        (people.CHUNMEI, "employer", None)
    ]
    assert papers_of(people.CHUNMEI) == before + 1
    assert owned(
        "select count(*) from notices_message where subject_id = 1 and template = 'case.concluded'"
    ) == [(1,)]
    late = sent(REPORT, agent, told | {"accident": "2026-09-01"}, "diagnosis")
    assert granted(late, entries=AT_WORK, by=agent).text.endswith("认定为工伤。")
    assert owned("select employer_bears_until from registry_injury where accident_on = '2026-09-01'") == [
        (date(2026, 11, 23),)
    ]
    assert refused(REPORT, agent, told | {"accident": "2025-09-01"}, "diagnosis")[0] == "too_late"
    twice = sent(REPORT, agent, told, "diagnosis")
    assert [code for code, _ in reasons(twice)] == ["already"]
    wrong = sent(REPORT, agent, told | {"worker_name": "别的人"}, "diagnosis")
    assert [code for code, _ in reasons(wrong)] == ["unknown"]
    with refusing("单位经办人办"):
        handling.start(REPORT, now=NOW, by=people.citizen(people.CHUNMEI))


def papers_of(subject: int) -> int:
    return int(owned("select count(*) from documents_certificate where subject_id = %s", subject)[0][0])


@pytest.mark.usefixtures("clean")
def test_a_clear_case_has_fifteen_days_and_a_court_stops_the_clock() -> None:
    by, clerk = people.citizen(people.CHUNMEI), people.staff("clerk")
    no = sent(ASK, by, HURT | {"harm": "commute"}, "diagnosis")
    assert due(no) == date(2027, 1, 22)
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    opinion.hold_to(no, term="work_injury_decision_simple", now=NOW, by=clerk)
    assert due(no) == date(2026, 12, 8)
    with refusing("已经改过一次"):
        opinion.hold_to(no, term="work_injury_decision_simple", now=NOW, by=clerk)
    with refusing("没有这个时限"):
        opinion.hold_to(no, term="lawsuit", now=NOW, by=clerk)
    opinion.enter(no, {"ground": "14-6"}, now=NOW, by=clerk)
    with pytest.raises(Refusal) as unsaid:
        opinion.halt(no, note="等", now=NOW, by=clerk)
    assert unsaid.value.field == "note"
    opinion.halt(no, note="等法院对交通事故的判决", now=at(2026, 11, 25), by=clerk)
    assert due(no) is None
    view = progress.view(no, now=at(2027, 2, 1), by=applicant(no))
    assert [halt.cause for halt in view.halts] == ["authority"] and view.left is None and not view.line.late
    with refusing("恢复计时"):
        office.propose(no, granted=True, text="您申请的事项已经通过。", now=at(2026, 11, 26), by=clerk)
    opinion.resume(no, now=at(2026, 12, 5), by=clerk)
    assert due(no) == date(2026, 12, 18)
    with refusing("没有中止"):
        opinion.resume(no, now=at(2026, 12, 5), by=clerk)
    told = owned("select template from notices_message where case_no = %s order by id", no)
    assert [one for (one,) in told][-2:] == ["case.halted", "case.resumed"]
    handling.withdraw(no, now=at(2026, 12, 6), by=by)


@contextmanager
def refusing(words: str) -> Iterator[None]:
    """Refused with these words in the sentence."""
    with pytest.raises(Refusal) as caught:
        yield
    assert words in caught.value.message


def due(no: str) -> date | None:
    return owned("select due_on from cases_case where no = %s", no)[0][0]


@pytest.mark.usefixtures("clean")
def test_the_committee_concludes_once_and_is_asked_again_in_its_time() -> None:
    by = people.citizen(people.CHUNMEI)
    told = {"basis": "injury", "stable": "yes"}
    assert refused(APPRAISE, by, told, "record") == (
        "not_recognised", "没有查到工伤认定，请先申请认定。（工伤保险条例第二十三条）"
    )  # fmt: skip
    assert (
        refused(APPRAISE, people.citizen(people.XIAOMAN), {"basis": "illness", "stable": "yes"}, "record")[0]
        == "not_enrolled"
    )
    assert refused(AGAIN, by) == (
        "no_conclusion",
        "还没有劳动能力鉴定结论，先申请鉴定。（工伤保险条例第二十六条）",
    )
    recognised(people.CHUNMEI)
    assert refused(APPRAISE, by, told | {"stable": "no"}, "record")[0] == "not_stable"
    effect = granted(sent(APPRAISE, by, told, "record"), entries={"grade": "8", "care": "none"})
    assert effect.text == "鉴定结论：八级，能自理。"
    assert effect.lines == ("可以申领伤残待遇。", "不同意的，十五天内可以申请再次鉴定。")
    assert refused(APPRAISE, by, told, "record")[0] == "already"
    again = {"round": "again", "reason": "手指不能弯，等级偏低"}
    late, soon = at(2026, 12, 9), at(2026, 12, 8)
    assert refused(AGAIN, by, again, now=late)[0] == "too_late"
    assert refused(AGAIN, by, again | {"round": "review"}, "record")[0] == "too_early"
    higher = granted(sent(AGAIN, by, again, now=soon), entries={"grade": "7", "care": "none"}, now=soon)
    assert higher.text == "鉴定结论：七级，能自理。" and higher.lines[-1] == "这是最终结论。"
    assert refused(AGAIN, by, again, now=soon)[0] == "final"
    assert owned("select round, level, grade from registry_appraisal order by id") == [
        ("first", "city", 8), ("again", "province", 7)
    ]  # fmt: skip
    year = at(2027, 12, 9)
    review = granted(sent(AGAIN, by, again | {"round": "review"}, "record", now=year),
                     entries={"grade": "6", "care": "none"}, now=year)  # fmt: skip
    assert review.text == "鉴定结论：六级，能自理。"


@pytest.mark.usefixtures("clean")
def test_a_severe_grade_gives_a_lump_sum_an_allowance_and_care() -> None:
    by = people.citizen(people.CHUNMEI)
    assert refused(BENEFIT, by)[0] == "not_recognised"
    injury = recognised(people.CHUNMEI)
    assert refused(BENEFIT, by)[0] == "no_conclusion"
    appraised(people.CHUNMEI, injury, on="2026-10-20")
    assert refused(BENEFIT, by)[0] == "no_grade"
    appraised(people.CHUNMEI, injury, grade=3, care="most", round_="again")
    wage = own_wage(people.CHUNMEI, 202610)
    no = sent(BENEFIT, by, {"account": ACCOUNT})
    effect = granted(no)
    assert effect.pays and effect.text.startswith("补助金 ")
    assert owned(
        "select kind, amount_fen, monthly, since from registry_payable where case_no = %s order by kind", no
    ) == [
        ("injury_allowance", (wage * 80 + 50) // 100, True, 202612),
        ("injury_lump", wage * 23, False, 202611),
        ("injury_nursing", 748150 * 40 // 100, True, 202612),
    ]
    assert refused(BENEFIT, by, {"account": ACCOUNT})[0] == "already_paid"
    appraised(people.CHUNMEI, injury, grade=2, care="most", round_="review", on="2027-11-29")
    later = at(2027, 12, 1)
    review = sent(BENEFIT, by, {"account": ACCOUNT}, now=later)
    assert granted(review, now=later).text == "每月的待遇已经重新核定。"
    assert [row for row in owned("select kind, amount_fen, since from registry_payable where case_no = %s", review)
            if row[0] != "injury_nursing"] == [
        ("injury_allowance", (wage * 85 + 50) // 100, 202712)
    ]  # fmt: skip


def own_wage(subject: int, accident: int) -> int:
    """The average of twelve bases before a month, within 60% and 300% of the province's average."""
    bases = [int(row[0]) for row in owned(
        "select base_fen from registry_contribution where subject_id = %s and insurance = 410 and month < %s"
        " and state = 'paid' and seq = 0 order by month desc limit 12", subject, accident)]  # fmt: skip
    average = (sum(bases) + len(bases) // 2) // len(bases)
    return max(748150 * 60 // 100, min(average, 748150 * 3))


@pytest.mark.usefixtures("clean")
def test_the_employer_pays_a_middle_grade_and_who_was_not_insured() -> None:
    by = people.citizen(people.CHUNMEI)
    appraised(people.CHUNMEI, recognised(people.CHUNMEI), grade=5)
    effect = granted(sent(BENEFIT, by, {"account": ACCOUNT}))
    assert effect.lines == ("难以安排工作的，伤残津贴由单位按月发。",)
    assert [row[0] for row in owned("select kind from registry_payable where kind like 'injury%%'")] == [
        "injury_lump"
    ]
    appraised(people.QINGHE, recognised(people.QINGHE), grade=5)
    assert refused(BENEFIT, people.citizen(people.QINGHE))[0] == "not_insured"
    assert refused(DEVICE, people.citizen(people.QINGHE))[0] == "not_insured"


@pytest.mark.usefixtures("clean")
def test_a_device_is_paid_up_to_the_ceiling() -> None:
    by = people.citizen(people.CHUNMEI)
    told = {"device": "wheelchair", "why": "出门", "price": "3200", "account": ACCOUNT}
    assert refused(DEVICE, by)[0] == "not_recognised"
    recognised(people.CHUNMEI)
    no = sent(DEVICE, by, told, "bill")
    effect = granted(no, entries={"confirmed": "yes", "ceiling": "2800"})
    assert effect.text == "核定 2,800.00 元，打到尾号 0000 的账户。"
    assert effect.lines == ("超过限额的 400.00 元由自己出。",)
    clerk, other = people.staff("clerk"), sent(DEVICE, by, told, "bill")
    assigning.take(other, by=clerk)
    office.accept(other, now=NOW, by=clerk)
    opinion.enter(other, {"confirmed": "no"}, now=NOW, by=clerk)
    verdict = office.open_case(other, now=NOW, by=clerk).verdict
    assert [reason.code for reason in verdict.reasons] == ["not_confirmed"]
    handling.withdraw(other, now=NOW, by=by)


@pytest.mark.usefixtures("clean")
def test_a_family_is_paid_once_and_each_dependant_has_a_pension() -> None:
    dead, wife, child = people.YUANSHAN, people.citizen(people.CHUNMEI), people.citizen(people.WANQING)
    told = named(dead) | {"relation": "spouse", "dependant": "yes", "alone": "no", "account": ACCOUNT}
    assert refused(DEATH, wife, told | named(people.CHUNMEI))[0] == "self"
    assert against(wife, told | {"dead_name": "别的人"}) == ["unknown"]
    assert against(wife, told) == ["no_death"]
    died(dead, "2026-10-05")
    try:
        assert against(wife, told) == ["not_recognised"]
        injury = recognised(dead)
        assert against(wife, told, how="later") == ["not_severe"]
        wage = own_wage(dead, 202610)
        no = sent(DEATH, wife, told)
        assert granted(no, entries={"how": "work"}).pays
        assert owned(
            "select kind, amount_fen, since from registry_payable where case_no = %s order by kind", no
        ) == [
            ("injury_death", 748150 * 6 + 5418800 * 20, 202611),
            ("injury_dependant", (wage * 40 + 50) // 100, 202611),
        ]
        assert against(wife, told, how="work") == ["already_dependant"]
        assert against(child, told | {"relation": "child", "dependant": "no"}, how="work") == ["already_paid"]
        young = sent(DEATH, child, told | {"relation": "child", "alone": "yes"})
        assert granted(young, entries={"how": "work"}).text.startswith("抚恤金")
        assert owned("select amount_fen from registry_payable where case_no = %s", young) == [
            ((wage * 40 + 50) // 100,)
        ]
        owned("delete from registry_injury where id = %s returning 1", injury)
        recognised(dead, "2010-01-05")
        assert against(wife, told) == ["not_insured"]
    finally:
        died(dead, None)


def against(by: gate.Actor, told: dict[str, str], *, how: str = "") -> list[str]:
    """What the clerk finds against an application; it is withdrawn again."""
    no, clerk = sent(DEATH, by, told), people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    if how:
        opinion.enter(no, {"how": how}, now=NOW, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    handling.withdraw(no, now=NOW, by=by)
    return [reason.code for reason in case.verdict.reasons]


@pytest.mark.usefixtures("clean")
def test_a_conclusion_is_asked_for_again_and_nothing_else() -> None:
    by = people.citizen(people.CHUNMEI)
    recognised(people.CHUNMEI)
    first = sent(APPRAISE, by, {"basis": "injury", "stable": "yes"}, "record")
    granted(first, entries={"grade": "8", "care": "none"})
    remedy, ways = objection(first, by)
    assert (
        "再次鉴定" in remedy and "复议" not in remedy and ways == {"kind": "again", "again_by": "2026-12-08"}
    )
    second = sent(AGAIN, by, {"round": "again", "reason": "手指不能弯，等级偏低"}, now=at(2026, 12, 8))
    granted(second, entries={"grade": "7", "care": "none"}, now=at(2026, 12, 8))
    assert objection(second, by) == ("这是最终结论。满一年伤情变了，可以申请复查鉴定。", {"kind": "final"})


@pytest.mark.usefixtures("clean")
def test_a_refused_appraisal_is_a_decision_like_any_other() -> None:
    by = people.citizen(people.CHUNMEI)
    recognised(people.CHUNMEI)
    no = sent(APPRAISE, by, {"basis": "injury", "stable": "yes"}, "record")
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    told = {"reasons": [("not_stable", "复查时伤口没有长好。", "")], "text": "伤情还没有稳定。"}
    office.propose(no, granted=False, now=NOW, by=clerk, **told)
    boss = people.staff("supervisor")
    assigning.take(no, by=boss)
    office.confirm(no, now=NOW, by=boss)
    assert set(progress.view(no, now=NOW, by=by).decision["remedy"]) == {
        "kind",
        "text",
        "reconsider_by",
        "sue_by",
    }


def objection(no: str, by: gate.Actor) -> tuple[str, dict[str, str]]:
    """What is said of objecting, and each way; the office's own look again is refused with the way on."""
    view = progress.view(no, now=at(2026, 12, 8), by=by)
    told = dict(view.decision["remedy"])
    assert not view.may_review
    with pytest.raises(Refusal) as refused:
        handling.review(no, text="等级定低了，请再看一次", now=at(2026, 12, 8), by=by)
    assert refused.value.code == "conflict" and "再次鉴定" in refused.value.message
    return told.pop("text"), told
