"""参保信息: one line per scheme with its state, unit and start."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from shebao.base import month as months
from shebao.web import formats, words


def scheme(row: Mapping[str, Any]) -> dict[str, Any]:
    """One enrolment in words."""
    state, tone = words.ENROLMENT_STATES.get(row["state"], (row["state"], "n"))
    current = row["until"] is None and row["state"] in ("active", "suspended")
    who = row["employer"] or words.PERSON_TYPES.get(row["person_type"], row["person_type"])
    span = (
        f"{formats.month_text(row['since'])}起"
        if current
        else formats.month_range(row["since"], months.plus(row["until"], -1) if row["until"] else None)
    )
    paid = ""
    if current and row["months"] and row["insurance"] in words.YEARLY:
        paid = f"一年缴一次，共 {row['months']} 次，最近是 {formats.month_text(row['last_paid'])}"
    elif current and row["months"]:
        paid = f"累计 {formats.years_months(row['months'])}，到账到 {formats.month_text(row['last_paid'])}"
    return {
        "name": row["insurance_name"],
        "state": state,
        "tone": tone,
        "lines": [who, f"{span}，{row['reason']}" if row["reason"] else span],
        "paid": paid,
        "url": f"/me/contributions?insurance={row['insurance']}" if row["months"] else "",
        "current": current,
        "wrong": f"/me/wrong?what=enrolment&month={row['since']}",
    }


def together(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Former enrolments of the same unit and time as one line with all their insurances."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        view = scheme(row)
        groups.setdefault((view["state"], view["tone"], *view["lines"]), []).append(row)
    return [
        {"state": state, "tone": tone, "who": who, "span": span,
         "wrong": f"/me/wrong?what=enrolment&month={found[0]['since']}",
         "names": "、".join(words.short_insurance(row["insurance"]) for row in found)}
        for (state, tone, who, span), found in groups.items()
    ]  # fmt: skip


def page(document: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Context of web/enrolment.html from `registry.enrolments.queries.enrolments`."""
    rows = document["enrolments"]
    schemes = [scheme(row) for row in rows]
    active = [row for row in document["enrolments"] if row["state"] == "active" and row["until"] is None]
    names = "、".join(words.short_insurance(row["insurance"]) for row in active)
    retired = [row for row in rows if row["state"] == "retired" and row["until"] is None]
    after = "、".join(words.short_insurance(row["insurance"]) for row in retired)
    otherwise = f"已退休，不用再缴：{after}" if retired else "现在没有正在参保的险种"
    return {
        "current": [entry for entry in schemes if entry["current"]],
        "past": together([row for row, entry in zip(rows, schemes, strict=True) if not entry["current"]]),
        "finding": f"正在参保 {len(active)} 种：{names}" if active else otherwise,
        "person": document["person"],
        "as_of": document["as_of"],
        "today": today,
    }
