"""/api/v1/calculators/…: the same questions, rules and explanations as the pages. Nobody is asked who they are."""

from datetime import date
from typing import Any, Literal

from django.conf import settings
from ninja import Router, Schema
from ninja.params.functions import Query

from shebao.api.doors import REFUSED
from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items.calculators.catalogue import BY_CODE, offered
from shebao.items.calculators.questions import Values
from shebao.rules import regions

router = Router(tags=["测算"])
MONTH: dict[str, Any] = {"ge": 190001, "le": 299912}
FEN: dict[str, Any] = {"ge": 0, "le": 10**12}
PLACE: Any = Query(..., pattern=r"^[0-9]{6}$", description="参保地，六位区划代码")


class CalculatorQuestion(Schema):
    """One question of a calculator."""

    name: str
    label: str
    kind: str
    hint: str
    optional: bool
    choices: list[dict[str, str]] = []


class Offered(Schema):
    """One calculator with its questions at the place this deployment serves."""

    code: str
    name: str
    official: str
    questions: list[CalculatorQuestion]


class Parameter(Schema):
    """A value of the law: where, from when to when, on which document, how certain."""

    key: str
    name: str
    value: str
    region: str
    region_name: str
    since: date
    until: date | None
    law: str
    confidence: Literal["high", "medium", "low", "demo"]
    confidence_name: str
    note: str


class StepRow(Schema):
    """One step, as on the page."""

    code: str
    name: str
    result: str
    words: list[str]
    parameters: list[Parameter]
    laws: list[str]
    confidence: Literal["high", "medium", "low", "demo"]
    confidence_name: str


class Calculation(Schema):
    """A result with its whole explanation. Amounts in fen; 仅供参考."""

    calculator: str
    title: str
    amount_fen: int | None
    figure: str
    sentences: list[str]
    refused: bool
    parts: list[dict[str, Any]]
    options: list[dict[str, Any]]
    scenarios: list[dict[str, Any]]
    steps: list[StepRow]
    missing: list[dict[str, str]]
    unsure: list[str]
    limits: list[dict[str, str]]
    laws: list[str]
    confidence: Literal["high", "medium", "low", "demo"]
    confidence_name: str
    disclaimer: str


ANSWERS: Any = {200: Calculation, **REFUSED}


def _home() -> str:
    return str(settings.DEPLOYMENT.get("area", {}).get("province", regions.NATION))


def _today() -> date:
    return clock.today_in_china(clock.now())


def _explained(code: str, values: Values) -> dict[str, object]:
    return BY_CODE[code].explain(values, home=_home(), today=_today()).as_json()


@router.get("/calculators", response=list[Offered], auth=None, summary="有哪些测算")
def calculator_list(request: Request) -> Any:
    """Every calculator and what it asks."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "official": one.official,
            "questions": [
                question.as_json() for question in one.questions(region="", home=_home(), today=_today())
            ],
        }
        for one in offered()
    ]


@router.get("/calculators/pension", response=ANSWERS, auth=None, summary="养老待遇测算")
def pension(
    request: Request,
    region: str = PLACE,
    birth: int = Query(..., **MONTH, description="出生年月，YYYYMM"),
    category: Literal["male60", "female55", "female50"] = Query(..., description="原来几岁退休"),
    paid_months: int = Query(..., ge=0, le=720, description="已缴月数"),
    base_fen: int = Query(..., **FEN, description="每月缴费工资，分"),
    account_fen: int = Query(..., **FEN, description="个人账户余额，分"),
    index_e6: int | None = Query(None, ge=1, le=10**7, description="平均缴费指数，百万分之一"),
    deemed_months: int | None = Query(None, ge=0, le=480, description="视同缴费月数"),
    option: Literal["earliest", "statutory", "latest"] = Query("statutory", description="提前、法定、延迟"),
) -> Any:
    """Retirement month, options, pension with three scenarios."""
    values: Values = {
        "region": region, "birth": birth, "category": category, "paid_months": paid_months, "base": base_fen,
        "account": account_fen, "index": index_e6, "deemed_months": deemed_months, "option": option,
    }  # fmt: skip
    return _explained("pension", values)


@router.get("/calculators/employee", response=ANSWERS, auth=None, summary="职工缴费测算")
def employee(
    request: Request,
    region: str = PLACE,
    month: int = Query(..., **MONTH, description="哪个月，YYYYMM"),
    wage_fen: int = Query(..., **FEN, description="月工资，分"),
    industry_class: int | None = Query(None, ge=1, le=8, description="工伤行业类别"),
) -> Any:
    """What an employee and the unit pay in a month."""
    values: Values = {"region": region, "month": month, "wage": wage_fen, "industry_class": industry_class}
    return _explained("employee", values)


@router.get("/calculators/flexible", response=ANSWERS, auth=None, summary="灵活就业缴费测算")
def flexible(
    request: Request,
    region: str = PLACE,
    month: int = Query(..., **MONTH, description="哪个月，YYYYMM"),
    tier: Literal["60", "80", "100", "200", "300"] = Query(..., description="档次，平均工资的百分之几"),
    count: int = Query(12, ge=1, le=12, description="缴几个月"),
) -> Any:
    """What a flexible worker pays at a tier."""
    return _explained("flexible", {"region": region, "month": month, "tier": tier, "count": count})


@router.get("/calculators/resident", response=ANSWERS, auth=None, summary="居民缴费测算")
def resident(
    request: Request,
    region: str = PLACE,
    grade_fen: int = Query(..., ge=1, le=10**8, description="一年缴多少，分"),
    years: int = Query(15, ge=1, le=60, description="一共缴几年"),
) -> Any:
    """居民养老 and 居民医保 of a year."""
    return _explained("resident", {"region": region, "grade": grade_fen, "years": years})


@router.get("/calculators/unemployment", response=ANSWERS, auth=None, summary="失业保险金测算")
def unemployment(
    request: Request,
    region: str = PLACE,
    paid_months: int = Query(..., ge=0, le=720, description="失业保险缴费月数"),
    reason: Literal["dismissed", "contract_expired", "employer_fault", "resigned", "retired"] = Query(
        ..., description="怎么离开单位的"
    ),
    registered: Literal["yes", "no"] = Query("yes", description="办失业登记了吗"),
    tier: Literal["unknown", "1", "2", "3"] = Query("unknown", description="最低工资档次"),
    unused_months: int | None = Query(None, ge=0, le=24, description="上次没领完的月数"),
) -> Any:
    """Whether, how long, how much."""
    values: Values = {
        "region": region, "paid_months": paid_months, "reason": reason, "registered": registered,
        "tier": tier, "unused_months": unused_months,
    }  # fmt: skip
    return _explained("unemployment", values)


@router.get("/calculators/maternity", response=ANSWERS, auth=None, summary="生育津贴测算")
def maternity(
    request: Request,
    average_fen: int = Query(..., ge=1, le=10**12, description="单位上年度职工月平均工资，分"),
    kind: Literal["normal", "difficult", "miscarriage_early", "miscarriage_late"] = Query(
        ..., description="顺产、难产、流产"
    ),
    babies: int = Query(1, ge=1, le=9, description="一次生几个"),
) -> Any:
    """Days of leave and the allowance."""
    return _explained("maternity", {"average": average_fen, "kind": kind, "babies": babies})


@router.get("/calculators/waiting", response=ANSWERS, auth=None, summary="居民医保待遇等待期测算")
def waiting(
    request: Request,
    in_window: Literal["yes", "no"] = Query(..., description="是在集中参保期缴费的吗"),
    broken_years: int = Query(0, ge=0, le=60, description="断保几年"),
    repaired_years: int = Query(0, ge=0, le=60, description="补缴几年"),
) -> Any:
    """Months to wait, and what repair saves."""
    values: Values = {
        "in_window": in_window,
        "broken_years": broken_years,
        "repaired_years": repaired_years,
    }
    return _explained("waiting", values)
