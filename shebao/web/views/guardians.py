"""家人和代办: whom one may stand in for, and the switch between them."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting
from shebao.identity.asking import Request
from shebao.web import formats
from shebao.web.views.answering import page, signed_in, way_back


@require_safe
@signed_in
def listing(request: Request) -> HttpResponse:
    """/account/guardians/: whom this account may stand in for."""
    chosen = acting.current(request.actor)
    rows = [
        {
            "id": one.reach_id,
            "relation": one.relation,
            "as_what": acting.AS_WHAT[one.rule],
            "until": formats.date_full(clock.china(one.until).date()),
            "current": chosen is not None and chosen.reach_id == one.reach_id,
        }
        for one in acting.choices(request.actor)
    ]
    return page(request, "guardians", {"rows": rows})


@require_POST
@signed_in
def switch(request: Request) -> HttpResponse:
    """POST /account/acting/: `reach` chooses whom to stand in for; without it back to oneself."""
    wanted = request.POST.get("reach", "")
    if wanted and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        raise Refusal(
            "out_of_reach", "您现在不能替这个人办，所以没有换。", "看家人和代办", "/account/guardians/"
        )
    acting.choose(request.actor, reach_id=int(wanted) if wanted else None)
    return redirect(way_back(request, request.POST.get("next"), "/"))
