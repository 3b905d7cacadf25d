"""Invented people and what their certificates say; no figure belongs to anyone."""

from datetime import UTC, date, datetime
from pathlib import Path

from shebao.base import month
from shebao.documents.content import (
    AccountYear,
    BenefitLine,
    Contribution,
    Decision,
    Enrolment,
    EnrolmentLine,
    Holder,
    MonthLine,
    PaidInsurance,
    PoolPayment,
    Statement,
    YearPayment,
)
from shebao.documents.issuer import Issuer, read_issuer

ROOT = Path(__file__).parents[2]
PROFILES = ("jilin", "ebao", "guangxi")
NAME = "何晓梅"
NUMBER = "220102198203020426"
EMPLOYERS = ("宁溪市海棠纺织品有限责任公司", "宁溪市青禾食品加工有限公司")
NOW = datetime(2026, 11, 22, 1, 5, 7, 123_456, tzinfo=UTC)
HOLDER = Holder(name=NAME, id_number=NUMBER, sex=2, employer=EMPLOYERS[1])


def issuer(profile: str = "jilin") -> Issuer:
    """The issuer of a profile as it is deployed."""
    return read_issuer(ROOT / "profiles" / profile, "https://shebao.example.cn/")


def paid(insurance: str, since: int, until: int, employer_fen: int, person_fen: int) -> PaidInsurance:
    """Months without a gap; the last one on its way, 2024-02 back-paid."""
    months = month.between(since, month.plus(until, 1))
    return PaidInsurance(
        insurance=insurance,
        months=tuple(
            MonthLine(
                month=m,
                base_fen=650_000,
                employer_fen=employer_fen,
                person_fen=person_fen,
                state="paying" if m == until else "paid",
                employer=1 if m < 202405 else 2,
                backpay=m == 202402,
            )
            for m in months
        ),
    )


def enrolment() -> Enrolment:
    """参保证明 without month list."""
    names = ("企业职工基本养老保险", "失业保险", "工伤保险")
    return Enrolment(
        holder=HOLDER,
        since=202401,
        until=202610,
        as_of=date(2026, 11, 21),
        lines=tuple(
            EnrolmentLine(
                insurance=name,
                state="active",
                since=200903,
                months_total=207,
                months_in_period=33,
                last_paid=202609,
            )
            for name in names
        ),
    )


def contribution(since: int = 202401) -> Contribution:
    """缴费证明 over three pages."""
    return Contribution(
        holder=HOLDER,
        since=since,
        until=202610,
        as_of=date(2026, 11, 21),
        paid=(
            paid("企业职工基本养老保险", since, 202610, 104_000, 52_000),
            paid("失业保险", since, 202610, 4_550, 3_250),
        ),
        employers=EMPLOYERS,
    )


def statement() -> Statement:
    """个人权益记录单 with all sections."""
    return Statement(
        holder=HOLDER,
        year=2025,
        as_of=date(2025, 12, 31),
        payments=(
            YearPayment(
                insurance="企业职工基本养老保险",
                months=12,
                base_fen=7_800_000,
                employer_fen=1_248_000,
                person_fen=624_000,
                subsidy_fen=0,
                months_to_year_end=197,
            ),
        ),
        pension=AccountYear(
            opening_fen=8_123_456,
            credit_fen=624_000,
            interest_fen=121_852,
            spent_fen=0,
            closing_fen=8_869_308,
            rate="1.50%",
        ),
        medical=AccountYear(
            opening_fen=100_000,
            credit_fen=156_000,
            interest_fen=350,
            spent_fen=80_000,
            closing_fen=176_350,
        ),
        pool=(
            PoolPayment(
                kind="门诊",
                count=6,
                total_fen=230_000,
                fund_fen=120_000,
                account_fen=80_000,
                cash_fen=30_000,
            ),
        ),
        benefits=(BenefitLine(benefit="失业保险金", months=2, amount_fen=341_200),),
    )


def decision() -> Decision:
    """A claim granted, with its sum."""
    return Decision(
        holder=HOLDER,
        as_of=NOW.date(),
        case_no="BJ261122-000005",
        matter="住院费用手工报销",
        granted=True,
        text="您申请的住院费用手工报销已经通过。",
        amount_fen=444000,
        reasons=(),
        figures=(
            ("目录内费用", "8,000.00 元", "总费用－目录外－先行自付"),
            ("统筹支付", "4,440.00 元", "（目录内－起付线）×60%，不超过封顶线"),
        ),
        remedy=(("申请行政复议", "2027年1月21日"), ("向法院提起行政诉讼", "2027年5月24日")),
    )
