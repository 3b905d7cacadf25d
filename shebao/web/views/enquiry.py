"""查询: enrolment, contributions, accounts, spending, and their files to take away."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from shebao.appointments import queries as visits
from shebao.base import clock, money
from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import catalogue, coming
from shebao.registry.accounts import queries as accounts
from shebao.registry.claims import queries as claims
from shebao.registry.contributions import gaps
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from shebao.registry.persons import queries as persons
from shebao.rules import regions
from shebao.web.pages import account as account_page
from shebao.web.pages import cases as cases_page
from shebao.web.pages import contributions as contributions_page
from shebao.web.pages import enrolment as enrolment_page
from shebao.web.pages import home as home_page
from shebao.web.pages import spending as spending_page
from shebao.web.pages import visits as visits_page
from shebao.web.views.answering import (
    acted_for,
    changes_first,
    consent_first,
    data_file,
    elder,
    hidden,
    number,
    page,
    signed_in,
    table_file,
    today,
)

EXPORT = "privacy.export"


@require_safe
@consent_first("enquiry.home")
def home(request: Request) -> HttpResponse:
    """/: the overview with a session, the public front without."""
    if request.token is None:
        return page(request, "public_home", {})
    if (news := changes_first(request)) is not None:
        return news
    if request.actor.role == "employer_agent":
        return HttpResponseRedirect("/employer/")
    if request.acting:
        scope = acting.scope(request.actor)
        rows = home_page.acting(scope, catalogue.offered(), elder=elder(request))
        return page(request, "home_acting", {"rows": rows, "mandate": scope is not None})
    try:
        document = persons.home(request.actor)
    except Refusal as refusal:
        if refusal.code != "login_required":
            raise
        return page(request, "public_home", {"signed_in": False})
    region = regions.name(document["region"]) if document["region"] else ""
    coming_up = coming.agenda(today=today(), by=request.actor)
    plain = {item.code: item.plain for item in catalogue.offered()}
    visit = visits.coming(now=clock.now(), by=request.actor)
    rows = cases_page.agenda(coming_up, plain, today=today())
    if visit:
        there = clock.china(visit.starts_at).date()
        sooner = sum(bool(one.supply_by and one.supply_by < there) for one in coming_up)
        rows.insert(sooner, visits_page.coming(visit, today()))
    document["agenda"] = rows
    context = home_page.page(
        document, region=region, today=today(), hidden=hidden(request), elder=elder(request)
    )
    return page(request, "home", context)


@require_safe
@consent_first("enquiry.enrolment")
@signed_in
def enrolment(request: Request) -> HttpResponse:
    """/me/enrolment."""
    return page(
        request,
        "enrolment",
        enrolment_page.page(enrolments.enrolments(request.actor, subject=acted_for(request)), today=today()),
    )


def explained(request: Request, **options: Any) -> dict[str, Any]:
    """Contributions of the insurance in the address, else of her main one, with gaps explained."""
    insurance = number(request.GET.get("insurance"), contributions.OWN, least=100, most=999)
    document = contributions.contributions(
        request.actor, insurance=insurance, subject=acted_for(request), **options
    )
    document["gaps"] = [asdict(gap) for gap in gaps.gaps(document)]
    return document


@require_safe
@consent_first("enquiry.contribution")
@signed_in
def contribution(request: Request) -> HttpResponse:
    """/me/contributions."""
    context = contributions_page.page(
        explained(request),
        today=today(),
        year=number(request.GET.get("year"), 0, most=2200),
        hidden=hidden(request),
        elder=elder(request),
    )
    return page(request, "contributions", context)


@require_safe
@signed_in
def contribution_table(request: Request) -> HttpResponse:
    """/me/contributions.csv, newest month first."""
    document = explained(request, process=EXPORT)
    rows = contributions_page.export_rows(document)
    return table_file(f"缴费记录-{document['insurance']}", contributions_page.EXPORT_HEAD, rows)


@require_safe
@signed_in
def contribution_data(request: Request) -> HttpResponse:
    """/me/contributions.json, amounts in fen."""
    document = explained(request, process=EXPORT)
    return data_file(f"缴费记录-{document['insurance']}", document)


@require_safe
@consent_first("enquiry.account")
@signed_in
def account(request: Request) -> HttpResponse:
    """/me/account."""
    context = account_page.page(
        accounts.accounts(request.actor, subject=acted_for(request)),
        today=today(),
        hidden=hidden(request),
        elder=elder(request),
    )
    return page(request, "account", context)


@require_safe
@signed_in
def account_table(request: Request) -> HttpResponse:
    """/me/account.csv, one row per account and year."""
    document = accounts.accounts(request.actor, subject=acted_for(request), process=EXPORT)
    head = ("账户", "年", "年初", "记入", "利息", "支出", "年末", "利率", "暂算")
    rows = [
        (
            account_page.NAMES.get(one["kind"], one["kind"]),
            year["year"],
            *(
                money.plain_yuan(year[f"{part}_fen"])
                for part in ("opening", "credit", "interest", "spent", "closing")
            ),
            year["rate"],
            "是" if year["provisional"] else "",
        )
        for one in document["accounts"]
        for year in one["years"]
    ]
    return table_file("个人账户", head, rows)


@require_safe
@signed_in
def account_data(request: Request) -> HttpResponse:
    """/me/account.json."""
    return data_file("个人账户", accounts.accounts(request.actor, subject=acted_for(request), process=EXPORT))


@require_safe
@signed_in
def enrolment_data(request: Request) -> HttpResponse:
    """/me/enrolment.json."""
    return data_file(
        "参保信息", enrolments.enrolments(request.actor, subject=acted_for(request), process=EXPORT)
    )


def spent(request: Request, *, detail: bool) -> HttpResponse:
    """Spending of the year in the address."""
    year = number(request.GET.get("year"), today().year, least=2000, most=2100)
    context = spending_page.page(
        claims.spending(request.actor, subject=acted_for(request), year=year, detail=detail),
        today=today(),
        number=number(request.GET.get("page"), 1, least=1, most=500),
        detail=detail,
        hidden=hidden(request),
        elder=elder(request),
    )
    return page(request, "spending", context)


@require_safe
@consent_first("enquiry.spending")
@signed_in
def spending(request: Request) -> HttpResponse:
    """/me/spending: kinds and amounts, no places."""
    return spent(request, detail=False)


@require_safe
@consent_first("enquiry.spending_detail")
@signed_in
def spending_detail(request: Request) -> HttpResponse:
    """/me/spending/detail: where and how long; needs a consent of its own."""
    return spent(request, detail=True)


@require_safe
@signed_in
def spending_table(request: Request) -> HttpResponse:
    """/me/spending.csv: the claims of a year, no places."""
    year = number(request.GET.get("year"), today().year, least=2000, most=2100)
    document = claims.spending(request.actor, subject=acted_for(request), year=year, process=EXPORT)
    return table_file(f"看病花费-{year}", spending_page.EXPORT_HEAD, spending_page.export_rows(document))
