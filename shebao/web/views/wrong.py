"""这条不对: from a line of an enquiry to a case of checking it (权益记录异议), on one page."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from shebao.base import clock
from shebao.base import month as months
from shebao.identity.asking import Request
from shebao.items import handling
from shebao.web import formats
from shebao.web.forms import Plain
from shebao.web.views.answering import number, signed_in
from shebao.web.views.stepping import answered, show

ITEM = "record-dispute"
PLACES = {
    "enrolment": ("参保登记", "/me/enrolment"),
    "contribution": ("缴费记录", "/me/contributions"),
    "account": ("个人账户", "/me/account"),
    "claim": ("医保结算", "/me/spending"),
}


class Wrong(Plain):
    """What is wrong, in the person's words."""

    text = forms.CharField(
        label="哪里不对，应该是什么", min_length=4, max_length=500, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "写上哪里不对", "min_length": "再写清楚一点"},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def wrong(request: Request) -> HttpResponse:
    """/me/wrong: the line that was open is filled in; the person only says what is wrong."""
    line = _line(request)
    name, back = PLACES[line["what"]]
    when = formats.month_text(int(line["since"]))
    about = f"{name}，{when}" + (f"，编号 {line['reference']}" if line.get("reference") else "")
    context = {
        "title": "这条记录不对", "sub": about, "back": back, "back_name": name, "button": "申请核查",
        "action": f"/me/wrong?{request.GET.urlencode()}", "facts_title": "接着会怎样",
        "facts": (("谁来核", "经办机构对照缴费和登记，书面答复。"), ("进度", "在“我的办件”里看，有结果会发消息。")),
    }  # fmt: skip
    if request.method != "POST":
        return show(request, Wrong(), context)

    def work(values: dict[str, Any]) -> HttpResponse:
        now, by = clock.now(), request.actor
        no = handling.start(ITEM, now=now, by=by)
        handling.answer(no, line | {"text": values["text"]}, now=now, by=by)
        handling.submit(no, now=now, by=by)
        return redirect(f"/cases/{no}/receipt/")

    return answered(request, Wrong(request.POST), context, work)


def _line(request: Request) -> dict[str, str]:
    """Kind, month and reference of the line; what is no line of ours becomes this month's."""
    what = request.GET.get("what", "")
    now = months.of(clock.today_in_china(clock.now()))
    since = number(request.GET.get("month"), now, least=195101, most=now)
    since = since if 1 <= since % 100 <= 12 else now
    found = {"what": what if what in PLACES else "contribution", "since": str(since)}
    reference = number(request.GET.get("ref"), 0)
    return found | {"reference": str(reference)} if reference and found["what"] == "claim" else found
