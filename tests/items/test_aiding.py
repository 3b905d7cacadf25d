"""救助对象参保资助: civil affairs' list reduces the premium once, nobody applies, the person sees it and is told."""

from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from shebao.base.clock import now, today_in_china
from shebao.base.refusal import Refusal
from shebao.cli import aid as command
from shebao.cli.load import APPROVER_TOKEN, OPERATOR_TOKEN
from shebao.items import aiding
from shebao.privacy import gate
from shebao.registry.contributions import queries
from shebao.rules.medical import aid
from shebao.web.pages import contributions as page
from tests import people
from tests.conftest import Installation
from tests.items.doing import owned
from tests.items.test_survivors import named

PROFILE = "guangxi"
TODAY = date(2026, 11, 23)


def residents(most: int) -> list[int]:
    """People with resident cover and nothing paid for next year."""
    rows = owned("select e.subject_id from registry_enrolment e where insurance = 390 and state = 'active' and until is null"
                 " and not exists (select 1 from registry_contribution c where c.subject_id = e.subject_id"
                 " and c.insurance = 390 and c.month > 202700)"
                 " and not exists (select 1 from registry_filing f where f.subject_id = e.subject_id"
                 " and f.kind = 'premium_aid') and exists (select 1 from privacy_blind b where"
                 " b.subject_id = e.subject_id and b.purpose = 'real_name') order by 1 limit %s", most)  # fmt: skip
    return [int(row[0]) for row in rows]


def text(*lines: tuple[int, str]) -> str:
    """A list of civil affairs: (person, category)."""
    found = [",".join(aiding.HEAD)]
    for subject, category in lines:
        who = named(subject)
        found.append(f"{who['dead_id']},{who['dead_name']},{category},MZ-{subject}")
    return "\n".join(found) + "\n"


def load(file: str, *, batch: str, year: int = 2027, demo: bool = True) -> aiding.Report:
    """The list, taken in by two people."""
    aiding.approve(
        batch=batch, year=year, operator=people.staff("operator"), approver=people.staff("supervisor")
    )
    return aiding.take_in(aiding.read(file), year=year, batch=batch, on=TODAY, allow_demo=demo)


def due(subject: int) -> list[tuple[object, ...]]:
    return owned("select month, kind, state, base_fen, person_fen, subsidy_fen from registry_contribution"
                 " where subject_id = %s and insurance = 390 and month > 202700", subject)  # fmt: skip


def test_the_premium_is_reduced_and_she_sees_it_and_is_told(standing: Installation) -> None:
    poor, alone = residents(2)
    file = text((poor, "最低生活保障对象"), (alone, "特困人员"))
    assert aiding.take_in(aiding.read(file), year=2027, batch="none", on=TODAY).unknown == [2, 3], (
        "needs approval"
    )
    report = load(file, batch="A1")
    assert (report.aided, report.unknown, report.uncovered) == (2, [], [])
    assert due(poor) == [(202701, "resident_year", "paying", 40000, 16000, 96400)]
    assert due(alone) == [(202701, "resident_year", "paying", 40000, 0, 112400)]
    assert owned("select kind, since, until, detail->>'category', case_no from registry_filing where subject_id = %s"
                 " and kind = 'premium_aid'", poor) == [
        ("premium_aid", date(2027, 1, 1), date(2028, 1, 1), "minimum", "aid/A1")]  # fmt: skip
    assert owned("select template from notices_message where subject_id = %s and template = 'aid.premium'", poor) == [
        ("aid.premium",)]  # fmt: skip
    assert ("aid.enter", "allowed", "system") in people.entries(poor)
    by = people.citizen(poor)
    shown = page.page(queries.contributions(by, insurance=390), today=TODAY)
    assert shown["aided"] == ["2027年要缴 160.00 元，已经减去资助 240.00 元"]
    assert "2027" not in shown["units"][0]["span"], "not paid yet"
    assert load(file, batch="A2").known == [2, 3]
    assert owned(
        "select count(*) from notices_message where subject_id = %s and template = 'aid.premium'", poor
    ) == [(1,)]
    report = load(text((poor, "特困人员")), batch="A3")
    assert (report.aided, report.changed) == (0, 1) and due(poor)[0][4] == 0
    assert owned("select count(*) from privacy_reach where case_no like 'aid/%%' and revoked_at is null") == [
        (0,)
    ]


def test_a_line_that_cannot_be_done_is_named_and_changes_nothing(standing: Installation) -> None:
    paid, plain, unsettled = residents(3)
    owned("insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,"
          " person_fen) values (%s, 390, 202701, 0, 'resident_year', 'paid', 40000, 0, 40000) returning 1", paid)  # fmt: skip
    covered = "select subject_id from registry_enrolment where insurance = 390 and until is null and state = 'active'"
    none = int(owned(f"select p.subject_id from registry_person p where p.died_on is null and p.subject_id not in ({covered})"
                     " and p.subject_id in (select subject_id from privacy_blind where purpose = 'real_name') order by 1"
                     )[0][0])  # fmt: skip
    stranger = text((plain, "特困人员")).replace(named(plain)["dead_name"], "别的人")
    report = load(text((paid, "特困人员"), (none, "特困人员")), batch="B1")
    assert (report.paid, report.uncovered, report.aided) == ([2], [3], 0)
    assert load(stranger, batch="B2").unknown == [2]
    report = load(text((unsettled, "返贫致贫人口")), batch="B3", demo=False)
    assert (report.unsettled, report.aided) == ([2], 0)
    for subject in (none, plain, unsettled):
        assert due(subject) == []
        assert owned(
            "select count(*) from registry_filing where subject_id = %s and kind = 'premium_aid'", subject
        ) == [(0,)]


def test_a_list_needs_two_people_and_must_be_readable(standing: Installation) -> None:
    boss, clerk = people.staff("supervisor"), people.staff("clerk")
    operator = people.staff("operator")
    pairs: list[tuple[gate.Actor, gate.Actor]] = [
        (boss, boss),
        (operator, clerk),
        (operator, operator),
        (clerk, boss),
    ]
    for first, second in pairs:
        with pytest.raises(Refusal):
            aiding.approve(batch="C1", year=2027, operator=first, approver=second)
    with pytest.raises(Refusal) as year:
        aiding.take_in([], year=2029, batch="C1", on=TODAY)
    assert year.value.field == "year"
    head = ",".join(aiding.HEAD)
    for wrong, words in (
        ("id_number,name\n", "表头"),
        (f"{head}\n1,甲,特困人员,\n", "不完整"),
        (f"{head}\n1,甲,富人,MZ-1\n", "类别要写"),
        (f"{head}\n1,甲,特困人员,MZ-1\n1,甲,特困人员,MZ-2\n", "同一个人"),
    ):
        with pytest.raises(Refusal) as caught:
            aiding.read(wrong)
        assert words in caught.value.message


def test_the_rule_gives_all_or_a_fixed_sum_and_never_guesses() -> None:
    full = aid.premium("destitute", 2027, region="450100")
    assert (full.value.full, full.value.due, full.confidence) == (40000, 0, "medium")
    fixed = aid.premium("minimum", 2027, region="450100", allow_demo=True)
    assert (fixed.value.aid, fixed.value.due, fixed.confidence) == (24000, 16000, "demo")
    assert "用到了演示数，仅供参考。" in fixed.notices
    for region, demo in (("450100", False), ("220100", True)):
        with pytest.raises(Refusal):
            aid.premium("returned", 2027, region=region, allow_demo=demo)
    with pytest.raises(Refusal):
        aid.premium("rich", 2027, region="450100", allow_demo=True)


def test_the_command_says_what_became_of_the_list(standing: Installation, tmp_path: Path) -> None:
    (poor,) = residents(1)
    file, year = tmp_path / "list.csv", today_in_china(now()).year + 1
    file.write_text(text((poor, "最低生活保障对象")), "utf-8")
    application = typer.Typer()
    application.command()(command.command)
    sessions = {
        OPERATOR_TOKEN: (people.staff("operator").token or b"").hex(),
        APPROVER_TOKEN: (people.staff("supervisor").token or b"").hex(),
    }

    def run(*more: str) -> tuple[int, str]:
        asked = [str(file), "--year", str(year), "--batch", "K1", *more]
        result = CliRunner().invoke(application, asked, env=sessions)
        return result.exit_code, result.output

    assert run("--dry-run") == (0, "1 行，都写全了。只核对，没有写入。\n")
    assert run() == (0, "资助 1 人，改类别 0 人。\n")
    assert run() == (0, "资助 0 人，改类别 0 人。\n以前登记过的行：2\n")
    file.write_text("id_number\n", "utf-8")
    assert run()[0] == 1 and run()[1].startswith("没有导入。表头要是")
