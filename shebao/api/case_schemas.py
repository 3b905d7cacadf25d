"""Shapes of items and cases in /api/v1. Amounts are fen, days ISO 8601."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from shebao.api.schemas import Strict

Answer = Annotated[str, Field(max_length=2000)]


class Basis(Schema):
    """Law and article, and what it gives in our words."""

    law: str
    article: str
    says: str


class PaperWanted(Schema):
    """A material, with the article that allows asking for it."""

    code: str
    name: str
    sample: str
    optional: bool
    basis: Basis


class ItemQuestion(Schema):
    """A question; `when`: only after one of these answers."""

    key: str
    label: str
    kind: str
    hint: str
    choices: dict[str, str]
    optional: bool
    when: dict[str, list[str]]


class Brief(Schema):
    """事项 in the list."""

    code: str
    number: str
    name: str
    plain: str
    directory: str
    instant: bool
    events: list[str]


class Described(Brief):
    """事项 whole: everything a person sees before starting."""

    summary: str
    result: str
    limit_days: int
    working_days: bool
    due_if_sent_today: date | None
    fee: Literal["free"] = "free"
    applicants: dict[str, str]
    laws: list[Basis]
    refusals: dict[str, Basis]
    questions: list[ItemQuestion]
    materials: list[PaperWanted]
    purpose: str
    reads: list[str]
    writes: list[str]
    bundle: list[str]


class Condition(Schema):
    """预检的一行."""

    code: str
    passed: bool
    text: str
    rule: str
    next_step: str
    next_url: str


class Checked(Schema):
    """预检: the conditions as they stand now."""

    may_start: bool
    findings: list[Condition]


class Order(Strict):
    """Which item to start."""

    item: str = Field(pattern=r"^[a-z0-9-]{1,60}$")


class Answers(Strict):
    """Answers by key, as text."""

    answers: dict[str, Answer] = Field(max_length=60)


class Written(Schema):
    """草稿: what is answered, asked, missing; `held` names what the registry already has."""

    no: str
    item: str
    state: str
    answers: dict[str, str]
    asked: list[ItemQuestion]
    held: list[str]
    missing: list[str]
    findings: list[Condition]
    pages: dict[str, int]


class Sent(Schema):
    """回执."""

    no: str
    item: str
    state: str
    submitted_at: datetime | None
    due_on: date | None
    provisional: bool
    effect: str


class CaseListed(Schema):
    """办件 in the list."""

    no: str
    code: str
    name: str
    state: str
    state_word: str
    yours: bool
    due_on: date | None
    supply_by: date | None
    late: bool
    touched_at: datetime
    bundle: str


class Walked(Schema):
    """办理环节: what, when, by which role and unit; never by whom."""

    at: datetime
    act: str
    word: str
    source: str
    target: str
    role: str
    unit: str
    entry: int


class Lack(Schema):
    """告知事项."""

    material: str
    note: str
    page: int | None


class Halted(Schema):
    """Days [since, until) that do not count."""

    cause: str
    since: date
    until: date | None


class Reason(Schema):
    """A fact and its rule."""

    code: str
    text: str
    rule: str


class Decided(Schema):
    """决定: amount in fen; `certificate`: its document among the bearer's own.

    The remedy in a sentence, and the last day of each way there is: 行政复议, 行政诉讼, 再次鉴定 (劳动能力鉴定 only).
    """

    granted: bool
    text: str
    amount_fen: int
    reasons: list[Reason]
    figures: list[list[str]]
    remedy: str
    reconsider_by: date | None
    sue_by: date | None
    again_by: date | None
    certificate: int | None


class Viewed(CaseListed):
    """办件 as its person sees it. `left`: working days, negative when late."""

    submitted_at: datetime | None
    limit_days: int
    left: int | None
    provisional: bool
    holder: str
    steps: list[Walked]
    halts: list[Halted]
    lacking: list[Lack]
    answers: list[list[str]]
    decision: Decided | None
    effect: str
    may: list[str]
    may_review: bool
    stars: int | None


class Objection(Strict):
    """申请复核: why."""

    text: str = Field(min_length=4, max_length=1000)


class Rating(Strict):
    """满意度: one star to five."""

    stars: int = Field(ge=1, le=5)
