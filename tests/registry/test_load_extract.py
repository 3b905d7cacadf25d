"""A bureau's extract: institutions, employers, persons, enrolments, contributions, accounts and claims."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from django.db import connections

from shebao.privacy import keys
from shebao.rules.identity import citizen, uscc
from tests.registry.files import footprint, loaded, rows, value, who, written

pytestmark = pytest.mark.usefixtures("shebao")
NOW = datetime.now(UTC)
NUMBER = citizen.make("220101", datetime(1988, 5, 6, tzinfo=UTC).date(), 984)
CODE, SHOP = uscc.make("220101", "MA9QQ7Q1"), uscc.make("220101", "MA9QQ7Q2")

FILES: dict[str, tuple[list[str], list[list[Any]]]] = {
    "institutions": (["机构名称", "机构类型", "机构级别", "行政区划"], [["白桦台医院", "医院", "二级", "220100"]]),
    "employers": (
        ["统一社会信用代码", "单位名称", "行政区划", "行业", "工伤类别", "单位状态", "登记日期"],
        [[CODE, "长春白桦台商贸有限公司", "220100", "批发和零售", "2", "正常", "2011-03-04"]],
    ),
    "persons": (
        ["社会保障号码", "姓名", "性别", "出生日期", "参保地", "手机号", "银行账号", "社会保障卡号"],
        [[NUMBER, "乌兰·图雅", "女", "1988-05-06", "220100", "10000000001", "0000123", "T99999999"]],
    ),
    "businesses": (
        ["统一社会信用代码", "企业名称", "行政区划", "行业", "工伤类别", "经营状态", "成立日期", "法定代表人证件号码"],
        [[SHOP, "长春白桦台书店", "220100", "零售", "1", "存续", "2026-10-09", NUMBER]],
    ),
    "enrolments": (
        ["社会保障号码", "险种", "人员类别", "参保状态", "统一社会信用代码", "开始年月", "截止年月"],
        [[NUMBER, "110", "职工", "正常参保", CODE, "2024-01", ""]],
    ),
    "contributions": (
        ["社会保障号码", "险种", "费款所属期", "缴费类型", "缴费状态", "缴费基数", "单位缴费", "个人缴费",
         "统一社会信用代码", "到账日期"],
        [[NUMBER, "110", f"2024-{month:02d}", "正常", "已到账", "5000", "800", "400", CODE, f"2024-{month:02d}-15"]
         for month in range(1, 13)],
    ),
    "accounts": (
        ["社会保障号码", "账户", "建账年月", "年度", "年初余额", "本年记入", "本年利息", "本年支出", "年末余额",
         "记账利率", "暂定"],
        [[NUMBER, "养老", "2024-01", "2024", "0", "4800", "68.12", "0", "4868.12", "2.62%", "否"],
         [NUMBER, "养老", "2024-01", "2025", "4868.12", "0", "73.02", "0", "4941.14", "1.50%", "否"]],
    ),
    "claims": (
        ["社会保障号码", "类别", "就诊日期", "结算日期", "结算状态", "总费用", "目录内费用", "基金支付", "账户支付",
         "现金支付", "机构名称", "住院天数"],
        [[NUMBER, "住院", "2025-02-03", "2025-02-09", "已结算", "6200.50", "6000", "5040", "0", "1160.50",
          "白桦台医院", "6"],
         [NUMBER, "门诊", "2025-03-03", "", "待结算", "100", "0", "0", "0", "100", "白桦台医院", ""]],
    ),
}  # fmt: skip


def all_loaded(folder: Path, suffix: str) -> dict[str, dict[str, int]]:
    told = {}
    for kind, (header, lines) in FILES.items():
        path = folder / f"{kind}{suffix}"
        if suffix == ".csv":
            written(path, header, lines)
        else:
            columns = {name: [line[at] for line in lines] for at, name in enumerate(header)}
            parquet.write_table(pa.table(columns), path)
        report = loaded(NOW, path)
        assert report.loaded, [str(problem) for problem in report.problems]
        told[kind] = report.counts
    return told


def test_a_whole_extract_goes_in_and_the_same_again_changes_nothing(tmp_path: Path) -> None:
    told = all_loaded(tmp_path, ".csv")
    for kind, counts in told.items():
        assert counts == {"matched": 0, "new": len(FILES[kind][1]), "changed": 0, "refused": 0}, kind
    before = [row for row in footprint() if row[0] != "registry_intakefile"]
    again = all_loaded(tmp_path, ".parquet")
    for kind, counts in again.items():
        assert counts == {"matched": len(FILES[kind][1]), "new": 0, "changed": 0, "refused": 0}, kind
    assert [row for row in footprint() if row[0] != "registry_intakefile"] == before


def test_a_new_person_is_sealed_and_found_by_her_digests(tmp_path: Path) -> None:
    all_loaded(tmp_path, ".csv")
    ((subject,),) = rows("select subject_id from registry_person where birth_date = '1988-05-06'")
    assert who(subject) == [NUMBER, "乌兰·图雅"]
    assert value(subject, "person.bank_account") == "0000123"
    for purpose, plain in (
        ("id_number", NUMBER),
        ("real_name", f"{NUMBER}|乌兰·图雅"),
        ("card", "T99999999"),
    ):
        with connections["login"].cursor() as cursor:
            cursor.execute("select privacy.find_subject(%s, %s)", [purpose, keys.blind(purpose, plain)])
            assert cursor.fetchone() == (subject,)
    assert rows(
        "select count(*), sum(person_fen) from registry_contribution where subject_id = %s", subject
    ) == [(12, 480000)]
    assert rows("select balance_fen, opened from registry_account where subject_id = %s", subject) == [
        (494114, 202401)
    ]
    assert rows(
        "select c.kind, c.cash_fen, d.days from registry_claim c join registry_claimdetail d on d.claim_id = c.id"
        " where c.subject_id = %s order by 1",
        subject,
    ) == [("inpatient", 116050, 6), ("outpatient", 10000, 0)]


def test_a_business_stands_under_its_legal_representative(tmp_path: Path) -> None:
    all_loaded(tmp_path, ".csv")
    ((subject,),) = rows("select subject_id from registry_person where birth_date = '1988-05-06'")
    assert rows("select name, state, legal_id from registry_business where uscc = %s", SHOP) == [
        ("长春白桦台书店", "active", subject)
    ]
    header, lines = FILES["businesses"]
    closed = [[*lines[0][:5], "注销", *lines[0][6:7], ""]]
    report = loaded(NOW, written(tmp_path / "closed.csv", header, closed))
    assert report.loaded and report.counts["changed"] == 1
    assert rows("select state, legal_id from registry_business where uscc = %s", SHOP) == [("closed", None)]


def test_changed_values_are_changed_and_counted(tmp_path: Path) -> None:
    all_loaded(tmp_path, ".csv")
    header, lines = FILES["claims"]
    settled = [[*lines[1][:3], "2025-03-20", "已结算", "100", "80", "40", "0", "60", *lines[1][10:]]]
    report = loaded(NOW, written(tmp_path / "settled.csv", header, settled))
    assert report.loaded and report.counts["changed"] == 1
    assert rows("select state, fund_fen, cash_fen from registry_claim where total_fen = 10000 and kind = 'outpatient'"
                " and served_on = '2025-03-03'") == [("settled", 4000, 6000)]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "column", "wrong", "sentence"),
    [
        ("persons", 3, "1988-05-07", "第 2 行「出生日期」：和社会保障号码里的不一样"),
        ("persons", 2, "男", "第 2 行「性别」：和社会保障号码里的不一样"),
        ("persons", 4, "999999", "第 2 行「参保地」：行政区划代码不对"),
        ("employers", 0, "91220101MA9QQ7Q1X0", "第 2 行「统一社会信用代码」：统一社会信用代码不对"),
        ("businesses", 5, "迁出", "第 2 行「经营状态」：只能写：存续、注销"),
        ("enrolments", 6, "2023-12", "第 2 行「截止年月」：要晚于开始年月"),
        ("contributions", 4, "缴款中", "第 2 行「到账日期」：已到账的要写日期，没到账的不写"),
        ("accounts", 8, "4868.13", "第 2 行「年末余额」：年初余额加记入加利息减支出，不等于年末余额"),
        ("claims", 9, "1160.51", "第 2 行「总费用」：基金、账户、现金三项相加，不等于总费用"),
        ("claims", 10, "没有的医院", "第 2 行：没有登记过这家机构"),
        ("accounts", 1, "存折", "第 2 行「账户」：只能写：养老、医保"),
    ],
)
def test_what_does_not_add_up_is_refused(
    tmp_path: Path, kind: str, column: int, wrong: str, sentence: str
) -> None:
    all_loaded(tmp_path, ".csv")
    header, lines = FILES[kind]
    first = [*lines[0]]
    first[column] = wrong
    before = footprint()
    report = loaded(NOW, written(tmp_path / "wrong.csv", header, [first]))
    assert not report.loaded and footprint() == before
    assert sentence in [str(problem) for problem in report.problems]


def test_a_card_of_somebody_else_and_another_name_are_refused(tmp_path: Path) -> None:
    all_loaded(tmp_path, ".csv")
    header, lines = FILES["persons"]
    other = citizen.make("220101", datetime(1988, 5, 6, tzinfo=UTC).date(), 986)
    path = written(
        tmp_path / "card.csv", header, [[other, "白露", *lines[0][2:]], [NUMBER, "图雅", *lines[0][2:]]]
    )
    report = loaded(NOW, path)
    assert sorted(map(str, report.problems)) == [
        "第 2 行：社会保障卡号已经登记在别人名下",
        "第 3 行：姓名和登记的不一样",
    ]


def test_spells_of_one_insurance_may_not_overlap(tmp_path: Path) -> None:
    all_loaded(tmp_path, ".csv")
    header, lines = FILES["enrolments"]
    report = loaded(NOW, written(tmp_path / "twice.csv", header, [[*lines[0][:5], "2025-01", ""]]))
    assert str(report.problems[0]) == "第 2 行：和已有的参保时间重叠"
