"""单位经办: overview, roster, bill and arrears of the employer an agent speaks for. Nobody else comes in."""

from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases.item import Item
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.items import catalogue, employers, handling, name_list
from shebao.privacy import gate, masks, vault
from shebao.registry.employers import workers
from shebao.registry.models import Employer, Enrolment
from shebao.rules.identity import citizen
from shebao.web.pages import employer as employer_page
from shebao.web.views.answering import View, number, page, signed_in, table_file, today

MOST_PAGES = 10_000
MOST_BYTES = 400_000
LONGEST = 40


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
        billed, owed = employers.billed(grant), employers.late(grant, today=today())
    offered = [item for item in catalogue.offered() if item.applicants == ("employer",)]
    context = employer_page.home(unit, people, billed, owed, offered, today=today())
    jobless = {"jobless": employers.lists_jobless()}
    return _page(request, "employer_home", unit, context | jobless)


@require_http_methods(["GET", "POST"])
@for_agent
def roster(request: Request) -> HttpResponse:
    """/employer/roster/: names hidden in part; every person on the page finds the look in her ledger.

    One among thousands is sought by her number, which never stands in an address.
    """
    at = number(request.GET.get("page"), 1, least=1, most=MOST_PAGES)
    words = request.POST.get("q", "").strip()[:LONGEST]
    checked = citizen.inspect(words)
    with _opened(request) as grant:
        unit, people = workers.employer(grant), workers.count(grant)
        if not words:
            found = workers.page(grant, at)
        elif checked.valid:
            found = _one(grant, checked.normalised)
        else:
            found = []
        spells = workers.many_of_employer(found, unit)
        rows = [_worker(one, spells[one.subject_id]) for one in found]
    context = employer_page.roster(rows, people, at, size=workers.PAGE)
    sought = {"q": words, "wrong": bool(words) and not checked.valid}
    return _page(request, "employer_roster", unit, context | sought)


def _one(grant: gate.Grant, id_number: str) -> list[gate.Grant]:
    """The one on the roster with this number; nobody else is opened."""
    worker = workers.numbered(grant, id_number=id_number)
    return [] if worker is None else [workers.opened(grant, worker, items=workers.READS, case="")]


@require_safe
@for_agent
def bill(request: Request) -> HttpResponse:
    """/employer/bill/: amounts of a month for each insurance."""
    month = number(request.GET.get("month"), 0, least=190001, most=299912)
    with _opened(request) as grant:
        unit, billed = workers.employer(grant), employers.billed(grant, month=month)
        waiting = employers.waiting(grant)
    rates = employers.rates(unit, billed)
    context = employer_page.bill(billed, rates, waiting, month=month, today=today())
    return _page(request, "employer_bill", unit, context)


@require_safe
@for_agent
def arrears(request: Request) -> HttpResponse:
    """/employer/arrears/: months owed, with late fees as of today."""
    with _opened(request) as grant:
        unit, owed = workers.employer(grant), employers.late(grant, today=today())
    return _page(request, "employer_arrears", unit, employer_page.arrears(owed, today=today()))


@require_http_methods(["GET", "POST"])
@for_agent
def names(request: Request, kind: str) -> HttpResponse:
    """/employer/joiners|leavers|bases/: a list is read whole; a faulty one is told line by line and not kept."""
    item, told = catalogue.item(employer_page.BY_KIND[kind]), employer_page.LISTS[kind]
    with _opened(request) as grant:
        unit = workers.employer(grant)
    faults: list[str] = []
    if request.method == "POST":
        no, faults = _handed(request, item)
        if no:
            return redirect(f"/cases/{no}/edit/")
    context = employer_page.name_list(kind, told, faults) | {"jobless": employers.lists_jobless()}
    response = _page(request, "employer_list", unit, context)
    response.status_code = 422 if faults else 200
    return response


@require_safe
@for_agent
def blank(request: Request, kind: str) -> HttpResponse:
    """/employer/<kind>.csv: the columns of a list, and nobody in it."""
    told = employer_page.LISTS[kind]
    return table_file(told.file, told.head, [])


def _handed(request: Request, item: Item) -> tuple[str, list[str]]:
    """The draft of a faultless list; else what to mend, and no draft."""
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        return "", ["还没有选文件。" if file is None else "文件太大了，一份最多 400 KB，请分开报。"]
    now, by = clock.now(), request.actor
    try:
        text = name_list.decoded(file.read())
        no = handling.start(item.code, now=now, by=by)
        handling.answer(no, {"lines": text}, now=now, by=by)
    except Refusal as refusal:
        if refusal.code not in ("invalid_input", "precondition_unmet"):
            raise
        return "", [refusal.message]
    faults = [
        one.text for one in handling.draft(no, thorough=True, now=now, by=by).findings if not one.passed
    ]
    if faults:
        handling.withdraw(no, now=now, by=by)
        return "", faults
    return no, []


def _worker(one: gate.Grant, spells: list[Enrolment]) -> dict[str, Any]:
    values = vault.read(one, workers.READS[:2])
    return employer_page.worker(
        masks.mask("person.name", values.get("person.name", "")),
        masks.mask("person.id_number", values.get("person.id_number", "")),
        [spell for spell in employers.running(spells) if spell.insurance in employers.insurances()],
    )


def _page(request: Request, template: str, unit: Employer, context: dict[str, Any]) -> HttpResponse:
    shown = {"unit": unit.name, "uscc": unit.uscc, "acting": None}
    return page(request, template, shown | context)
