"""医保药品目录. Public, asks nothing, keeps nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shebao.base import clock
from shebao.rules.medical import drugs as rules
from shebao.web.views.answering import page


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
