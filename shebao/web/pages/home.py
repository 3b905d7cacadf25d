"""首页: the figure of years paid, three amounts, who looked, the services that work."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.cases.item import Item
from shebao.web import formats, words
from shebao.web.charts import grid
from shebao.web.charts.plot import Plot, nothing
from shebao.web.pages.items import row as item_row

SERVICES = (
    ("/me/contributions", "list", "缴费记录"),
    ("/me/enrolment", "id", "参保信息"),
    ("/me/account", "wal", "个人账户"),
    ("/me/spending", "hosp", "看病花费"),
    ("/certificates/", "file", "开证明"),
    ("/verify/", "shield", "核验证明"),
    ("/appointments/", "cal", "预约办理"),
    ("/employers/", "bldg", "查单位"),
)
STOPPED_AFTER = 3
HEADS = {170: "居民养老累计缴费", 310: "职工医保累计缴费", 390: "居民医保累计缴费"}
ELDER_SERVICES = (
    ("/me/contributions", "list", "我的缴费"),
    ("/me/spending", "hosp", "看病花费"),
    ("/certificates/", "file", "开证明"),
    ("/privacy/who-looked/", "eye", "谁看过我的信息"),
)


ACTING = (
    ("/me/enrolment", "参保信息", "参加了哪些保险", "id", "enquiry.enrolment"),
    ("/me/contributions", "缴费记录", "哪些月份缴了", "list", "enquiry.contribution"),
    ("/me/account", "个人账户", "余额和每年的变化", "wal", "enquiry.account"),
    ("/me/spending", "看病花费", "今年花了多少", "hosp", "enquiry.spending"),
    ("/cases/", "办件进度", "替对方办的到哪一步", "list", "handle.own"),
    ("/items/", "办事", "能替对方办的事", "edit", "items"),
)
ELDER_ACTING = 4


def acting(scope: Sequence[str] | None, items: Sequence[Item], *, elder: bool) -> list[dict[str, str]]:
    """What can be opened for the person stood in for (代办): all of it, or what her mandate names."""
    rows = [
        {"url": url, "name": name, "sub": sub, "icon": icon}
        for url, name, sub, icon, process in ACTING
        if scope is None or process in scope
    ]
    if scope is not None:
        rows += [item_row(item) for item in items if item.code in scope]
    return rows[:ELDER_ACTING] if elder and scope is None else rows


def looked(document: Mapping[str, Any]) -> str:
    """Who looked in the last thirty days, in one line."""
    others, refused = document["others_30d"], document["refused_30d"]
    if not others and not refused:
        return "近 30 天没有别人看过"
    stopped = f"，拦下 {refused} 次" if refused else ""
    return f"近 30 天别人看过 {others} 次{stopped}" if others else f"近 30 天拦下 {refused} 次"


def figures(document: Mapping[str, Any], *, today: date, hidden: bool) -> list[dict[str, str]]:
    """The three small amounts; one that does not exist is left out."""
    wanted = (
        ("/me/account", "养老个人账户", document["pension_balance_fen"]),
        ("/me/account#medical", "医保账户", document["medical_balance_fen"]),
        ("/me/spending", "今年自付医疗", document["year_cash_fen"]),
    )
    return [
        {"url": url, "name": name, "value": formats.yuan(fen, hidden=hidden)}
        for url, name, fen in wanted
        if fen is not None
    ]


def strip(last: Sequence[tuple[int, str]], *, today: date, yearly: bool, elder: bool) -> Plot:
    """Twelve months in a row; one sentence for those who pay yearly or have stopped paying."""
    if not last:
        return nothing("还没有缴费记录")
    newest = max(month for month, _ in last)
    if yearly:
        return nothing(f"一年缴一次，最近是 {formats.month_text(newest)}")
    if newest < months.plus(months.of(today), -STOPPED_AFTER):
        return nothing(f"缴到 {formats.month_text(newest)}")
    return grid.strip(last, elder=elder)


def page(
    document: Mapping[str, Any],
    *,
    region: str,
    today: date,
    hidden: bool = False,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/home.html from `registry.queries.home`."""
    last = [(row["month"], row["state"]) for row in document["last12"]]
    kind = words.PERSON_TYPES.get(document.get("person_type") or "", "")
    insurance = document["insurance"]
    yearly = insurance in words.YEARLY
    services: tuple[tuple[str, str, str], ...] = ELDER_SERVICES if elder else SERVICES
    if yearly:
        own = f"/me/contributions?insurance={insurance}"
        services = tuple(
            (own if url == "/me/contributions" else url, icon, name) for url, icon, name in services
        )
    return {
        "name": document["name"],
        "place": "·".join(part for part in (region, kind) if part),
        "agenda": document.get("agenda", []),
        "months": (document["months"] or 0) * (12 if yearly else 1),
        "head": HEADS.get(insurance or 0, "养老保险累计缴费"),
        "strip": strip(last, today=today, yearly=yearly, elder=elder),
        "figures": figures(document, today=today, hidden=hidden),
        "looked": looked(document),
        "services": services,
        "hidden": hidden,
        "today": today,
    }
