"""The tables of each certificate: every figure already text, so that the template only sets type."""

from dataclasses import dataclass, replace
from typing import Literal

from shebao.base import money, month
from shebao.documents.content import (
    ARRIVALS,
    STATES,
    AccountYear,
    Content,
    Contribution,
    Decision,
    Enrolment,
    PaidInsurance,
    Statement,
)
from shebao.documents.issuer import Issuer

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Column:
    """One column: heading, alignment, and its share of the width (0 = as wide as its content)."""

    label: str
    align: Align = "right"
    share: int = 1


@dataclass(frozen=True)
class Table:
    """One table under a heading; `foot` is the row of totals, `note` the small line below.

    A long one repeats its heading with its columns on every page; one without columns is a paragraph.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    note: str = ""
    text: str = ""
    long: bool = False


def span(months: int) -> str:
    """17 年 3 个月."""
    years, rest = divmod(months, 12)
    parts = [f"{years} 年"] * (years > 0) + [f"{rest} 个月"] * (rest > 0 or years == 0)
    return " ".join(parts)


def _month_table(paid: PaidInsurance) -> Table:
    arrived = [line for line in paid.months if line.state == "paid"]
    rows = tuple(
        (
            month.to_text(line.month),
            money.yuan(line.base_fen) if line.base_fen is not None else "按年缴",
            money.yuan(line.employer_fen),
            money.yuan(line.person_fen),
            ARRIVALS[line.state] + ("（补缴）" if line.backpay else ""),
            str(line.employer) if line.employer is not None else "本人",
        )
        for line in paid.months
    )
    foot = (
        f"到账 {len(arrived)} 个月",
        "",
        money.yuan(sum(line.employer_fen for line in arrived)),
        money.yuan(sum(line.person_fen for line in arrived)),
        "",
        "",
    )
    columns = (
        Column("缴费年月", "left", 4),
        Column("缴费基数（元）", share=4),
        Column("单位缴费（元）", share=4),
        Column("个人缴费（元）", share=4),
        Column("到账情况", "center", 4),
        Column("缴费单位", "center", 2),
    )
    return Table(paid.insurance, columns, rows, foot, text="这段时间没有缴费记录。", long=True)


def _employer_table(employers: tuple[str, ...]) -> tuple[Table, ...]:
    if not employers:
        return ()
    columns = (Column("序号", "center", 1), Column("单位名称", "left", 9))
    rows = tuple((str(i), name) for i, name in enumerate(employers, 1))
    return (Table("缴费单位", columns, rows),)


def _enrolment_tables(content: Enrolment) -> tuple[Table, ...]:
    rows = tuple(
        (
            line.insurance,
            STATES[line.state],
            month.to_text(line.since) if line.since else "没有登记",
            f"{line.months_total} 个月",
            f"{line.months_in_period} 个月",
            month.to_text(line.last_paid) if line.last_paid else "没有缴过",
        )
        for line in content.lines
    )
    columns = (
        Column("险种", "left", 6),
        Column("当前状态", "center", 3),
        Column("首次参保", "right", 3),
        Column("累计缴费", "right", 3),
        Column("期间缴费", "right", 3),
        Column("最近缴到", "right", 3),
    )
    summary = Table("参保情况", columns, rows, text="没有查到参保登记。")
    return (summary, *(_month_table(paid) for paid in content.paid), *_employer_table(content.employers))


def _contribution_tables(content: Contribution) -> tuple[Table, ...]:
    rows = []
    for paid in content.paid:
        arrived = [line for line in paid.months if line.state == "paid"]
        employer_fen = sum(line.employer_fen for line in arrived)
        person_fen = sum(line.person_fen for line in arrived)
        rows.append(
            (
                paid.insurance,
                f"{len(arrived)} 个月",
                f"{sum(line.backpay for line in arrived)} 个月",
                money.yuan(employer_fen),
                money.yuan(person_fen),
                money.yuan(employer_fen + person_fen),
            )
        )
    columns = (
        Column("险种", "left", 6),
        Column("到账", share=3),
        Column("其中补缴", share=3),
        Column("单位缴费（元）", share=4),
        Column("个人缴费（元）", share=4),
        Column("合计（元）", share=4),
    )
    summary = Table("合计", columns, tuple(rows), text="这段时间没有缴费记录。")
    return (summary, *(_month_table(paid) for paid in content.paid), *_employer_table(content.employers))


def _account_table(heading: str, account: AccountYear | None, spends: bool) -> Table:
    labels = ["年初余额（元）", "本年记入（元）", "本年利息（元）", "年末余额（元）"]
    if spends:
        labels.insert(2, "本年支出（元）")
    columns = tuple(map(Column, labels))
    if account is None:
        return Table(heading, columns, (), text="没有这个账户。")
    figures = [account.opening_fen, account.credit_fen, account.interest_fen, account.closing_fen]
    if spends:
        figures.insert(2, account.spent_fen)
    note = f"年利率 {account.rate}。" if account.rate else ""
    note += "利息还没有结算，数字会变。" if account.provisional else ""
    return Table(heading, columns, (tuple(map(money.yuan, figures)),), note=note)


def _payment_table(content: Statement) -> Table:
    columns = (
        Column("险种", "left", 6),
        Column("月数", share=3),
        Column("基数合计（元）", share=4),
        Column("单位缴费（元）", share=4),
        Column("个人缴费（元）", share=4),
        Column("财政补贴（元）", share=4),
        Column("至年末累计", share=4),
    )
    rows = tuple(
        (
            line.insurance,
            f"{line.months} 个月",
            money.yuan(line.base_fen) if line.base_fen is not None else "按年缴",
            money.yuan(line.employer_fen),
            money.yuan(line.person_fen),
            money.yuan(line.subsidy_fen),
            span(line.months_to_year_end),
        )
        for line in content.payments
    )
    return Table("缴费情况", columns, rows, text="这一年没有缴费记录。")


def _pool_table(content: Statement) -> Table:
    columns = (
        Column("类别", "left", 3),
        Column("次数", share=3),
        Column("费用合计（元）", share=4),
        Column("统筹基金（元）", share=4),
        Column("个人账户（元）", share=4),
        Column("个人现金（元）", share=4),
    )
    rows = tuple(
        (
            line.kind,
            f"{line.count} 次",
            *map(money.yuan, (line.total_fen, line.fund_fen, line.account_fen, line.cash_fen)),
        )
        for line in content.pool
    )
    return Table("就医费用由谁支付", columns, rows, text="这一年没有就医记录。")


def _benefit_table(content: Statement) -> Table:
    columns = (Column("待遇", "left", 6), Column("月数", share=3), Column("金额（元）", share=4))
    rows = tuple(
        (line.benefit, f"{line.months} 个月", money.yuan(line.amount_fen)) for line in content.benefits
    )
    return Table("领取待遇", columns, rows, text="这一年没有领取待遇。")


def _statement_tables(content: Statement, issuer: Issuer) -> tuple[Table, ...]:
    words = f"对内容有疑问，可在系统里提出核查，或拨 {issuer.hotline}。想要纸质的，可到经办大厅打印。"
    sections = [[_payment_table(content)]]
    if issuer.runs_pensions:
        sections.append([_account_table("养老保险个人账户", content.pension, spends=False)])
    sections += [
        [_account_table("医疗保险个人账户", content.medical, spends=True), _pool_table(content)],
        [_benefit_table(content)],
        [Table("说明", (), (), text=words)],
    ]
    return tuple(
        replace(table, heading=f"{letter}　{table.heading}")
        for letter, section in zip("ABCDE", sections, strict=False)
        for table in section
    )


def _decision_tables(content: Decision) -> tuple[Table, ...]:
    left, wide = Column("", "left", 0), Column("", "left", 1)
    result = "通过" if content.granted else "不通过"
    head = [("办件编号", content.case_no), ("申请事项", content.matter), ("结果", result)]
    if content.amount_fen:
        head.append(("核定金额", f"{money.yuan(content.amount_fen)} 元"))
    made = [
        Table(
            "决定", (replace(left, label="项目"), replace(wide, label="内容")), tuple(head), note=content.text
        )
    ]
    if content.reasons:
        why = (replace(wide, label="事实和理由"), replace(left, label="依据"))
        made.append(Table("理由", why, content.reasons))
    if content.figures:
        sums = bool(content.amount_fen)
        how = (
            replace(left, label="步骤" if sums else "项目"),
            Column("结果" if sums else "内容", "right", 0),
            replace(wide, label="算法或依据" if sums else "依据"),
        )
        made.append(Table("怎样算的" if sums else "结论", how, content.figures, long=True))
    columns = (replace(wide, label="怎么办"), replace(left, label="最晚"))
    made.append(Table("不同意怎么办", columns, content.remedy))
    return tuple(made)


def tables(content: Content, issuer: Issuer) -> tuple[Table, ...]:
    match content:
        case Enrolment():
            return _enrolment_tables(content)
        case Contribution():
            return _contribution_tables(content)
        case Statement():
            return _statement_tables(content, issuer)
        case Decision():
            return _decision_tables(content)
