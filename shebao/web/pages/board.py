"""承诺做到了没有: passed of all for each policy, failing rows first, then those without a test."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

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
AREAS = {
    "account": "账号", "appointments": "预约", "audit": "审计", "collection": "收集", "consent": "同意", "contact": "联系我们",
    "content": "内容", "cookies": "Cookie", "cross-border": "出境", "deletion": "删除", "disclosure": "披露", "documents": "证明",
    "enquiry": "查询", "handling": "办事", "identity": "身份", "incident": "安全事件", "minors": "未成年人", "notifications": "通知",
    "operations": "运行", "policy-change": "政策修改", "retention": "保存期限", "rights": "个人权利", "risk": "风险", "security": "安全",
    "sharing": "共享", "statistics": "统计", "use": "使用",
}  # fmt: skip
KINDS = {
    "channel": "渠道", "data-item": "信息项", "definition": "定义", "disclaimer": "免责", "exception": "例外", "lifecycle": "期限",
    "notice": "告知", "obligation": "义务", "permission": "权限", "prohibition": "禁止", "purpose": "用途", "right": "权利",
    "role": "角色", "service": "服务", "third-party": "第三方",
}  # fmt: skip
ORDER = ("failed", "missing", "passed")
PER_PAGE = 20
ELDER_PER_PAGE = 3


def line(row: Row, said: Mapping[str, Any]) -> dict[str, Any]:
    """One promise with its control and tests."""
    result, icon, tone, cls = LOOKS[said["result"]]
    return {
        "id": row.id,
        "name": f"{AREAS.get(row.area, row.area)}，{KINDS.get(row.kind, row.kind)}",
        "says": row.paraphrase,
        "check": row.check,
        "where": row.where,
        "control": said["control"],
        "tests": said["tests"],
        "result": result,
        "icon": icon,
        "tone": tone,
        "cls": cls,
    }


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


def page(
    rows: Mapping[str, Row],
    report: Mapping[str, Any],
    *,
    ran: float | None,
    show: str = "",
    number: int = 1,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/conformance.html from build/conformance.json."""
    said = {line["id"]: line for line in report["rows"]}
    totals = {name: sum(report["profiles"][one][name] for one in PROFILES) for name in ORDER}
    wanted = [
        row
        for row in rows.values()
        if row.id in said
        and (
            show == "all"
            or show == row.profile
            or (show not in PROFILES and said[row.id]["result"] != "passed")
        )
    ]
    wanted.sort(key=lambda row: ORDER.index(said[row.id]["result"]))
    per = ELDER_PER_PAGE if elder else PER_PAGE
    link = f"/conformance/?show={show}&page=" if show else "/conformance/?page="
    return {
        "total": sum(totals.values()),
        "passed": totals["passed"],
        "tested": totals["passed"] + totals["failed"],
        "has_run": ran is not None,
        "ran": formats.moment_full(datetime.fromtimestamp(ran, UTC)) if ran else "还没有在这里跑过",
        "profiles": [
            {
                "name": NAMES[one],
                "passed": report["profiles"][one]["passed"],
                "rows": report["profiles"][one]["rows"],
                "plot": stack.tally(
                    *(report["profiles"][one][name] for name in ("passed", "failed", "missing")),
                    name=NAMES[one],
                ),
            }
            for one in PROFILES
        ],
        "key": [
            key("fp", f"通过 {totals['passed']}"),
            key("fb", f"没通过 {totals['failed']}"),
            key("pend", f"还没有测试 {totals['missing']}"),
        ],
        "filters": filters(totals, show),
        "shown": "承诺",
        "rows": [line(row, said[row.id]) for row in wanted[(number - 1) * per : number * per]],
        "older": f"{link}{number + 1}" if len(wanted) > number * per else "",
        "newer": f"{link}{number - 1}" if number > 1 else "",
    }
