"""缴费记录: years and months, gaps with their cause, the month grid, yearly bars, units, single months."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings

from shebao.base import money
from shebao.base import month as months
from shebao.web import formats, words
from shebao.web.charts import bars, grid
from shebao.web.charts.plot import Table, nothing

USUAL = (110, 310, 210, 410)
RESIDENT = (170, 390)
PAID = "paid"
WITHOUT_UNIT = {"transfer": "从外地转入", "fund": words.CONTRIBUTION_KINDS["fund"]}
Row = Mapping[str, Any]


def states(rows: Iterable[Row], gaps: Iterable[Row]) -> dict[int, str]:
    """The state of every known month; a paid row wins over any other of the same month."""
    found: dict[int, str] = {}
    for gap in gaps:
        word = "arrears" if gap["cause"] == "arrears" else "gap"
        found |= dict.fromkeys(months.between(gap["since"], months.plus(gap["until"], 1)), word)
    for row in rows:
        month = row["month"]
        if row["state"] == PAID:
            kind = row["kind"] if row["kind"] in ("backpay", "transfer") else PAID
            found[month] = PAID if found.get(month) == PAID else kind
        elif found.get(month) not in grid.PAID:
            found[month] = row["state"]
    return found


def by_year(rows: Iterable[Row], gaps: Iterable[Row]) -> list[bars.Year]:
    """Yearly sums of what has arrived."""
    paid: dict[int, set[int]] = defaultdict(set)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    missing: dict[int, int] = defaultdict(int)
    for row in rows:
        year = row["month"] // 100
        if row["state"] != PAID:
            sums[year]
            continue
        paid[year].add(row["month"])
        for place, column in enumerate(("person_fen", "employer_fen", "subsidy_fen")):
            sums[year][place] += row[column]
    for gap in gaps:
        for month in months.between(gap["since"], months.plus(gap["until"], 1)):
            missing[month // 100] += 1
    years = sorted(set(sums) | set(missing))
    return [
        bars.Year(year, len(paid[year]), sums[year][0], sums[year][1], sums[year][2], missing[year])
        for year in years
    ]


def units(rows: Iterable[Row], employers: Mapping[str, str]) -> list[dict[str, str]]:
    """Who paid, newest first: name and the months from first to last."""
    spans: list[list[Any]] = []
    for row in sorted(rows, key=lambda row: row["month"]):
        own = WITHOUT_UNIT.get(row["kind"], "本人缴费")
        name = employers.get(str(row["employer"])) or own
        if spans and spans[-1][0] == name:
            spans[-1][2] = row["month"]
        else:
            spans.append([name, row["month"], row["month"]])
    return [
        {"name": name, "span": formats.month_range(since, until)} for name, since, until in reversed(spans)
    ]


def gap_words(gap: Row, employers: Mapping[str, str]) -> dict[str, Any]:
    """A gap in words: how long, why, what follows."""
    why, follows = words.GAP_CAUSES.get(gap["cause"], words.GAP_UNKNOWN)
    return {
        "span": formats.month_range(gap["since"], gap["until"]),
        "months": gap["months"],
        "why": why,
        "follows": follows,
        "before": gap.get("before") or "",
        "after": gap.get("after") or "",
    }


class Linked(str):
    """A cell that leads to a page."""

    url = ""


def _wrong(row: Row) -> Linked:
    cell = Linked("不对？")
    cell.url = f"/me/wrong?what=contribution&month={row['month']}"
    return cell


def month_table(rows: Sequence[Row], year: int, *, hidden: bool) -> Table:
    """The single months of a year, newest first."""
    lines: list[tuple[str, ...]] = []
    for row in sorted((row for row in rows if row["month"] // 100 == year), key=lambda row: -row["month"]):
        kind = words.CONTRIBUTION_KINDS.get(row["kind"], str(row["kind"]))
        state = words.CONTRIBUTION_STATES.get(row["state"], str(row["state"]))
        note = state if row["kind"] == "normal" else f"{kind}，{state}"
        amounts = [row["base_fen"], row["person_fen"], row["employer_fen"] + row["subsidy_fen"]]
        shown = [formats.HIDDEN if hidden else money.yuan(fen) for fen in amounts]
        lines.append((f"{row['month'] % 100}月", *shown, note, _wrong(row)))
    return Table(("月份", "缴费基数", "个人", "单位和补贴", "状态", "核查"), tuple(lines))


def tabs(insurance: int) -> list[dict[str, Any]]:
    """Insurances offered here as neighbouring pages; an unusual one joins the usual four."""
    group = RESIDENT if insurance in RESIDENT else USUAL if insurance in USUAL else (insurance, *USUAL[1:])
    offered = settings.DEPLOYMENT["insurances"]["offered"]
    codes = [code for code in group if code in offered or code == insurance]
    if len(codes) == 1:
        codes = [code for code in (*USUAL, *RESIDENT) if code in offered]
    return [
        {
            "url": f"/me/contributions?insurance={code}",
            "name": words.short_insurance(code),
            "current": code == insurance,
        }
        for code in codes
    ]


def headline(document: Mapping[str, Any], rows: Sequence[Row]) -> list[str]:
    """What stands under the big figure: how many months, until when, how many paid late."""
    arrived = [row["month"] for row in rows if row["state"] == PAID]
    back = sum(row["kind"] == "backpay" and row["state"] == PAID for row in rows)
    lines = []
    if arrived and document["insurance"] in words.YEARLY:
        lines.append(f"一年缴一次，共 {len(arrived)} 次，最近是 {formats.month_text(max(arrived))}")
    elif arrived:
        lines.append(f"共 {document['months_total']} 个月，到账到 {formats.month_text(max(arrived))}")
    if back:
        lines.append(f"其中 {back} 个月是补缴的")
    by_fund = sum(row["kind"] == "fund" for row in rows)
    if by_fund:
        lines.append(f"其中 {by_fund} 个月由失业保险基金缴，基数暂按当地最低的算，仅供参考")
    return lines


def aided(rows: Sequence[Row], *, hidden: bool) -> list[str]:
    """A year still to pay that costs less than usual (参保资助): what is left, and what is taken off."""
    return [
        f"{row['month'] // 100}年要缴 {formats.yuan(row['person_fen'], hidden=hidden)} 元，"
        f"已经减去资助 {formats.yuan(row['base_fen'] - row['person_fen'], hidden=hidden)} 元"
        for row in rows
        if row["kind"] == "resident_year" and row["state"] != PAID and row["person_fen"] < row["base_fen"]
    ]


def grouped(gaps: Sequence[Row], employers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Gaps newest first; a reason that repeats is told once."""
    views = [gap_words(gap, employers) for gap in reversed(gaps)]
    for place, view in enumerate(views):
        later = views[place + 1] if place + 1 < len(views) else None
        view["explain"] = later is None or later["why"] != view["why"]
    return views


EXPORT_HEAD = ("月份", "险种", "类别", "状态", "缴费基数", "个人", "单位", "补贴", "单位名称", "到账日期")


def export_rows(document: Mapping[str, Any]) -> Iterable[tuple[object, ...]]:
    """The rows of the table file, newest month first, amounts in yuan."""
    for row in sorted(document["rows"], key=lambda row: -row["month"]):
        yield (
            months.to_iso(row["month"]),
            words.insurance(document["insurance"]),
            words.CONTRIBUTION_KINDS.get(row["kind"], row["kind"]),
            words.CONTRIBUTION_STATES.get(row["state"], row["state"]),
            *(
                money.plain_yuan(row[name])
                for name in ("base_fen", "person_fen", "employer_fen", "subsidy_fen")
            ),
            document["employers"].get(str(row["employer"]), ""),
            row["paid_on"],
        )


def page(
    document: Mapping[str, Any], *, today: date, year: int = 0, hidden: bool = False, elder: bool = False
) -> dict[str, Any]:
    """Context of web/contributions.html from `registry.contributions.queries.contributions`."""
    rows = document["rows"]
    begun = [row for row in rows if row["state"] == PAID or row["kind"] != "resident_year"]
    yearly_paid = document["insurance"] in words.YEARLY
    gaps = [] if yearly_paid else document.get("gaps", [])
    employers = document["employers"]
    insurance = document["insurance"]
    years = sorted({row["month"] // 100 for row in rows}, reverse=True)
    year = year if 1990 <= year <= today.year else years[0] if years else today.year
    lacking = sum(gap["months"] for gap in gaps)
    yearly = (
        nothing("金额已隐藏")
        if hidden
        else bars.yearly(by_year(begun, gaps), elder=elder, counted="次数" if yearly_paid else "月数")
    )
    return {
        "tabs": tabs(insurance),
        "insurance": insurance,
        "insurance_name": words.insurance(insurance),
        "months": document["months_total"] * (12 if yearly_paid else 1),
        "yearly_paid": yearly_paid,
        "headline": headline(document, rows),
        "aided": aided(rows, hidden=hidden),
        "gaps": grouped(gaps, employers),
        "lacking": lacking,
        "grid": nothing("一年缴一次") if yearly_paid else grid.grid(states(rows, gaps), elder=elder),
        "yearly": yearly,
        "units": units(begun, employers)[: 3 if elder else None],
        "year": year,
        "years": [
            {
                "url": f"/me/contributions?insurance={insurance}&year={other}#months",
                "name": str(other),
                "current": other == year,
            }
            for other in years
        ],
        "months_of_year": month_table(rows, year, hidden=hidden),
        "hidden": hidden,
        "as_of": document["as_of"],
        "today": today,
    }
