"""谁看过我的信息: twelve months by who, then the entries in plain words with their proof."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from shebao.base.refusal import REFUSALS
from shebao.identity.mandates import Given
from shebao.web import formats, words
from shebao.web.charts import dots

FILTERS = (
    ("", "全部"),
    ("helper", "家人代办"),
    ("staff", "经办人员"),
    ("partner", "医院药店"),
    ("system", "自动核对"),
    ("refused", "被拦下"),
    ("self", "我自己"),
)
PER_PAGE = 20
ELDER_PER_PAGE = 3
ROLES = {
    "citizen": "本人",
    "clerk": "经办人员",
    "supervisor": "审核人员",
    "privacy_officer": "个人信息保护人员",
    "security_officer": "安全人员",
    "auditor": "审计人员",
    "operator": "运行维护人员",
    "partner": "合作单位",
    "system": "自动核对",
    "visitor": "核验的人",
    "employer_agent": "单位经办人",
}
ACTED_AS = {"guardian": "您的监护人", "mandate": "您委托的人", "employer": "单位经办人"}
TONES = {"self": "n", "system": "n", "visitor": "n", "refused": "b"}


def title(entry: Mapping[str, Any]) -> str:
    """Unit and role, never a name."""
    if entry["who"] == "self":
        return "您自己"
    if entry["who"] == "helper":
        called = ACTED_AS.get(entry.get("acted_as") or "", "替您办事的人")
        return f"{called}：{entry['helper']}" if entry.get("helper") else called
    if entry["who"] == "partner" and entry["unit"]:
        return str(entry["unit"])
    role = ROLES.get(entry["role"], str(entry["role"]))
    if entry["who"] == "system":
        return role
    return f"{entry['unit']} {role}".strip() if entry["unit"] else role


def sentence(entry: Mapping[str, Any]) -> str:
    """For what, and what was seen."""
    seen = "、".join(dict.fromkeys(entry["item_names"]))
    purpose = (entry["purpose"] or entry.get("process_name") or "").rstrip("。")
    if entry["outcome"] != "allowed":
        return f"想看{seen or '您的信息'}，什么也没看到。"
    if entry["who"] == "system":
        return f"{purpose or '为完成登记的任务'}，系统自动做的，没有人看。"
    if not seen:
        return f"{purpose}，没有看到您的信息。" if purpose else "没有看到您的信息。"
    return f"{purpose}，看了{seen}。" if purpose else f"看了{seen}。"


def with_helpers(document: Mapping[str, Any], given: Iterable[Given]) -> dict[str, Any]:
    """The answer with the helper of each entry as the person called her."""
    called = {one.reach_id: one.helper for one in given if one.reach_id}
    entries = [entry | {"helper": called.get(entry.get("reach"), "")} for entry in document["entries"]]
    return dict(document) | {"entries": entries}


def why_refused(code: str) -> str:
    """The reason of a stopped entry."""
    wording = REFUSALS.get(code)
    return wording.message if wording else ""


def entry_view(entry: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """One entry, closed and open."""
    allowed = entry["outcome"] == "allowed"
    who = entry["who"] if allowed else "refused"
    facts = [("依据", entry["basis"])] if entry["basis"] else []
    if entry["unit"]:
        tail = f"，工号尾号 {entry['staff_tail']}" if entry.get("staff_tail") else ""
        facts.append(("人员", f"{entry['unit']}{tail}"))
    if entry.get("reason"):
        facts.append(("事由", entry["reason"]))
    if entry["leaf"] is not None:
        facts.append(("位置", f"公开总账第 {formats.count(entry['leaf'] + 1)} 条"))
    return {
        "id": entry["entry"],
        "icon": words.WHO.get(who, words.WHO["visitor"])[1],
        "tone": TONES.get(who, ""),
        "title": title(entry),
        "at": entry["at"],
        "time": formats.moment_cn(entry["at"], today),
        "stopped": not allowed,
        "why": "" if allowed else why_refused(entry["outcome"]),
        "sentence": sentence(entry),
        "facts": facts,
        "case": entry.get("case") or "",
        "placed": entry["leaf"] is not None,
        "questioned": entry.get("questioned", False),
        "own": entry["who"] == "self",
    }


def filter_links(who: str) -> list[dict[str, Any]]:
    """The filters as links."""
    return [
        {
            "url": f"/privacy/who-looked/?who={code}" if code else "/privacy/who-looked/",
            "name": name,
            "current": code == who,
        }
        for code, name in FILTERS
    ]


def older(entries: Sequence[Mapping[str, Any]], who: str, per: int) -> str:
    """The link to what came before; a full answer means there may be more."""
    if len(entries) <= per and len(entries) < PER_PAGE:
        return ""
    kept = f"who={who}&" if who else ""
    return f"/privacy/who-looked/?{kept}before={entries[:per][-1]['entry']}"


def page(
    document: Mapping[str, Any],
    *,
    today: date,
    who: str = "",
    first_page: bool = True,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/who_looked.html from `privacy.looked.who_looked`."""
    counts = {(row["month"], row["who"]): row["count"] for row in document["months"]}
    others = sum(count for (_, found), count in counts.items() if found not in ("self", "refused"))
    stopped = sum(count for (_, found), count in counts.items() if found == "refused")
    per = ELDER_PER_PAGE if elder else PER_PAGE
    entries = document["entries"]
    return {
        "plot": dots.who_dots(counts, until=today.year * 100 + today.month, elder=elder),
        "others": others,
        "stopped": stopped,
        "filters": filter_links(who),
        "who": who,
        "entries": [entry_view(entry, today=today) for entry in entries[:per]],
        "older": older(entries, who, per),
        "newest": "" if first_page else "/privacy/who-looked/",
        "today": today,
    }
