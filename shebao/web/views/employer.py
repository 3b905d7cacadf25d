"""单位经办: overview, roster, bill and arrears of the employer an agent speaks for. Nobody else comes in."""

from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import catalogue, employers, handling, wage_list
from shebao.privacy import gate, masks, vault
from shebao.registry.employers import workers
from shebao.registry.models import Employer
from shebao.web.pages import employer as employer_page
from shebao.web.views.answering import View, number, page, signed_in, table_file, today

MOST_PAGES = 10_000
MOST_BYTES = 400_000
BASES = "base-declaration"


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


@require_http_methods(["GET", "POST"])
@for_agent
def bases(request: Request) -> HttpResponse:
    """/employer/bases/: a list is read whole; a faulty one is told line by line and not kept."""
    faults: list[str] = []
    with _opened(request) as grant:
        unit = workers.employer(grant)
        if request.method == "POST":
            text, faults = _list(request, grant)
    if request.method == "POST" and not faults:
        now, by = clock.now(), request.actor
        no = handling.start(BASES, now=now, by=by)
        handling.answer(no, {"lines": text}, now=now, by=by)
        return redirect(f"/cases/{no}/edit/")
    context = employer_page.bases(faults)
    response = _page(request, "employer_bases", unit, context)
    response.status_code = 422 if faults else 200
    return response


@require_safe
@for_agent
def blank(request: Request) -> HttpResponse:
    """/employer/bases.csv: the columns of a list, and nobody in it."""
    return table_file("缴费工资申报", wage_list.HEAD, [])


def _list(request: Request, grant: gate.Grant) -> tuple[str, list[str]]:
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        return "", ["还没有选文件。" if file is None else "文件太大了，请分开报。"]
    try:
        text = wage_list.decoded(file.read())
    except Refusal as refusal:
        return "", [refusal.message]
    lines, wrong = wage_list.read(text)
    wrong += wage_list.matched(grant, lines)[1]
    if not lines and not wrong:
        return "", ["名单里还没有人。"]
    return text, [str(fault) for fault in sorted(wrong, key=lambda fault: fault.number)]


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
