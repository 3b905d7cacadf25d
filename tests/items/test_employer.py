"""单位业务: joiners, leavers and bases of an employer, done by its agent; the worker sees every look."""

from collections.abc import Iterator

import pytest

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.items import employers, handling, office
from shebao.privacy import gate
from shebao.registry.employers import workers
from tests import people
from tests.conftest import Installation
from tests.items import agents
from tests.items.doing import NOW, done, owned, refused, sent, started

ENROL, LEAVE, BASES = "employee-enrolment", "employee-leave", "base-declaration"


@pytest.fixture(scope="module")
def agent(standing: Installation) -> Iterator[gate.Actor]:
    """The agent of 何春梅's employer."""
    yield agents.agent(agents.employer_of(people.CHUNMEI)[1])


def looks(subject: int) -> int:
    return sum(role == "employer_agent" for _, _, role in people.entries(subject, workers.PROCESS))


def joiner(subject: int, **more: str) -> dict[str, str]:
    return agents.identity(subject) | {"employed_on": "2026-11-02", "wage": "6500"} | more


def leaver(subject: int, **more: str) -> dict[str, str]:
    return agents.identity(subject) | {"left_on": "2026-11-10", "reason": "expired"} | more


def test_a_new_worker_is_enrolled_in_five_insurances_and_finds_the_look(agent: gate.Actor) -> None:
    before = looks(7)
    said = done(ENROL, agent, joiner(7))
    assert said.text == "已登记。从 2026年11月起参保。"
    unit = agents.employer_of(people.CHUNMEI)[0]
    assert owned(
        "select insurance, person_type, since from registry_enrolment where subject_id = 7 and employer_id = %s"
        " and state = 'active' order by insurance", unit,
    ) == [(one, "employee", 202611) for one in (110, 210, 310, 410, 510)]  # fmt: skip
    assert owned("select count(*) from registry_enrolment where subject_id = 7 and until is null"
                 " and state = 'active' and insurance in (170, 390)") == [(0,)]  # fmt: skip
    assert owned("select month, wage_fen from registry_wage where subject_id = 7") == [(202611, 650_000)]
    assert looks(7) > before
    assert refused(ENROL, agent, joiner(7))[0] == "enrolled_here"


@pytest.mark.parametrize(
    ("subject", "more", "code", "sentence"),
    [
        (people.CHUNMEI, {}, "enrolled_here", "这个人已经在本单位参保，不用再登记。（社会保险法第五十八条）"),
        (
            people.YUANSHAN,
            {},
            "enrolled_elsewhere",
            "还在别的单位参保，请那边先办减员。（社会保险法第五十七条）",
        ),
        (
            people.QINGHE,
            {},
            "enrolled_elsewhere",
            "还在别的单位参保，请那边先办减员。（社会保险法第五十七条）",
        ),
        (people.CHANGHE, {}, "draws_pension", "这个人已经在领养老金，不用再参保。（社会保险法第十六条）"),
        (people.XIAOMAN, {}, "too_young", "职工没有满 16 岁，不能用工。（劳动法第十五条）"),
        (
            people.YUANSHAN,
            {"worker_name": "周远水"},
            "not_matched",
            "姓名和身份证号没有和登记对上，请核对。（社会保险经办条例第九条）",
        ),
    ],
)
def test_a_joiner_is_refused_with_the_reason(
    agent: gate.Actor, subject: int, more: dict[str, str], code: str, sentence: str
) -> None:
    assert refused(ENROL, agent, joiner(subject, **more)) == (code, sentence)


def test_a_late_joiner_is_enrolled_and_told_of_the_earlier_months(agent: gate.Actor) -> None:
    number, unit = agents.employer_of(people.YUANSHAN)
    there = agents.agent(unit)
    assert done(LEAVE, there, leaver(people.YUANSHAN, reason="resigned", left_on="2026-08-31")).lines == ()
    said = done(ENROL, agent, joiner(people.YUANSHAN, employed_on="2026-09-01"))
    assert said.text == "已登记。从 2026年9月起参保。"
    assert said.lines == ("以前的月份，请接着办单位补缴申报。",)
    assert number != agents.employer_of(people.YUANSHAN)[0]


def test_a_leaver_is_suspended_with_the_month_and_stands_on_the_list(agent: gate.Actor) -> None:
    unit = agents.employer_of(people.WANQING)
    there, before = agents.agent(unit[1]), looks(people.WANQING)
    said = done(LEAVE, there, leaver(people.WANQING))
    assert said.text == "已停保，从 2026年12月起不再缴费。"
    assert said.lines == ("已列入失业人员名单，不用另外报。",)
    rows = owned(
        "select distinct state, until, reason from registry_enrolment where subject_id = %s and employer_id = %s",
        people.WANQING, unit[0],
    )  # fmt: skip
    assert rows == [("suspended", 202612, "合同到期")]
    assert looks(people.WANQING) > before
    assert refused(LEAVE, there, leaver(people.WANQING)) == (
        "not_on_roster", "名册上没有这名职工，请核对姓名和身份证号。（社会保险法第五十七条）"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "more", "code"),
    [
        (people.QINGHE, {}, "not_on_roster"),
        (people.CHUNMEI, {"left_on": "2020-01-01"}, "before_start"),
    ],
)
def test_a_leaver_is_refused_with_the_reason(
    agent: gate.Actor, subject: int, more: dict[str, str], code: str
) -> None:
    before = looks(people.QINGHE)
    assert refused(LEAVE, agent, leaver(subject, **more))[0] == code
    assert looks(people.QINGHE) == before, "nobody who is not on the roster is looked at"


def test_a_closed_employer_does_nothing(agent: gate.Actor) -> None:
    number = agents.employer_of(people.CHUNMEI)[0]
    try:
        owned("update registry_employer set state = 'closed' where id = %s returning 1", number)
        for code in (ENROL, LEAVE, BASES, "employer-change"):
            assert refused(code, agent)[0] == "unit_closed"
    finally:
        owned("update registry_employer set state = 'active' where id = %s returning 1", number)


def test_only_an_employers_agent_does_it(agent: gate.Actor) -> None:
    with pytest.raises(Refusal) as no:
        handling.start(ENROL, now=NOW, by=people.citizen(people.CHUNMEI))
    assert no.value.message == "这件事由单位经办人办。"


def test_the_roster_and_the_bill_are_the_employers_own(agent: gate.Actor) -> None:
    number, unit = agents.employer_of(people.CHUNMEI)
    ((mine,),) = owned("select max(subject_id) from registry_employer where subject_id <> %s", unit)
    other = agents.agent(mine)
    before = looks(people.CHUNMEI)
    with gate.open(agent, employers.PURPOSE, items=employers.READS, subject=unit) as grant:
        own = [worker.subject_id for worker in workers.page(grant, 1)]
        assert workers.count(grant) >= len(own)
        held = owned("select count(distinct subject_id) from registry_enrolment where employer_id = %s"
                     " and state = 'active' and until is null", number)  # fmt: skip
        assert held == [(workers.count(grant),)]
        sums = owned(
            "select sum(employer_fen)::bigint, sum(person_fen)::bigint from registry_contribution"
            " where employer_id = %s and month = 202610", number,
        )  # fmt: skip
        billed = workers.bill(grant, month=202610)
        assert [(sum(b.employer_fen for b in billed), sum(b.person_fen for b in billed))] == sums
    assert people.CHUNMEI in own
    assert looks(people.CHUNMEI) == before + 1
    with (
        pytest.raises(Refusal) as no,
        gate.open(other, employers.PURPOSE, items=employers.READS, subject=unit),
    ):
        pass
    assert no.value.code == "out_of_reach"
    with (
        gate.open(other, employers.PURPOSE, items=employers.READS, subject=mine) as grant,
        pytest.raises(Refusal) as no,
    ):
        workers.opened(grant, people.QINGHE, items=("enrolment.record",), case="")
    assert no.value.code == "out_of_reach"


def test_without_an_entry_of_its_own_the_employer_reads_nothing(agent: gate.Actor) -> None:
    with gate.open(agent, "handle.own", items=("case.record",), subject=agent.person_id) as grant:
        assert workers.bill(grant) == []
        assert workers.arrears(grant) == []
        assert workers.count(grant) == 0


def listed(*subjects: int, wage: str = "6500") -> str:
    rows = ["姓名,身份证号码,月工资"]
    for subject in subjects:
        person = agents.identity(subject)
        rows.append(f"{person['worker_name']},{person['worker_id']},{wage}")
    return "\n".join(rows)


def test_a_list_of_wages_is_declared_for_everybody_on_it(agent: gate.Actor) -> None:
    before = looks(people.CHUNMEI)
    said = done(BASES, agent, {"lines": listed(people.CHUNMEI), "since": "next"})
    assert said.text == "已申报 1 人，从 2026年12月起。"
    unit = agents.employer_of(people.CHUNMEI)[0]
    assert owned(
        "select month, wage_fen from registry_wage where subject_id = 1 and employer_id = %s", unit
    ) == [(202612, 650_000)]
    assert looks(people.CHUNMEI) == before + 1


@pytest.mark.parametrize(
    ("lines", "code", "sentence"),
    [
        ("姓名,身份证号码,月工资", "empty", "名单里还没有人，请先填。"),
        ("何春梅,1,6500", "line", "第 1 行：身份证号码不对，请照证件核对。"),
        ("何春梅,6500", "line", "第 1 行：要写三栏：姓名、身份证号码、月工资。"),
    ],
)
def test_a_list_is_refused_with_its_line(agent: gate.Actor, lines: str, code: str, sentence: str) -> None:
    found = refused(BASES, agent, {"lines": lines, "since": "this"})
    assert found == (code, f"{sentence}（社会保险法第六十条）")


def test_one_wrong_line_keeps_nothing_of_the_list(agent: gate.Actor) -> None:
    held = owned("select count(*) from registry_wage")
    mixed = listed(people.CHUNMEI, people.QINGHE)
    assert refused(BASES, agent, {"lines": mixed, "since": "this"}) == (
        "line", "第 3 行：名册上没有这个人，请核对。（社会保险法第六十条）"
    )  # fmt: skip
    twice = listed(people.CHUNMEI, people.CHUNMEI)
    assert refused(BASES, agent, {"lines": twice, "since": "this"})[1].startswith(
        "第 3 行：和第 2 行是同一个人。"
    )
    free = listed(people.CHUNMEI, wage="0")
    assert refused(BASES, agent, {"lines": free, "since": "this"})[1].startswith("第 2 行：工资要大于 0 元。")
    assert owned("select count(*) from registry_wage") == held


def decided(no: str) -> str:
    """A case of an employer, taken, accepted and granted."""
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    office.decide(
        no, granted=True, text=office.open_case(no, now=NOW, by=clerk).draft_text, now=NOW, by=clerk
    )
    return str(owned("select state from cases_case where no = %s", no)[0][0])


def test_a_change_of_name_is_compared_by_a_clerk_and_kept(agent: gate.Actor) -> None:
    unit = agents.employer_of(people.CHUNMEI)[0]
    ((name,),) = owned("select name from registry_employer where id = %s", unit)
    answers = {"what": "name", "name": "吉林新名字有限公司", "changed_on": "2026-11-02"}
    assert refused("employer-change", agent, answers | {"name": name})[0] == "same"
    assert decided(sent("employer-change", agent, answers)) == "done"
    assert owned("select name from registry_employer where id = %s", unit) == [("吉林新名字有限公司",)]


def test_an_employer_with_people_or_dues_is_not_cancelled(agent: gate.Actor) -> None:
    assert refused("employer-cancel", agent)[0] == "people_left"
    number, _ = agents.employer_of(people.CHUNMEI)
    ((empty, subject),) = owned(
        "insert into registry_employer (subject_id, uscc, name, region, injury_class, registered_on) values"
        " (registry.employer_subject(), '91220100TEST00000X', '空单位', '220100', 1, '2020-01-01')"
        " returning id, subject_id"
    )
    closing = agents.agent(subject)
    owned("insert into registry_enrolment (subject_id, insurance, person_type, state, employer_id, since, until)"
          " values (7, 110, 'employee', 'suspended', %s, 202401, 202403) returning 1", empty)  # fmt: skip
    owned("insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
          " person_fen, employer_id) values (7, 110, 202401, 9, 'normal', 'arrears', 0, 100, 0, %s) returning 1", empty)  # fmt: skip
    code, sentence = refused("employer-cancel", closing)
    assert (code, sentence) == (
        "unsettled_dues", "还有没结清的社保费、滞纳金或罚款。（社会保险经办条例第十条）"
    )  # fmt: skip
    owned("update registry_contribution set state = 'paying' where employer_id = %s returning 1", empty)
    code, sentence = refused("employer-cancel", closing)
    assert code == "unsettled_dues" and sentence.startswith("还有 1.00 元的账单没有缴，缴清再注销。")
    owned("update registry_contribution set state = 'paid' where employer_id = %s returning 1", empty)
    assert decided(sent("employer-cancel", closing, {"reason": "closed"})) == "done"
    assert owned("select state from registry_employer where id = %s", empty) == [("closed",)]
    assert refused("employer-cancel", closing)[0] == "unit_closed"
    assert owned("select state from registry_employer where id = %s", number) == [("active",)]


PAY = {"since": "202601", "until": "202602", "wage": "6500"}


def test_back_payment_is_assessed_by_a_clerk_with_late_fees(agent: gate.Actor) -> None:
    answers = agents.identity(6) | PAY
    before = len(people.entries(6, "desk.decide"))
    no = sent("arrears-backpay", agent, answers, "contract")
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assert [label for label, _, _ in case.verdict.figures] == ["补缴", "滞纳金"]
    office.decide(
        no, granted=True, text=case.draft_text, amount_fen=case.verdict.amount_fen, now=NOW, by=clerk
    )
    rows = owned(
        "select month, insurance, kind, state, employer_fen + person_fen from registry_contribution"
        " where subject_id = 6 and insurance in (110, 210) order by month, insurance"
    )
    assert [row[:4] for row in rows] == [
        (month, insurance, "backpay", "paying") for month in (202601, 202602) for insurance in (110, 210)
    ]
    assert 0 < sum(row[4] for row in rows) < case.verdict.amount_fen
    assert len(people.entries(6, "desk.decide")) > before


@pytest.mark.parametrize(
    ("subject", "more", "code"),
    [
        (6, {"since": "202603", "until": "202601"}, "order"),
        (6, {"until": "202611"}, "order"),
        (6, {"worker_name": "苏大满"}, "not_matched"),
        (people.CHUNMEI, {}, "already_there"),
    ],
)
def test_back_payment_is_refused_with_the_reason(
    agent: gate.Actor, subject: int, more: dict[str, str], code: str
) -> None:
    owned("delete from registry_contribution where subject_id = 6 and insurance in (110, 210) returning 1")
    answers = agents.identity(subject) | PAY | more
    assert refused("arrears-backpay", agent, answers, "contract")[0] == code


def named(subject: int, *more: str, name: str = "") -> str:
    person = agents.identity(subject)
    return ",".join((name or person["worker_name"], person["worker_id"], *more))


JOIN, GO = "employee-enrolment-list", "employee-leave-list"


def test_a_list_of_joiners_is_taken_whole_or_not_at_all(agent: gate.Actor) -> None:
    unit, _ = agents.employer_of(people.CHUNMEI)
    lines = "姓名,身份证号码,入职日期,月工资\n" + named(people.CHUNMEI, "2026-11-02", "6500")
    wrong = "\n".join(
        (
            lines,
            named(people.QINGHE, "2026-11-02", "6500"),
            named(people.CHANGHE, "2026-11-02", "6500"),
            named(people.XIAOMAN, "2026-11-02", "6500"),
            named(people.YUANSHAN, "2026-11-02", "6500", name="周远水"),
            named(people.YUANSHAN, "2027-11-02", "6500"),
            named(people.YUANSHAN, "2026-11-02", "一万"),
        )
    )
    held = owned("select count(*) from registry_enrolment")
    no = started(JOIN, agent, {"lines": wrong})
    draft = handling.draft(no, thorough=True, now=NOW, by=agent)
    assert [finding.text for finding in draft.findings if not finding.passed] == [
        "第 2 行：这个人已经在本单位参保，不用再登记。",
        "第 3 行：还在别的单位参保，请那边先办减员。",
        "第 4 行：这个人已经在领养老金，不用再参保。",
        "第 5 行：职工没有满 16 岁，不能用工。",
        "第 6 行：姓名和身份证号码没有和登记对上，请核对。",
        "第 7 行：日期不能晚于今天。",
        "第 8 行：工资写成 6500 或 6500.50 这样。",
    ]
    handling.withdraw(no, now=NOW, by=agent)
    assert owned("select count(*) from registry_enrolment") == held
    assert done(LEAVE, agent, leaver(people.CHUNMEI, left_on="2026-09-10")).text.startswith("已停保")
    before = looks(people.CHUNMEI)
    said = done(JOIN, agent, {"lines": named(people.CHUNMEI, "2026-10-12", "6500")})
    assert said.text == "已登记 1 人，从各自入职的月份起参保。"
    assert said.lines == ("1 人以前的月份，请接着办单位补缴申报。",)
    assert owned(
        "select insurance, since from registry_enrolment where subject_id = 1 and employer_id = %s"
        " and state = 'active' and until is null order by insurance", unit,
    ) == [(one, 202610) for one in (110, 210, 310, 410, 510)]  # fmt: skip
    assert owned("select wage_fen from registry_wage where subject_id = 1 and month = 202610") == [(650_000,)]
    assert looks(people.CHUNMEI) > before


def test_a_list_of_leavers_is_taken_whole_or_not_at_all(agent: gate.Actor) -> None:
    unit, _ = agents.employer_of(people.CHUNMEI)
    wrong = "\n".join(
        (
            named(people.CHUNMEI, "2020-01-01", "合同到期"),
            named(people.QINGHE, "2026-11-02", "合同到期"),
            named(people.YUANSHAN, "2026-11-02", "不想干了"),
        )
    )
    no = started(GO, agent, {"lines": wrong})
    found = [
        one.text for one in handling.draft(no, thorough=True, now=NOW, by=agent).findings if not one.passed
    ]
    assert [text.partition("，")[0] for text in found[:2]] == [
        "第 1 行：离职的日子比参保还早",
        "第 2 行：名册上没有这个人",
    ]
    assert found[2].startswith("第 3 行：离职原因写这几种：合同到期、")
    handling.withdraw(no, now=NOW, by=agent)
    said = done(GO, agent, {"lines": named(people.CHUNMEI, "2026/11/10", "合同到期")})
    assert (said.text, said.lines) == (
        "已停保 1 人，离职的下个月起不再缴费。",
        ("1 人已列入失业人员名单，不用另外报。",),
    )
    assert owned(
        "select distinct state, until, reason from registry_enrolment where subject_id = 1 and employer_id = %s"
        " and until = 202612", unit,
    ) == [("suspended", 202612, "合同到期")]  # fmt: skip
    assert refused(GO, agent, {"lines": "姓名,身份证号码,离职日期,离职原因"})[0] == "empty"
