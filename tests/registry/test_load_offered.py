"""A bureau's file: a line of an insurance that this deployment does not offer is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.registry.files import footprint, loaded, who, written

pytestmark = pytest.mark.usefixtures("shebao")
NOW = datetime.now(UTC)
SPELL = ["社会保障号码", "险种", "人员类别", "参保状态", "开始年月"]
MONTH = [
    "社会保障号码",
    "险种",
    "费款所属期",
    "缴费类型",
    "缴费状态",
    "缴费基数",
    "单位缴费",
    "个人缴费",
    "到账日期",
]
YEAR = ["社会保障号码", "账户", "建账年月", "年度", "年初余额", "本年记入", "本年利息", "本年支出", "年末余额",
        "记账利率", "暂定"]  # fmt: skip
SPELL_LINE = ["失业", "职工", "正常参保", "1999-01"]
MONTH_LINE = ["110", "1999-01", "正常", "已到账", "5000", "800", "400", "1999-02-15"]
YEAR_LINE = ["养老", "1999-01", "1999", "0", "4800", "0", "0", "4800", "2.62%", "否"]


@pytest.mark.parametrize(
    ("header", "line", "sentence"),
    [
        (SPELL, SPELL_LINE, "第 2 行「险种」：这里不管这个险种"),
        (MONTH, MONTH_LINE, "第 2 行「险种」：这里不管这个险种"),
        (YEAR, YEAR_LINE, "第 2 行「账户」：这里不管这个险种"),
    ],
    ids=["enrolments", "contributions", "accounts"],
)
@pytest.mark.profile("guangxi")
def test_a_medical_bureau_takes_in_no_other_agencys_lines(
    tmp_path: Path, header: list[str], line: list[Any], sentence: str
) -> None:
    before = footprint()
    report = loaded(NOW, written(tmp_path / "lines.csv", header, [[who(1)[0], *line]]))
    assert not report.loaded and footprint() == before
    assert sentence in [str(problem) for problem in report.problems]


@pytest.mark.profile("guangxi")
def test_its_own_lines_go_in(tmp_path: Path) -> None:
    own = [who(1)[0], "310", "职工", "终止参保", "1999-01", "1999-06"]
    report = loaded(NOW, written(tmp_path / "lines.csv", [*SPELL, "截止年月"], [own]))
    assert report.loaded and report.counts["new"] == 1
