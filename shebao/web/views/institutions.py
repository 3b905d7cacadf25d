"""定点医药机构: where the medical insurance pays directly, by name, kind, city and district, or by distance."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.privacy import grants, register
from shebao.registry.institutions import queries
from shebao.registry.models import Institution
from shebao.rules import regions
from shebao.web.views.answering import number, page, signed_in
from shebao.web.views.visits import LOCATION, NEARBY

HOME = "/catalogue/institutions/"
MILLION = 1_000_000


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """/catalogue/institutions/: public, asks nothing, keeps nothing."""
    asked = _asked(request)
    at = number(request.GET.get("page"), 1, least=1, most=500)
    found, more = queries.institutions(**asked, page=at)
    cities = queries.cities()
    context = {
        "q": asked["words"],
        "rows": [_row(one) for one in found],
        "older": _link(asked, page=at + 1) if more else "",
        "newer": _link(asked, page=at - 1) if at > 1 else "",
        "kept": {"kind": asked["kind"], "region": asked["region"], "district": asked["district"]},
        "kinds": _choices(asked, "kind", {"": "全部种类", **queries.KINDS}),
        "cities": _choices(asked, "region", {"": "全部城市"} | {code: regions.name(code) for code in cities}),
        "districts": _choices(
            asked, "district", {"": "全部区县"} | {name: name for name in queries.districts(asked["region"])}
        )
        if asked["region"]
        else [],
        "nearby": f"{HOME}nearby?{urlencode({'kind': asked['kind']})}" if offers_nearby() else "",
    }
    return page(request, "institutions", context)


@require_safe
def one(request: HttpRequest, institution: int) -> HttpResponse:
    """/catalogue/institutions/<id>/: level, address, hours."""
    found = queries.one(min(institution, 2**31 - 1))
    facts = (
        ("种类", queries.described(found)),
        ("城市", f"{regions.name(found.region)}{found.district}"),
        ("地址", found.address),
        ("营业时间", found.hours),
    )
    return page(request, "institution", {"name": found.name, "facts": [row for row in facts if row[1]]})


@require_safe
def nearby(request: Request) -> HttpResponse:
    """/catalogue/institutions/nearby: explained first; distances are worked out on the reader's device."""
    if not offers_nearby():
        raise Refusal("not_found", "这里不用位置。", "按城市选", HOME)
    return _nearby(request)


@signed_in
def _nearby(request: Request) -> HttpResponse:
    book = register.current()
    kind = request.GET.get("kind", "")
    rows = [
        {
            "url": f"{HOME}{one.id}/",
            "name": one.name,
            "sub": f"{queries.described(one)}，{one.address}",
            "longitude": f"{(one.longitude_e6 or 0) / MILLION:.6f}",
            "latitude": f"{(one.latitude_e6 or 0) / MILLION:.6f}",
        }
        for one in queries.placed(kind=kind)
    ]
    near = {
        "title": "用您的位置，排出最近的机构",
        "sorted": "离您最近的医院和药店",
        "fallback": "按城市和区县选，一样能查",
        "back": HOME,
        "back_name": "定点医院和药店",
        "own": HOME,
    }
    return page(
        request, "visit_nearby", {"permission": grants.grantables(book)[LOCATION], "near": near, "rows": rows}
    )


def offers_nearby() -> bool:
    """Whether this deployment may use a position for institutions: its declared use names them."""
    features = settings.DEPLOYMENT.get("features", {})
    return bool(features.get("institutions_nearby")) and NEARBY in register.current().process


def _asked(request: HttpRequest) -> dict[str, Any]:
    kind, region = request.GET.get("kind", ""), request.GET.get("region", "")
    return {
        "words": request.GET.get("q", "").strip()[:40],
        "kind": kind if kind in queries.KINDS else "",
        "region": region if region.isascii() and region.isdigit() and len(region) == 6 else "",
        "district": request.GET.get("district", "")[:20],
    }


def _row(one: Institution) -> dict[str, Any]:
    place = one.address or f"{regions.name(one.region)}{one.district}"
    return {
        "url": f"{HOME}{one.id}/",
        "name": one.name,
        "sub": place,
        "note": one.hours,
        "mark": queries.described(one),
    }


def _choices(asked: dict[str, Any], name: str, words: dict[str, str]) -> list[dict[str, Any]]:
    """Links that change one choice; another city forgets the district."""
    rest = {"district": ""} if name == "region" else {}
    return [
        {"url": _link(asked | rest | {name: code}), "name": word, "current": code == asked[name]}
        for code, word in words.items()
    ]


def _link(asked: dict[str, Any], **more: int) -> str:
    given = {
        "q": asked["words"],
        "kind": asked["kind"],
        "region": asked["region"],
        "district": asked["district"],
    }
    query = urlencode({name: value for name, value in (given | more).items() if value})
    return f"{HOME}?{query}" if query else HOME
