"""/api/v1/me/…: what the agency keeps about the bearer. Each call is an entry of the ledger."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from ninja import Router
from ninja.params.functions import Query

from shebao.api import schemas
from shebao.api.doors import REFUSED, raw
from shebao.identity.asking import Request
from shebao.privacy import looked
from shebao.registry.accounts import queries as accounts
from shebao.registry.claims import queries as claims
from shebao.registry.contributions import gaps
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments

router = Router(tags=["查询"])
PERSON = Query(None, ge=1, le=2**63 - 1, description="人员序号；不写就是本人，写别人的由总账记下并拒绝")
INSURANCE = Query(
    contributions.PENSION, ge=100, le=999, description="险种代码，例如 110 企业职工基本养老保险"
)


@router.get("/enrolments", response={200: schemas.Enrolments, **REFUSED}, summary="参保信息")
def enrolment_list(request: Request, subject: int | None = PERSON) -> HttpResponse:
    """Which insurances, since when, with whom."""
    return raw(enrolments.enrolments_text(request.actor, subject=subject))


@router.get("/contributions", response={200: schemas.Contributions, **REFUSED}, summary="缴费记录")
def contribution_list(
    request: Request,
    insurance: int = INSURANCE,
    since: int = Query(190001, ge=190001, le=999912, description="从哪个月，YYYYMM"),
    until: int = Query(999912, ge=190001, le=999912, description="到哪个月，YYYYMM"),
    subject: int | None = PERSON,
) -> HttpResponse:
    """Served by `hot.contributions`; declared here for the schema."""
    answer = contributions.contributions_text(
        request.actor, insurance=insurance, since=since, until=until, subject=subject
    )
    return raw(answer)


@router.get("/contributions/gaps", response={200: schemas.Gaps, **REFUSED}, summary="断缴和补缴的解释")
def gap_list(request: Request, insurance: int = INSURANCE, subject: int | None = PERSON) -> dict[str, Any]:
    """Months that were not paid, or paid late, and why."""
    answer = contributions.contributions(request.actor, insurance=insurance, subject=subject)
    return {
        "insurance": insurance,
        "gaps": [asdict(gap) for gap in gaps.gaps(answer)],
        "late": [asdict(late) for late in gaps.late_payments(answer)],
    }


@router.get("/account", response={200: schemas.Accounts, **REFUSED}, summary="个人账户")
def account_list(request: Request, subject: int | None = PERSON) -> HttpResponse:
    """Pension and medical account, year by year, with interest."""
    return raw(accounts.accounts_text(request.actor, subject=subject))


@router.get("/spending", response={200: schemas.Spending, **REFUSED}, summary="医保花费")
def spending(
    request: Request,
    year: int = Query(..., ge=2000, le=2100, description="年份"),
    detail: bool = Query(False, description="同时给出就诊机构（敏感信息，单独记录）"),
    subject: int | None = PERSON,
) -> HttpResponse:
    """Settlements of one year; where they happened only when asked for."""
    return raw(claims.spending_text(request.actor, year=year, detail=detail, subject=subject))


@router.get("/who-looked", response={200: schemas.Looked, **REFUSED}, summary="谁看过我的信息")
def who_looked(
    request: Request,
    before: int | None = Query(None, ge=1, le=2**63 - 1, description="只要这条以前的"),
    who: str = Query("", max_length=10, description="self staff partner system visitor refused"),
) -> HttpResponse:
    """Every access to the bearer's data, newest first."""
    return raw(looked.who_looked_text(request.actor, before=before, who=who))
