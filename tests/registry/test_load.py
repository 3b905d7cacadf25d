"""Loading files: amounts by the rules, exact error lines, nothing half-loaded, nothing without two people."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
import typer
from django.db import ProgrammingError, connections
from typer.testing import CliRunner

from shebao.base import clock
from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.cli import load as load_command
from shebao.privacy import gate
from shebao.registry.contributions import queries
from shebao.registry.intake import actions, declaration
from shebao.rules.pension import contribution as pension
from shebao.synth import demonstration
from tests import people
from tests.people import CHUNMEI, YUANSHAN
from tests.registry.files import DECLARED, footprint, loaded, rows, run, value, who, written

pytestmark = pytest.mark.usefixtures("shebao")
NOW = datetime.now(UTC)
CURRENT = months.of(clock.today_in_china(NOW))
LAST = months.plus(CURRENT, -2)


@pytest.fixture
def employer() -> tuple[int, str]:
    """The employer of 何春梅."""
    return rows(
        "select e.id, e.uscc from registry_enrolment n join registry_employer e on e.id = n.employer_id"
        " where n.subject_id = %s and n.insurance = 110 and n.until is null",
        CHUNMEI,
    )[0]  # type: ignore[return-value]


def kept(subject: int, month: int, insurance: int = 110) -> list[tuple[Any, ...]]:
    return rows(
        "select seq, kind, state, base_fen, employer_fen, person_fen, paid_on from registry_contribution"
        " where subject_id = %s and month = %s and insurance = %s order by seq",
        subject, month, insurance,
    )  # fmt: skip


def declared(path: Path, *lines: list[Any]) -> Path:
    return written(path / "申报.csv", DECLARED, list(lines))


def test_a_declared_month_is_paid_by_the_rules(tmp_path: Path, employer: tuple[int, str]) -> None:
    rows(
        "delete from registry_contribution where subject_id = %s and month = %s returning 1", CHUNMEI, CURRENT
    )
    lines = [
        [*who(CHUNMEI), insurance, months.to_iso(CURRENT), "9123.45"] for insurance in (110, 210, 310, 410)
    ]
    report = loaded(NOW, declared(tmp_path, *lines), uscc=employer[1])
    assert report.loaded and report.counts == {"matched": 0, "new": 4, "changed": 0, "refused": 0}
    at = declaration.employer(employer[1])
    for insurance in (110, 210, 310, 410):
        told = declaration.assess(insurance, 912345, CURRENT, at, allow_demo=True)
        assert kept(CHUNMEI, CURRENT, insurance) == [
            (0, "normal", "paying", 912345, told.employer, told.employee, None)
        ]
    direct = pension.assess(declared_fen=912345, month=CURRENT, region="220100").value
    assert kept(CHUNMEI, CURRENT)[0][4:6] == (direct.employer, direct.employee)
    shown = queries.contributions(people.citizen(CHUNMEI), since=CURRENT)
    assert shown["rows"][0]["base_fen"] == 912345


def test_a_base_outside_the_limits_is_clipped_with_a_warning(
    tmp_path: Path, employer: tuple[int, str]
) -> None:
    rows(
        "delete from registry_contribution where subject_id = %s and month = %s returning 1", CHUNMEI, CURRENT
    )
    path = declared(
        tmp_path,
        [*who(CHUNMEI), "养老", CURRENT, "1.00"],
        [*who(CHUNMEI), "失业", CURRENT, "999999"],
    )
    report = loaded(NOW, path, uscc=employer[1])
    low, high = (
        pension.assess(declared_fen=fen, month=CURRENT, region="220100").value for fen in (100, 99999900)
    )
    assert report.loaded and report.warnings == 2
    assert [str(problem) for problem in report.problems] == [
        f"第 2 行「缴费基数」：超出下限，按 {low.base // 100:,}.{low.base % 100:02d} 元计算（提醒）",
        f"第 3 行「缴费基数」：超出上限，按 {high.base // 100:,}.{high.base % 100:02d} 元计算（提醒）",
    ]
    assert kept(CHUNMEI, CURRENT)[0][3] == low.base


def test_error_lines_are_exact_and_refuse_the_whole_file(tmp_path: Path, employer: tuple[int, str]) -> None:
    number, name = who(CHUNMEI)
    base = "6500.00"
    path = declared(
        tmp_path,
        [number, name, "110", CURRENT, base],
        [number[:-1] + ("0" if number[-1] != "0" else "1"), name, "110", CURRENT, base],
        [number, name, "777", CURRENT, base],
        [number, name, "110", months.plus(CURRENT, 1), base],
        [number, "何冬梅", "210", CURRENT, base],
        [number, name, "110", CURRENT, "7000"],
        ["11010519491231002X", "何秋梅", "110", CURRENT, base],
        [*who(YUANSHAN), "110", months.plus(CURRENT, -60), base],
        [number, name, "390", CURRENT, base],
        [number, name, "110", "202312", base],
    )
    before = footprint()
    report = loaded(NOW, path, uscc=employer[1])
    assert not report.loaded and footprint() == before
    assert sorted(map(str, report.problems), key=lambda text: int(text.split()[1])) == [
        "第 3 行「社会保障号码」：社会保障号码的校验位不对",
        "第 4 行「险种」：没有这个险种",
        "第 5 行「费款所属期」：年月晚于本月",
        "第 6 行：姓名和登记的不一样",
        "第 7 行：和第 2 行重复",
        "第 8 行：没有查到这个人，请先办参保登记",
        "第 9 行：这个月没有在这个单位参加这项保险",
        "第 10 行「险种」：单位不申报这个险种",
        "第 11 行：这个月没有在这个单位参加这项保险",
    ]
    assert report.counts["refused"] == 9 and sum(report.counts.values()) == report.rows == 10


def test_the_good_rows_can_be_taken_alone(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(
        tmp_path,
        [*who(CHUNMEI), "110", CURRENT, "7100"],
        ["11010519491231002X", "何秋梅", "110", CURRENT, "1"],
    )
    report = loaded(NOW, path, uscc=employer[1], skip_refused=True)
    assert report.loaded and (report.counts["changed"], report.counts["refused"]) == (1, 1)
    assert kept(CHUNMEI, CURRENT)[0][3] == 710000


def test_a_paid_month_gets_a_difference_item_and_is_never_lowered(
    tmp_path: Path, employer: tuple[int, str]
) -> None:
    (seq, kind, state, base, by_employer, by_person, paid_on) = kept(CHUNMEI, LAST)[0]
    assert state == "paid"
    higher = declared(tmp_path, [*who(CHUNMEI), "110", LAST, f"{base // 100 + 1000}.00"])
    report = loaded(NOW, higher, uscc=employer[1])
    assert report.loaded and report.counts["changed"] == 1
    first, second = kept(CHUNMEI, LAST)
    assert first == (seq, kind, state, base, by_employer, by_person, paid_on)
    whole = pension.assess(declared_fen=(base // 100 + 1000) * 100, month=LAST, region="220100").value
    assert second[:3] == (1, "backpay", "paying")
    assert (base + second[3], by_employer + second[4], by_person + second[5]) == (
        whole.base, whole.employer, whole.employee,
    )  # fmt: skip
    lower = declared(tmp_path, [*who(CHUNMEI), "110", months.plus(LAST, -1), "5000.00"])
    report = loaded(NOW, lower, uscc=employer[1])
    assert not report.loaded
    assert str(report.problems[0]) == "第 2 行：这个月已经到账，调低请到窗口办理"


def test_a_dry_run_writes_nothing_but_its_own_entry(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(tmp_path, [*who(CHUNMEI), "110", CURRENT, "7200"])
    before = footprint()
    report = loaded(NOW, path, uscc=employer[1], dry_run=True)
    assert report.clean and not report.loaded and report.counts["changed"] == 1
    assert footprint() == before
    assert rows("select reason from privacy_entry where process = 'data.load' order by id desc limit 1")[0][
        0
    ].startswith("单位月申报（试运行）")
    assert loaded(NOW, path, uscc=employer[1]).loaded


def test_without_logins_a_dry_run_checks_the_file_alone(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(tmp_path, [*who(CHUNMEI), "110", CURRENT, "7200"], ["1", "何", "0", "0", "0"])
    entries = rows("select count(*) from privacy_entry")
    source, layout, at = actions.prepare(path, uscc=employer[1])
    report = actions.inspect(source, layout, at, now=NOW, allow_demo=True, progress=lambda line: None)
    told = declaration.assess(110, 720000, CURRENT, declaration.employer(employer[1]), allow_demo=True)
    assert (report.employer_fen, report.person_fen) == (told.employer, told.employee)
    assert report.counts["refused"] == 1 and not report.matched_against_registry
    assert rows("select count(*) from privacy_entry") == entries


def test_loading_twice_changes_nothing_the_second_time(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(tmp_path, [*who(CHUNMEI), "110", LAST, "15000.00"])
    assert loaded(NOW, path, uscc=employer[1]).loaded
    before = footprint()
    again = loaded(NOW, path, uscc=employer[1])
    assert again.loaded_before and not again.loaded and footprint() == before
    other = written(tmp_path / "同样内容.csv", DECLARED, [[*who(CHUNMEI), "110", LAST, "15000.0"]])
    assert loaded(NOW, other, uscc=employer[1]).counts["matched"] == 1


def test_one_person_alone_cannot_load(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(tmp_path, [*who(CHUNMEI), "110", CURRENT, "7300"])
    operator, before = people.staff("operator"), footprint()
    for second in (operator, people.staff("clerk"), people.citizen(YUANSHAN), gate.VISITOR):
        with pytest.raises(Refusal):
            run(NOW, path, operator, second, uscc=employer[1])
    source, layout, at = actions.prepare(path, uscc=employer[1])
    for by in (operator, people.staff("supervisor"), people.citizen(CHUNMEI)):
        with pytest.raises(Refusal):
            actions.load(source, layout, at, by=by, run="DR000000-000000", now=NOW)
    assert footprint() == before


def test_an_approval_is_for_one_run(tmp_path: Path, employer: tuple[int, str]) -> None:
    operator, supervisor = people.staff("operator"), people.staff("supervisor")
    assert operator.actor_id is not None
    actions.approve(supervisor, operator=operator.actor_id, run="DR000000-000001")
    source, layout, at = actions.prepare(
        declared(tmp_path, [*who(CHUNMEI), "110", CURRENT, "1"]), uscc=employer[1]
    )
    with pytest.raises(Refusal):
        actions.load(source, layout, at, by=operator, run="DR000000-000002", now=NOW)


def test_the_worker_role_without_a_grant_sees_and_writes_nothing() -> None:
    with connections["worker"].cursor() as cursor:
        for table in ("registry_contribution", "registry_person", "registry_claim", "privacy_vault"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
        with pytest.raises(ProgrammingError, match="row-level security"):
            cursor.execute(
                "insert into registry_contribution (subject_id, insurance, month, kind, state, base_fen,"
                " employer_fen, person_fen) values (1, 110, 209901, 'normal', 'paid', 1, 1, 1)"
            )


@pytest.mark.parametrize("moment", ["staging", "applying", "recording"])
def test_a_killed_load_leaves_nothing(tmp_path: Path, moment: str) -> None:
    path = written(
        tmp_path / "persons.csv",
        ["社会保障号码", "姓名", "性别", "出生日期", "参保地"],
        [["11010519491231002X", "何秋梅", "女", "1949-12-31", "220100"]],
    )
    before = footprint()
    script = f"""
import os, signal, django
from datetime import datetime, UTC
from pathlib import Path
django.setup()
from shebao.registry.intake import actions, people as new, staging
from tests.registry.files import loaded
def kill(*args, **kwargs): os.kill(os.getpid(), signal.SIGKILL)
if {moment!r} == "staging": staging.resolve = kill
if {moment!r} == "applying": new.seal = kill
if {moment!r} == "recording":
    real = actions._record
    def record(*args): real(*args); kill()
    actions._record = record
loaded(datetime.now(UTC), Path({str(path)!r}))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    assert footprint() == before
    assert loaded(NOW, path).loaded


def environment() -> dict[str, str]:
    from django.conf import settings

    return os.environ | {
        "SHEBAO_HOME": str(settings.HOME), "SHEBAO_PROFILE": settings.PROFILE,
        "DJANGO_SETTINGS_MODULE": "shebao.settings", "PYTHONPATH": str(settings.ROOT),
    }  # fmt: skip


def test_the_command_asks_two_people_and_tells_the_result(tmp_path: Path, employer: tuple[int, str]) -> None:
    path = declared(tmp_path, [*who(CHUNMEI), "110", CURRENT, "7400"])
    lines = {line["login"]: line for line in demonstration.logins()}
    answers = []
    for login in ("operator", "supervisor"):
        answers += [lines[login]["password"], pyotp.TOTP(lines[login]["totp_secret"]).now()]
    app = typer.Typer()
    app.command()(load_command.command)
    words = [
        str(path),
        "--employer",
        employer[1],
        "--operator",
        "operator",
        "--approver",
        "supervisor",
        "--json",
    ]
    result = CliRunner().invoke(app, words, input="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout[result.stdout.index("{") :])
    assert told["loaded"] and told["counts"]["changed"] == 1
    assert value(CHUNMEI, "person.id_number") not in result.output
    ended = rows("select count(*) from privacy_session where device = '命令行' and ended_at is null")
    assert ended == [(0,)]
