"""Tags and filters of the pages: numbers and days as people write them, icons, and the parts of a page."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BoundField
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shebao.base import clock
from shebao.web import formats
from shebao.web.charts.plot import Plot

register = template.Library()

register.filter("yuan", formats.yuan)
register.filter("yuan_unit", formats.yuan_unit)
register.filter("month_text", formats.month_text)
register.filter("years_months", formats.years_months)
register.filter("date_full", formats.date_full)
register.filter("moment_full", formats.moment_full)
register.filter("masked_tail", formats.tail)
register.filter("spoken", formats.spoken)
register.filter("phone", formats.phone)
register.filter("groups", formats.groups)
register.filter("counted", formats.count)


def today_of(context: Context) -> date:
    """The day a page is written for: its own `today`, else the day in China."""
    given = context.get("today")
    return given if isinstance(given, date) else clock.today_in_china(clock.now())


@register.filter
def headline(sentence: str) -> str:
    """A sentence as a heading: without its full stop."""
    return sentence.rstrip("。")


@register.filter
def month_range(since: int, until: int | None) -> str:
    """Two months as a closed range."""
    return formats.month_range(since, until)


@register.simple_tag(takes_context=True)
def date_cn(context: Context, value: date | str | None) -> str:
    """A day, without its year in the current one."""
    return formats.date_cn(value, today_of(context))


@register.simple_tag(takes_context=True)
def moment_cn(context: Context, value: datetime | str | None) -> str:
    """A day and time."""
    return formats.moment_cn(value, today_of(context))


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A drawing from parts/symbols.html; it always stands beside a word, so it is hidden from readers."""
    cls = "i i-s" if size == "small" else "i"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', cls, name)


@register.simple_tag
def mark(name: str, tone: str = "") -> SafeString:
    """An icon on its tinted square; tones: "" brand, n neutral, w needs you, b refused."""
    cls = f"mark {tone}".strip()
    return format_html(
        '<span class="{}"><svg class="i" aria-hidden="true"><use href="#i-{}"/></svg></span>', cls, name
    )


@register.simple_tag
def chip(word: str, tone: str = "") -> SafeString:
    """A state in one word."""
    return format_html('<span class="{}">{}</span>', f"chip {tone}".strip(), word)


@register.simple_tag
def span_figure(months: int) -> SafeString:
    """A span of months as the big figure: 17 年 3 个月."""
    words = formats.years_months(months).split()
    parts = [
        format_html("{}<small>{}</small>", number, unit)
        for number, unit in zip(words[::2], words[1::2], strict=True)
    ]
    return format_html('<p class="num">{}</p>', mark_safe("".join(parts)))  # noqa: S308 - parts are escaped


@register.simple_tag
def money_figure(fen: int | None, hidden: bool = False) -> SafeString:
    """An amount as the big figure; a missing or hidden one is a word."""
    text = formats.yuan(fen, hidden=hidden)
    if text in (formats.UNKNOWN, formats.HIDDEN):
        return format_html('<p class="num"><small>{}</small></p>', text)
    return format_html('<p class="num">{}<small>元</small></p>', text)


@register.inclusion_tag("web/parts/cell.html")
def cell(
    url: str, name: str, sub: str = "", icon: str = "", tone: str = "n", value: str = ""
) -> dict[str, str]:
    """A row that is one link: icon, name, second line, value."""
    return {"url": url, "name": name, "sub": sub, "icon": icon, "tone": tone, "value": value}


@register.inclusion_tag("web/parts/plot.html")
def plot(drawing: Plot, folded: bool = True, legend: bool = True) -> dict[str, object]:
    """A drawing with its legend, its note and its table twin."""
    return {"plot": drawing, "folded": folded, "legend": legend}


@register.inclusion_tag("web/parts/empty.html")
def empty(what: str, why: str = "", url: str = "", step: str = "", icon: str = "list") -> dict[str, str]:
    """Nothing here: what, why, and where to go instead."""
    return {"what": what, "why": why, "url": url, "step": step, "icon": icon}


@register.inclusion_tag("web/parts/segments.html")
def segments(items: Sequence[Mapping[str, Any]], label: str) -> dict[str, object]:
    """Neighbouring pages as segments: {url, name, current}."""
    return {"items": items, "label": label}


@register.inclusion_tag("web/parts/filters.html")
def filters(items: Sequence[Mapping[str, Any]], label: str) -> dict[str, object]:
    """Filters of a list as links: {url, name, current}."""
    return {"items": items, "label": label}


@register.inclusion_tag("web/parts/pages.html")
def pages(newer: str = "", older: str = "", by_time: bool = True) -> dict[str, str]:
    """Links to the neighbouring parts of a list, which is sorted by time or not."""
    back, on = ("看更近的", "看更早的") if by_time else ("上一页", "下一页")
    return {"newer": newer, "older": older, "back": back, "on": on}


@register.inclusion_tag("web/parts/errors.html")
def errors(form: object) -> dict[str, object]:
    """What to change before the form can go on; each line leads to its field."""
    return {"form": form}


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, hint: str = "", reveal: bool = False) -> dict[str, object]:
    """A labelled field: hint under the label, error between hint and box, value kept."""
    hint = hint or str(bound.help_text)
    told = [f"{bound.auto_id}-h"] if hint else []
    told += [f"{bound.auto_id}-e"] if bound.errors else []
    attributes: dict[str, Any] = {"aria-describedby": " ".join(told)} if told else {}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {"field": bound, "hint": hint, "widget": bound.as_widget(attrs=attributes), "reveal": reveal}


@register.inclusion_tag("web/parts/tick.html")
def tick(bound: BoundField, off: str = "") -> dict[str, object]:
    """A check box with its sentence; `off` says why it cannot be ticked yet."""
    return {"field": bound, "off": off, "checked": bool(bound.value())}


@register.simple_tag(takes_context=True)
def here(context: Context) -> str:
    """The address of this page, for coming back to it."""
    request = context.get("request")
    return str(request.get_full_path()) if request is not None else str(context.get("path", "/"))
