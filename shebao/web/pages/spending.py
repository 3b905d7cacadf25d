"""看病花费: one bar of 100 %, what still runs, months, kinds, single claims without places."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shebao.base import money
from shebao.web import formats, words
from shebao.web.charts import bars, stack
from shebao.web.charts.plot import nothing

PER_PAGE = 20
ELDER_PER_PAGE = 3


def finding(totals: Mapping[str, Any], year: int, today: date) -> str:
    """What share the insurance carried, in words."""
    when = "今年" if year == today.year else f"{year} 年"
    whole, fund = totals["total_fen"], totals["fund_fen"]
    if whole <= 0:
        return f"{when}没有就医记录"
    if fund <= 0:
        return f"{when}看病一共花了"
    part = fund * 100 // whole
    bands = (
        (90, "几乎全部"),
        (70, "大半"),
        (55, "一半多"),
        (45, "近一半"),
        (25, "三成左右"),
        (0, "一小部分"),
    )
    words_of = next(text for least, text in bands if part >= least)
    return f"{when}看病，医保付了{words_of}"


def paid_by(claim: Mapping[str, Any]) -> str:
    """Who paid one claim, in one line."""
    parts = (
        ("个人账户付", claim["account_fen"]),
        ("您自己付", claim["cash_fen"]),
        ("医保付", claim["fund_fen"]),
    )
    paying = [(name, fen) for name, fen in parts if fen]
    if len(paying) == 1:
        return f"都由{paying[0][0]}"
    return (
        f"您自己付 {formats.yuan(claim['cash_fen'])}"
        if claim["cash_fen"]
        else f"医保付 {formats.yuan(claim['fund_fen'])}"
    )


def claim_line(claim: Mapping[str, Any], *, today: date, hidden: bool) -> dict[str, Any]:
    """A claim by kind and amount; places and days only where the query brought them."""
    name, drawing = words.CLAIM_KINDS.get(claim["kind"], (claim["kind"], "hosp"))
    settled = claim["state"] == "settled"
    where = [claim.get("institution") or "", words.INSTITUTION_LEVELS.get(claim.get("level") or 0, "")]
    days = claim.get("days")
    return {
        "name": name,
        "icon": drawing,
        "on": claim["on"],
        "day": formats.date_cn(claim["on"], today),
        "amount": formats.yuan(claim["total_fen"], hidden=hidden),
        "paid_by": "" if hidden else paid_by(claim) if settled else "还没结算",
        "where": "，".join(part for part in where if part),
        "days": f"住院 {days} 天" if days else "",
        "part": f"个人账户付 {formats.yuan(claim['account_fen'])}"
        if claim["account_fen"] and not hidden
        else "",
        "reference": claim["id"],
        "wrong": f"/me/wrong?what=claim&month={claim['on'][:4]}{claim['on'][5:7]}&ref={claim['id']}",
    }


def pending(claims: Sequence[Mapping[str, Any]], *, hidden: bool) -> list[dict[str, str]]:
    """Claims that still run: named and not counted."""
    running = []
    for claim in claims:
        if claim["state"] != "settled":
            kind = words.CLAIM_KINDS.get(claim["kind"], (claim["kind"], ""))[0]
            amount = "" if hidden else f"{formats.yuan_unit(claim['total_fen'])}，"
            running.append(
                {"name": f"{int(claim['on'][5:7])}月{kind}费还没算进来", "sub": f"{amount}正在结算"}
            )
    return running


def months_finding(months: Sequence[bars.SpendingMonth]) -> str:
    """The headline over the months."""
    if not months:
        return "每个月的花费"
    most = max(months, key=lambda entry: (entry.total_fen, entry.month))
    return f"{most.month % 100}月花得最多"


EXPORT_HEAD = ("日期", "类别", "状态", "总费用", "医保付", "个人账户付", "自己付")


def export_rows(document: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The rows of the table file, newest first, amounts in yuan; no places."""
    return [
        (
            claim["on"],
            words.CLAIM_KINDS.get(claim["kind"], (claim["kind"], ""))[0],
            "已结算" if claim["state"] == "settled" else "还没结算",
            *(money.plain_yuan(claim[name]) for name in ("total_fen", "fund_fen", "account_fen", "cash_fen")),
        )
        for claim in document["claims"]
    ]


def page(
    document: Mapping[str, Any],
    *,
    today: date,
    number: int = 1,
    detail: bool = False,
    hidden: bool = False,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/spending.html from `registry.claims.queries.spending` or `spending_detail`."""
    year, totals = document["year"], document["totals"]
    months = [
        bars.SpendingMonth(row["month"], row["fund_fen"], row["account_fen"], row["cash_fen"])
        for row in document["months"]
    ]
    parts = [
        stack.Part("f2", "统筹基金", totals["fund_fen"]),
        stack.Part("f1", "您自己付", totals["cash_fen"]),
        stack.Part("fp", "个人账户", totals["account_fen"]),
    ]
    when = "今年看病" if year == today.year else f"{year} 年看病"
    path = "/me/spending/detail" if detail else "/me/spending"
    per = ELDER_PER_PAGE if elder else PER_PAGE
    claims = document["claims"][(number - 1) * per : number * per]
    whole = totals["total_fen"]
    bar = nothing("金额已隐藏") if hidden else stack.share_bar(parts, what=when, elder=elder)
    until = today.month if year == today.year else 12
    return {
        "year": year,
        "finding": finding(totals, year, today),
        "total_fen": whole,
        "bar": bar,
        "parts": [
            {
                "swatch": key.swatch,
                "word": part.word,
                "amount": formats.yuan(part.size),
                "share": formats.share(part.size, whole),
            }
            for part, key in zip(parts, bar.key, strict=True)
        ]
        if bar.key
        else [],
        "pending": pending(document["claims"], hidden=hidden),
        "months": nothing("金额已隐藏")
        if hidden
        else bars.spending(months, year=year, until=until, elder=elder),
        "months_finding": months_finding(months),
        "claims": [claim_line(claim, today=today, hidden=hidden) for claim in claims],
        "older": f"{path}?year={year}&page={number + 1}" if len(document["claims"]) > number * per else "",
        "newer": f"{path}?year={year}&page={number - 1}" if number > 1 else "",
        "years": [
            {"url": f"{path}?year={other}", "name": f"{other}年", "current": other == year}
            for other in sorted({*document["years"], year}, reverse=True)[:5]
        ],
        "detail": detail,
        "hidden": hidden,
        "as_of": document["as_of"],
        "today": today,
    }
