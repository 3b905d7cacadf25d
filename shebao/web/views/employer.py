"""单位经办: overview, roster, bill and arrears of the employer an agent speaks for. Nobody else comes in."""

from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import catalogue, employers
from shebao.privacy import gate, masks, vault
from shebao.registry.employers import workers
from shebao.registry.models import Employer
from shebao.web.pages import employer as employer_page
from shebao.web.views.answering import View, number, page, signed_in, today

MOST_PAGES = 10_000


def for_agent(view: View) -> View:
    """Only an employer's agent, speaking for her employer; the choice is made for her once."""

    @wraps(view)
    @signed_in
    def checked(request: Request, *args: Any, **values: Any) -> HttpResponse:
        actor = request.actor
        if actor.role != "employer_agent":
            raise Refusal("out_of_reach", "这里是单位经办人用的，您用不了。", "回首页", "/")
        if actor.acting is None or actor.acting.rule != "employer":
            own = [one for one in acting.choices(actor) if one.rule == "employer"]
            if not own:
                raise Refusal("out_of_reach", "您的经办授权已经结束。", "看怎样开通", "/register/agent")
            acting.choose(actor, reach_id=own[0].reach_id)
            request.actor = gate.actor_of(request.token)
        return view(request, *args, **values)

    return checked


def _opened(request: Request) -> Any:
    by = request.actor
    return gate.open(by, employers.PURPOSE, items=employers.READS, subject=by.person_id)


@require_safe
@for_agent
def home(request: Request) -> HttpResponse:
    """/employer/: how many people, this month's bill, what is owed, what can be done."""
    with _opened(request) as grant:
        unit, people = workers.employer(grant), workers.count(grant)
        billed, owed = workers.bill(grant), employers.late(grant, today=today())
    offered = [item for item in catalogue.offered() if item.applicants == ("employer",)]
    context = employer_page.home(unit, people, billed, owed, offered, today=today())
    return _page(request, "employer_home", unit, context)


@require_safe
@for_agent
def roster(request: Request) -> HttpResponse:
    """/employer/roster/: names hidden in part; every person on the page finds the look in her ledger."""
    at = number(request.GET.get("page"), 1, least=1, most=MOST_PAGES)
    with _opened(request) as grant:
        unit, people = workers.employer(grant), workers.count(grant)
        rows = [_worker(one, unit) for one in workers.page(grant, at)]
    context = employer_page.roster(rows, people, at, size=workers.PAGE)
    return _page(request, "employer_roster", unit, context)


@require_safe
@for_agent
def bill(request: Request) -> HttpResponse:
    """/employer/bill/: amounts of a month for each insurance."""
    month = number(request.GET.get("month"), 0, least=190001, most=299912)
    with _opened(request) as grant:
        unit, billed = workers.employer(grant), workers.bill(grant, month=month)
    return _page(request, "employer_bill", unit, employer_page.bill(billed, month=month, today=today()))


@require_safe
@for_agent
def arrears(request: Request) -> HttpResponse:
    """/employer/arrears/: months owed, with late fees as of today."""
    with _opened(request) as grant:
        unit, owed = workers.employer(grant), employers.late(grant, today=today())
    return _page(request, "employer_arrears", unit, employer_page.arrears(owed, today=today()))


def _worker(one: gate.Grant, unit: Employer) -> dict[str, Any]:
    values = vault.read(one, workers.READS[:2])
    spells = employers.running(workers.of_employer(one, unit))
    return employer_page.worker(
        masks.mask("person.name", values.get("person.name", "")),
        masks.mask("person.id_number", values.get("person.id_number", "")),
        spells,
    )


def _page(request: Request, template: str, unit: Employer, context: dict[str, Any]) -> HttpResponse:
    shown = {"unit": unit.name, "uscc": unit.uscc, "acting": None}
    return page(request, template, shown | context)
