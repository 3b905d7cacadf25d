"""承诺做到了没有: passed of all for each policy, failing rows first, then those without a test."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from shebao.privacy.clauses import PROFILES, Row
from shebao.web import formats
from shebao.web.charts import stack
from shebao.web.charts.plot import key

NAMES = {"jilin": "吉林，社保经办", "ebao": "易保，参保查询", "guangxi": "广西，医保服务"}
LOOKS = {
    "failed": ("没通过", "stop", "b", "bad"),
    "missing": ("还没有测试", "clock", "n", ""),
    "passed": ("通过", "ok", "", "ok"),
}
ORDER = ("failed", "missing", "passed")
PER_PAGE = 20
ELDER_PER_PAGE = 3


def line(row: Row, said: Mapping[str, Any]) -> dict[str, Any]:
    """One promise with its control and tests."""
    result, icon, tone, cls = LOOKS[said["result"]]
    return {
        "id": row.id,
        "says": row.zh.removesuffix("。"),
        "check": row.zh_check,
        "where": f"{NAMES[row.profile].partition('，')[0]}，{row.where}",
        "english": row.paraphrase,
        "english_check": row.check,
        "control": said["control"],
        "tests": said["tests"],
        "result": result,
        "icon": icon,
        "tone": tone,
        "cls": cls,
    }


def has(row: Row, words: str) -> bool:
    """Whether every word stands in the Chinese sentences, the place or the number of the row."""
    text = f"{row.id} {row.where} {row.zh} {row.zh_check}".casefold()
    return all(word in text for word in words.casefold().split())


def filters(counts: Mapping[str, int], show: str) -> list[dict[str, Any]]:
    """Open ones first, then all, then each policy."""
    open_ones = counts["failed"] + counts["missing"]
    links = [("", f"没通过和没测的 {open_ones}"), ("all", f"全部 {sum(counts.values())}")]
    links += [(profile, NAMES[profile].partition("，")[0]) for profile in PROFILES]
    return [
        {
            "url": f"/conformance/?show={code}" if code else "/conformance/",
            "name": name,
            "current": code == show,
        }
        for code, name in links
    ]


def wanted(
    rows: Mapping[str, Row], said: Mapping[str, Mapping[str, Any]], show: str, words: str
) -> list[Row]:
    """The rows of a filter that hold the words, failing ones first."""
    found = [
        row
        for row in rows.values()
        if row.id in said
        and (show in ("all", row.profile) or (show not in PROFILES and said[row.id]["result"] != "passed"))
        and has(row, words)
    ]
    return sorted(found, key=lambda row: ORDER.index(said[row.id]["result"]))


def profile(name: str, counts: Mapping[str, int]) -> dict[str, Any]:
    """How much of one policy passes, with its bar."""
    return {
        "name": NAMES[name],
        "passed": counts["passed"],
        "rows": counts["rows"],
        "plot": stack.tally(counts["passed"], counts["failed"], counts["missing"], name=NAMES[name]),
    }


def page(
    rows: Mapping[str, Row],
    report: Mapping[str, Any],
    *,
    ran: float | None,
    show: str = "",
    words: str = "",
    number: int = 1,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/conformance.html from build/conformance.json; words are looked for in all rows, unless a filter is set."""
    said = {line["id"]: line for line in report["rows"]}
    totals = {name: sum(report["profiles"][one][name] for one in PROFILES) for name in ORDER}
    show = show or ("all" if words else "")
    found = wanted(rows, said, show, words)
    per = ELDER_PER_PAGE if elder else PER_PAGE
    asked = urlencode({name: value for name, value in (("show", show), ("q", words)) if value})
    link = f"/conformance/?{asked}&page=" if asked else "/conformance/?page="
    return {
        "total": sum(totals.values()),
        "passed": totals["passed"],
        "tested": totals["passed"] + totals["failed"],
        "has_run": ran is not None,
        "ran": formats.moment_full(datetime.fromtimestamp(ran, UTC)) if ran else "还没有在这里跑过",
        "profiles": [profile(one, report["profiles"][one]) for one in PROFILES],
        "key": [
            key("fp", f"通过 {totals['passed']}"),
            key("fb", f"没通过 {totals['failed']}"),
            key("pend", f"还没有测试 {totals['missing']}"),
        ],
        "filters": filters(totals, show),
        "q": words,
        "rows": [line(row, said[row.id]) for row in found[(number - 1) * per : number * per]],
        "older": f"{link}{number + 1}" if len(found) > number * per else "",
        "newer": f"{link}{number - 1}" if number > 1 else "",
    }
