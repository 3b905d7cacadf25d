"""What a certificate says, built by the 事项 from registry answers. Amounts in fen, months YYYYMM."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from shebao.privacy import masks

Kind = Literal["enrolment", "contribution", "statement", "decision"]
KINDS: dict[Kind, str] = {
    "enrolment": "参保证明",
    "contribution": "缴费证明",
    "statement": "个人权益记录单",
    "decision": "办件决定书",
}
ASKED: tuple[Kind, ...] = ("enrolment", "contribution", "statement")
SEX = {1: "男", 2: "女"}
State = Literal["active", "suspended", "terminated", "retired"]
STATES: dict[State, str] = {
    "active": "正常参保",
    "suspended": "暂停参保",
    "terminated": "终止参保",
    "retired": "已退休",
}
Arrival = Literal["paid", "paying", "arrears"]
ARRIVALS: dict[Arrival, str] = {"paid": "已到账", "paying": "缴款中", "arrears": "欠费"}


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The person named (姓名, 社会保障号码, 性别) and the unit now paying."""

    name: str
    id_number: str
    sex: int
    employer: str = ""
    masked: bool = False

    @property
    def last4(self) -> str:
        """What the verifier is asked for; remains in the masked variant."""
        return self.id_number[-4:].upper()

    @property
    def shown_name(self) -> str:
        """The name as this variant prints it."""
        return masks.name(self.name) if self.masked else self.name

    @property
    def shown_number(self) -> str:
        """The number as this variant prints it."""
        return masks.tail(self.id_number) if self.masked else self.id_number


@dataclass(frozen=True, kw_only=True)
class EnrolmentLine:
    """One insurance (险种): state, first month, months paid in all and within the period."""

    insurance: str
    state: State
    since: int | None
    months_total: int
    months_in_period: int
    last_paid: int | None


@dataclass(frozen=True, kw_only=True)
class MonthLine:
    """One paid month (费款所属期). `employer` counts into `PaidInsurance.employers`; `backpay` marks 补缴."""

    month: int
    base_fen: int | None
    employer_fen: int
    person_fen: int
    state: Arrival
    employer: int | None = None
    backpay: bool = False


@dataclass(frozen=True, kw_only=True)
class PaidInsurance:
    """The months of one insurance within the period, oldest first."""

    insurance: str
    months: tuple[MonthLine, ...]


@dataclass(frozen=True, kw_only=True)
class YearPayment:
    """One insurance in one year: months, sums, and months accumulated to the year's end."""

    insurance: str
    months: int
    base_fen: int | None
    employer_fen: int
    person_fen: int
    subsidy_fen: int
    months_to_year_end: int


@dataclass(frozen=True, kw_only=True)
class AccountYear:
    """One personal account in one year (个人账户). `rate` as printed, empty where none applies."""

    opening_fen: int
    credit_fen: int
    interest_fen: int
    spent_fen: int
    closing_fen: int
    rate: str = ""
    provisional: bool = False


@dataclass(frozen=True, kw_only=True)
class PoolPayment:
    """What was spent on treatment of one kind, by who paid (统筹, 个人账户, 现金)."""

    kind: str
    count: int
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int


@dataclass(frozen=True, kw_only=True)
class BenefitLine:
    """One benefit received in the year (待遇)."""

    benefit: str
    months: int
    amount_fen: int


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """参保证明, with the month list where it was asked for."""

    holder: Holder
    since: int
    until: int
    as_of: date
    lines: tuple[EnrolmentLine, ...]
    paid: tuple[PaidInsurance, ...] = ()
    employers: tuple[str, ...] = ()
    kind: Literal["enrolment"] = "enrolment"


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """缴费证明: every month of the period, by insurance."""

    holder: Holder
    since: int
    until: int
    as_of: date
    paid: tuple[PaidInsurance, ...]
    employers: tuple[str, ...] = ()
    kind: Literal["contribution"] = "contribution"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """个人权益记录单 of one year. A missing account is None and left out, never shown as zero."""

    holder: Holder
    year: int
    as_of: date
    payments: tuple[YearPayment, ...]
    pension: AccountYear | None = None
    medical: AccountYear | None = None
    pool: tuple[PoolPayment, ...] = ()
    benefits: tuple[BenefitLine, ...] = ()
    kind: Literal["statement"] = "statement"

    @property
    def since(self) -> int:
        """January of the year."""
        return self.year * 100 + 1

    @property
    def until(self) -> int:
        """December of the year."""
        return self.year * 100 + 12


@dataclass(frozen=True, kw_only=True)
class Decision:
    """办件决定书: what was decided on one application, why, how it was worked out, and the remedy.

    `reasons`: (fact, rule); `figures`: (label, value, rule); `remedy`: (way, last day).
    """

    holder: Holder
    as_of: date
    case_no: str
    matter: str
    granted: bool
    text: str
    amount_fen: int = 0
    reasons: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    remedy: tuple[tuple[str, str], ...] = ()
    kind: Literal["decision"] = "decision"

    @property
    def since(self) -> int:
        """The month of the decision."""
        return self.as_of.year * 100 + self.as_of.month

    @property
    def until(self) -> int:
        """The same month."""
        return self.since


Content = Enrolment | Contribution | Statement | Decision


def masked(content: Content) -> Content:
    """The same content for a third party: name and number hidden, nothing else changed."""
    return replace(content, holder=replace(content.holder, masked=True))
