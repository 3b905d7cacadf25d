"""个人账户: balance with its date, next interest day, growth in steps, year by year."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shebao.web import formats
from shebao.web.charts import area
from shebao.web.charts.plot import nothing

NAMES = {"pension": "养老个人账户", "medical": "医保个人账户"}


def account(row: Mapping[str, Any], *, today: date, hidden: bool, elder: bool) -> dict[str, Any]:
    """One account in words and as a plot."""
    fields = (
        "year",
        "opening_fen",
        "credit_fen",
        "interest_fen",
        "spent_fen",
        "closing_fen",
        "rate",
        "provisional",
    )
    years = [area.Year(**{name: year[name] for name in fields}) for year in row["years"]]
    last = years[-1] if years else None
    facts = [("开户", formats.month_text(row["opened"]))]
    if last and last.rate:
        facts.append((f"{last.year} 年记账利率", f"{last.rate}（暂算）" if last.provisional else last.rate))
    if row.get("next_interest_on"):
        facts.append(("下次结息", formats.date_cn(row["next_interest_on"], today)))
    return {
        "kind": row["kind"],
        "wrong": f"/me/wrong?what=account&month={row['balance_on'][:4]}{row['balance_on'][5:7]}",
        "name": NAMES.get(row["kind"], row["kind"]),
        "balance_fen": row["balance_fen"],
        "on": f"到 {formats.date_cn(row['balance_on'], today)}",
        "facts": facts,
        "plot": nothing("金额已隐藏") if hidden else area.steps(years, elder=elder),
        "interest": "" if hidden else formats.yuan_unit(sum(year.interest_fen for year in years)),
        "since": years[0].year if years else 0,
    }


def page(
    document: Mapping[str, Any], *, today: date, hidden: bool = False, elder: bool = False
) -> dict[str, Any]:
    """Context of web/account.html from `registry.accounts.queries.accounts`."""
    return {
        "accounts": [account(row, today=today, hidden=hidden, elder=elder) for row in document["accounts"]],
        "hidden": hidden,
        "as_of": document["as_of"],
        "today": today,
    }
