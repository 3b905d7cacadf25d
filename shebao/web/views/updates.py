"""/privacy/policy/change: a grave change of the policy, shown once before the next page; both answers weigh the same."""

from urllib.parse import quote

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance
from shebao.identity.asking import Request
from shebao.notices import updates
from shebao.privacy import policy
from shebao.web import formats
from shebao.web.pages import policy as policy_page
from shebao.web.views.answering import page, way_back

ADDRESS = "/privacy/policy/change"


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request) -> HttpResponse:
    """What changes, was and is; yes goes on, no leads to the rights centre, closing decides nothing."""
    if request.token is None or request.actor.is_visitor:
        raise Refusal("login_required")
    sent = request.POST if request.method == "POST" else request.GET
    part, version, back = sent.get("part", ""), sent.get("version", ""), way_back(request, sent.get("next"))
    documents = [one for one in policy.stored() if one.head.part == part]
    places = [place for place, one in enumerate(documents) if one.head.version == version]
    if not places:
        raise Refusal("not_found")
    if request.method == "POST":
        return _decide(request, part, version, back)
    new = documents[places[0]]
    old = documents[places[0] - 1] if places[0] else None
    told = policy_page.change(old, new) or {"parts": []}
    if request.method == "GET":
        updates.shown(part, version, now=clock.now(), by=request.actor)
    effects = [
        ("同意", "按新的办，马上生效。"),
        ("不同意", "照旧能查、能办，只是新增的可选功能不能用。"),
    ]
    context = told | {
        "parts": [one | {"effects": effects} for one in told["parts"]],
        "effective": formats.date_full(new.head.effective_on),
        "action": ADDRESS,
        "name": new.head.title,
        "part": part,
        "version": version,
        "next": back,
        "summary": new.head.summary,
    }
    return page(request, "policy_change", {"change": context})


def _decide(request: Request, part: str, version: str, back: str) -> HttpResponse:
    assert request.token is not None
    now = clock.now()
    yes = request.POST.get("decision") == "give"
    if yes:
        acceptance.accept_part(request.token, part, version, seen_at=now, now=now)
    updates.choose(part, version, choice="accepted" if yes else "declined", now=now, by=request.actor)
    return HttpResponseRedirect(back if yes else f"/privacy/rights/?kept={quote(part)}")
