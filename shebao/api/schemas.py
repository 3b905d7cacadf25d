"""Shapes of /api/v1. Amounts are fen, months YYYYMM, days ISO 8601."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict


class Strict(Schema):
    """A body that takes the declared fields and no others (field_not_declared)."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """RFC 9457 problem document: code, one plain Chinese sentence, next step."""

    type: str
    title: str
    status: int
    code: str
    next: str = ""
    next_url: str | None = None
    field: str | None = None


class ContributionRow(Schema):
    """One month of one insurance."""

    month: int
    kind: str
    state: str
    base_fen: int
    employer_fen: int
    person_fen: int
    subsidy_fen: int
    employer: int | None
    paid_on: date | None


class Contributions(Schema):
    """缴费记录."""

    outcome: Literal["allowed"]
    entry: int
    as_of: datetime
    insurance: int
    insurance_name: str
    count: int
    months_total: int
    person_fen: int
    employer_fen: int
    employers: dict[str, str]
    rows: list[ContributionRow]


class PersonBasics(Schema):
    """性别、出生日期、参保地."""

    sex: int
    birth_date: date
    region: str


class EnrolmentRow(Schema):
    """One spell of insurance."""

    insurance: int
    insurance_name: str
    state: str
    person_type: str
    employer: str | None
    since: int
    until: int | None
    reason: str
    months: int
    last_paid: int | None
    first_paid: int | None


class Enrolments(Schema):
    """参保信息."""

    outcome: Literal["allowed"]
    entry: int
    as_of: datetime
    person: PersonBasics | None
    enrolments: list[EnrolmentRow]


class AccountYear(Schema):
    """One year of an account; closing = opening + credit + interest - spent."""

    year: int
    opening_fen: int
    credit_fen: int
    interest_fen: int
    spent_fen: int
    closing_fen: int
    rate: str
    provisional: bool


class AccountRow(Schema):
    """养老 or 医保 account."""

    kind: str
    balance_fen: int
    balance_on: date
    opened: int
    years: list[AccountYear]


class Accounts(Schema):
    """个人账户."""

    outcome: Literal["allowed"]
    entry: int
    as_of: datetime
    accounts: list[AccountRow]


class SpendingTotals(Schema):
    """Settled amounts of the year."""

    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    count: int


class SpendingMonth(Schema):
    """Settled amounts of a month."""

    month: int
    fund_fen: int
    account_fen: int
    cash_fen: int


class SpendingKind(Schema):
    """Settled amounts of outpatient, inpatient or pharmacy."""

    kind: str
    count: int
    total_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int


class ClaimRow(Schema):
    """One settlement; institution, level and days only under enquiry.spending_detail."""

    id: int
    on: date
    settled_on: date | None
    kind: str
    state: str
    total_fen: int
    eligible_fen: int
    fund_fen: int
    account_fen: int
    cash_fen: int
    institution: str | None
    level: int | None
    days: int | None


class Spending(Schema):
    """医保花费 of one year."""

    outcome: Literal["allowed"]
    entry: int
    as_of: datetime
    year: int
    totals: SpendingTotals
    months: list[SpendingMonth]
    kinds: list[SpendingKind]
    claims: list[ClaimRow]
    years: list[int]


class GapRow(Schema):
    """断缴: months since..until inclusive."""

    since: int
    until: int
    months: int
    cause: str
    before: str
    after: str


class LateRow(Schema):
    """补缴."""

    since: int
    until: int
    months: int
    paid_on: str


class Gaps(Schema):
    """断缴和补缴 explained."""

    insurance: int
    gaps: list[GapRow]
    late: list[LateRow]


class LookedEntry(Schema):
    """One access to the person's data."""

    entry: int
    at: datetime
    kind: str
    role: str
    unit: str
    staff_tail: str
    who: str
    process: str
    process_name: str
    purpose: str
    basis: str
    items: list[str]
    writes: list[str]
    outcome: str
    case: str | None
    reason: str | None
    leaf: int | None
    questioned: bool


class LookedMonth(Schema):
    """How often, by month and by whom."""

    month: int
    who: str
    count: int


class Looked(Schema):
    """谁看过我的信息."""

    outcome: Literal["allowed"]
    entry: int
    as_of: datetime
    entries: list[LookedEntry]
    months: list[LookedMonth]
    others_30d: int
    refused_30d: int


class Office(Schema):
    """经办机构."""

    id: int
    name: str
    region: str
    district: str
    address: str
    hours: str
    services: str


class Employer(Schema):
    """用人单位, public facts."""

    uscc: str
    name: str
    region: str
    state: str
    registered_on: date


class Employers(Schema):
    """A page of employers."""

    employers: list[Employer]
    more: bool


class PolicyVersion(Schema):
    """One published text."""

    part: str
    version: str
    updated_on: date
    effective_on: date
    text_hash: str
    state: str


Anything = dict[str, Any]
