"""/account/card/: binding the social-security card, each kind of data agreed by itself."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.identity.methods import card
from shebao.privacy import consent
from shebao.web import formats
from shebao.web.forms_identity import Card, blame


@require_http_methods(["GET", "POST"])
def page(request: Request) -> HttpResponse:
    """What is bound; or the form: number, query password, and one unticked box for each kind."""
    if request.actor.is_visitor:
        raise Refusal("login_required", next_url=f"/login?{urlencode({'next': request.path})}")
    notices = card.notices()
    if request.method == "GET" and (since := card.linked_since(request.actor)):
        return render(request, "web/card.html", _bound(request, since))
    form = Card(request.POST if request.method == "POST" else None)
    ticked = dict(value.partition("=")[::2] for value in request.POST.getlist("agree"))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                card.link(
                    request.actor,
                    card_number=form.cleaned_data["card_number"],
                    password=form.cleaned_data["password"],
                    agreed=ticked,
                    now=clock.now(),
                )
            except Refusal as refusal:
                blame(form, refusal)
                status = refusal.status
            else:
                return redirect("/account/card/")
    kinds = [
        {"value": f"{code}={notice.hash}", "notice": notice, "ticked": ticked.get(code) == notice.hash}
        for code, notice in notices.items()
    ]
    context = {"form": form, "binding": kinds[0], "kinds": kinds[1:]}
    return render(request, "web/card.html", context, status=status)


@require_POST
def unlink(request: Request) -> HttpResponse:
    """Unbinds; every enquiry that rested on the card stops."""
    if request.actor.is_visitor:
        raise Refusal("login_required")
    card.unlink(request.actor, now=clock.now())
    return redirect("/account/card/")


def _bound(request: Request, since: Any) -> dict[str, Any]:
    given = [
        {"name": one.name, "valid": one.valid, "process": one.process}
        for one in consent.standings(request.actor)
        if one.process in card.KINDS
    ]
    return {"since": formats.moment_full(since), "given": given}
