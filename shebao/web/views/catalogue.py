"""医保目录查询: institutions under agreement and the drug catalogue. Public, asks nothing, keeps nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shebao.base import clock
from shebao.registry.institutions import queries
from shebao.rules import regions
from shebao.rules.medical import drugs as rules
from shebao.web.views.answering import number, page

LEVELS = {1: "一级", 2: "二级", 3: "三级"}


@require_safe
def institutions(request: HttpRequest) -> HttpResponse:
    """/catalogue/institutions/: where the medical insurance pays directly."""
    words = request.GET.get("q", "").strip()[:40]
    kind = request.GET.get("kind", "")
    at = number(request.GET.get("page"), 1, least=1, most=500)
    found, more = queries.institutions(words=words, kind=kind, page=at)
    link = f"/catalogue/institutions/?q={words}&kind={kind if kind in queries.KINDS else ''}&page="
    rows = [
        {
            "name": one.name,
            "sub": regions.name(one.region),
            "mark": f"{LEVELS.get(one.level, '')}{queries.KINDS[one.kind]}",
            "icon": "hosp",
        }
        for one in found
    ]
    context = {
        "title": "查定点医院和药店",
        "sub": "在这些地方看病买药，医保能直接结算。",
        "path": "/catalogue/institutions/",
        "hint": "医院、社区或药店的名称",
        "q": words,
        "rows": rows,
        "older": f"{link}{at + 1}" if more else "",
        "newer": f"{link}{at - 1}" if at > 1 else "",
        "kinds": [
            {"url": f"/catalogue/institutions/?q={words}&kind={code}", "name": name, "current": code == kind}
            for code, name in {"": "全部", **queries.KINDS}.items()
        ],
        "none": "请换一个词，或者只写名称里的几个字。",
    }
    return page(request, "lookup", context)


@require_safe
def drugs(request: HttpRequest) -> HttpResponse:
    """/catalogue/drugs/: whether a drug is in the catalogue; a demonstration extract, and it says so."""
    words = request.GET.get("q", "").strip()[:40]
    found = rules.drugs(words, clock.today_in_china(clock.now()), allow_demo=True)
    rows = [
        {
            "name": one.name,
            "sub": "。".join(part for part in (one.form, rules.CLASSES[one.grade], one.limits) if part),
            "mark": f"{one.grade}类",
            "icon": "",
        }
        for one in found
    ]
    context = {
        "title": "查医保药品",
        "sub": "这是演示目录，不是正式药品目录，仅供参考。",
        "path": "/catalogue/drugs/",
        "hint": "药品通用名，例如二甲双胍",
        "q": words,
        "rows": rows,
        "kinds": [],
        "none": "请照药盒上的通用名写，不要写商品名。",
    }
    return page(request, "lookup", context)
