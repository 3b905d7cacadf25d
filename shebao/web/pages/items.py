"""办事: the catalogue by search, life event and scheme; one item with its facts, pre-check and materials."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings

from shebao.cases import clock
from shebao.cases.item import APPLICANTS, Finding, Item, Law
from shebao.items import entrusting
from shebao.privacy.book import Register
from shebao.registry.contributions.queries import PENSION
from shebao.rules.dated import UNITS
from shebao.rules.handling import deadlines
from shebao.web import formats

ELDER_ROWS = 4


@dataclass(frozen=True)
class Event:
    """人生事件: the moment in a life in which an item is needed."""

    code: str
    name: str
    icon: str


EVENTS = (
    Event("job", "找工作", "bldg"),
    Event("unemployed", "失业", "team"),
    Event("birth", "生孩子", "user"),
    Event("care", "看病", "hosp"),
    Event("injury", "工伤", "shield"),
    Event("retirement", "退休", "wal"),
    Event("death", "家人去世", "home"),
    Event("moving", "搬家", "swap"),
)
SCHEMES = (
    ("pension", "养老", "wal", (110, 120, 170)),
    ("medical", "医疗和生育", "hosp", (310, 390, 510)),
    ("unemployment", "失业", "team", (210,)),
    ("injury", "工伤", "shield", (410,)),
)
OTHERS = {
    "handle.card": ("card", "社保卡", "card"),
    "handle.employer": ("employer", "单位", "bldg"),
    "handle.claim": ("medical", "医疗和生育", "hosp"),
    "handle.pension": ("pension", "养老", "wal"),
    "handle.unemployment": ("unemployment", "失业", "team"),
}
GENERAL = ("general", "登记和信息", "id")
ORDER = ("pension", "medical", "unemployment", "injury", "card", "general", "enquiry", "employer")
ENQUIRIES = (
    ("/certificates/new?kind=enrolment", "开参保证明", "社会保险参保证明查询打印", "file"),
    ("/certificates/new?kind=contribution", "开缴费证明", "缴费记录查询打印", "file"),
    ("/certificates/new?kind=statement", "打权益记录单", "个人权益记录查询打印", "file"),
    ("/me/enrolment", "查参保", "个人参保信息查询", "id"),
    ("/me/contributions", "查缴费", "缴费记录查询", "list"),
    ("/me/account", "查账户", "个人账户查询", "wal"),
    ("/me/spending", "查看病花费", "医保消费查询", "hosp"),
    ("/catalogue/institutions/", "查定点医院和药店", "定点医药机构查询", "hosp"),
    ("/catalogue/drugs/", "查医保药品", "医保药品目录查询", "hosp"),
    ("/calculators/pension/", "算养老金", "养老待遇测算", "calc"),
    ("/calculators/", "测算", "缴费、津贴、等待期这些", "calc"),
    ("/privacy/export", "复制我的信息", "个人信息查阅复制", "down"),
)
PENSIONS_ONLY = "/calculators/pension/"
Row = dict[str, str]


def url(item: Item) -> str:
    """The address of an item."""
    return f"/items/{item.code}/"


def row(item: Item, icon: str = "") -> Row:
    """An item in a list: everyday name, official name, how fast."""
    speed = "马上办好" if item.instant else ""
    return {
        "url": url(item),
        "name": item.plain,
        "sub": item.name,
        "icon": icon or scheme(item)[2],
        "value": speed,
    }


def scheme(item: Item) -> tuple[str, str, str]:
    """The chapter of the catalogue an item stands in: code, word, icon."""
    if "employer" in item.applicants and "self" not in item.applicants:
        return OTHERS["handle.employer"]
    for code, word, icon, insurances in SCHEMES:
        if set(item.insurances) & set(insurances):
            return code, word, icon
    return OTHERS.get(item.purpose, GENERAL)


def chapters(items: Iterable[Item], *, enquiries: bool = True) -> list[dict[str, Any]]:
    """All items by scheme, and what can be looked up, each chapter folded."""
    found: dict[str, dict[str, Any]] = {}
    for item in items:
        code, word, icon = scheme(item)
        found.setdefault(code, {"code": code, "name": word, "icon": icon, "rows": []})["rows"].append(
            row(item, icon)
        )
    rows = [
        {"url": to, "name": name, "sub": sub, "icon": icon, "value": ""}
        for to, name, sub, icon in ENQUIRIES
        if to != PENSIONS_ONLY or PENSION in settings.DEPLOYMENT["insurances"]["offered"]
    ]
    if enquiries:
        found["enquiry"] = {"code": "enquiry", "name": "查询和证明", "icon": "list", "rows": rows}
    return [found[code] for code in ORDER if code in found]


def events(items: Iterable[Item]) -> list[dict[str, Any]]:
    """Life events that have an item here."""
    used = {code for item in items for code in item.events}
    return [
        {"url": f"/items/?event={event.code}", "name": event.name, "icon": event.icon}
        for event in EVENTS
        if event.name in used
    ]


def catalogue(
    items: Sequence[Item],
    *,
    words: str = "",
    found: Sequence[Row] = (),
    opened: Sequence[tuple[str, str, str]] = (),
    elder: bool = False,
    agent: bool = False,
) -> dict[str, Any]:
    """Context of web/items.html. `opened`: address, name, icon of services the board has newly opened."""
    life = events(items)
    return {
        "q": words,
        "opened": [{"url": to, "name": name, "icon": icon} for to, name, icon in opened],
        "results": found[: ELDER_ROWS if elder else 20],
        "events": [] if elder else life,
        "chapters": [] if elder and not words else chapters(items, enquiries=not agent),
    }


def chapter(items: Sequence[Item], code: str) -> dict[str, Any] | None:
    """One chapter as a page of its own (for 长辈版)."""
    return next((one for one in chapters(items) if one["code"] == code), None)


def event_rows(items: Sequence[Item]) -> list[Row]:
    """The life events as rows (for 长辈版)."""
    return [one | {"sub": "", "value": ""} for one in events(items)]


def chapter_rows(items: Sequence[Item]) -> list[Row]:
    """The chapters themselves as rows (for 长辈版)."""
    return [
        {
            "url": f"/items/?chapter={one['code']}",
            "name": one["name"],
            "sub": f"{len(one['rows'])} 项",
            "icon": one["icon"],
            "value": "",
        }
        for one in chapters(items)
    ]


def event(items: Sequence[Item], code: str) -> dict[str, Any] | None:
    """Context of web/items_event.html: the bundle first, then the single items."""
    known = next((one for one in EVENTS if one.code == code), None)
    chosen = [item for item in items if known and known.name in item.events]
    if known is None or not chosen:
        return None
    bundles = [item for item in chosen if item.bundle]
    return {
        "name": known.name,
        "bundles": [row(item, known.icon) | {"count": len(item.bundle)} for item in bundles],
        "rows": [row(item, known.icon) for item in chosen if not item.bundle],
    }


def hits(found: Iterable[Any], items: Mapping[str, Item]) -> list[Row]:
    """What the search found, items with both names."""
    rows = []
    for page in found:
        item = items.get(page.code.removeprefix("item."))
        rows.append(
            row(item)
            if item
            else {"url": page.url, "name": page.title, "sub": "", "icon": "list", "value": ""}
        )
    return rows


def limit(item: Item, today: date) -> dict[str, str]:
    """How long it takes: count and, for reviewed items, the last date if sent today."""
    if item.instant:
        return {"figure": "马上", "unit": "办好", "last": ""}
    due = clock.due(item, today)
    unit = "个工作日" if due.working else "天"
    return {"figure": str(due.days), "unit": unit, "last": formats.date_cn(due.day, today)}


def publicity(item: Item) -> str:
    """How long its public notice stands: 最少 5 个工作日; empty where it has none."""
    if not item.publicity:
        return ""
    least = deadlines.limit(item.publicity["least"])
    unsure = "，仅供参考" if least.confidence != "high" else ""
    return f"最少 {least.fen} {UNITS[least.unit]}，不算在时限里{unsure}"


def cited(law: Law) -> str:
    """The law and its article; one that is not sure says so."""
    return f"{law}" if law.confidence == "high" else f"{law}（仅供参考）"


def _days(told: dict[str, str]) -> int:
    return int(told["figure"]) if told["figure"].isdecimal() else 0


def speed(item: Item, today: date) -> str:
    """马上办好; 30 个工作日."""
    told = limit(item, today)
    return f"{told['figure']}{told['unit']}" if item.instant else f"{told['figure']} {told['unit']}"


def data_read(item: Item, book: Register) -> dict[str, Any]:
    """What will be read and for what, as the register says."""
    process = book.process[item.purpose]
    wanted = list(dict.fromkeys((*item.reads, *item.effects)))
    return {
        "count": len(wanted),
        "purpose": process.plain_zh,
        "basis": process.basis_text(),
        "items": [
            book.items[code].plain_zh or book.items[code].label_zh for code in wanted if code in book.items
        ],
        "why": process.necessity_zh,
    }


def finding(line: Finding, *, checked: str) -> dict[str, Any]:
    """A line of the pre-check."""
    return {
        "passed": line.passed,
        "text": line.text,
        "note": checked if line.passed else "",
        "rule": line.rule,
        "step": "" if line.passed else line.next_step,
        "url": "" if line.passed else line.next_url,
    }


def precheck(findings: Sequence[Finding], *, may_start: bool) -> dict[str, Any]:
    """The pre-check with the failing lines first."""
    lines = [finding(line, checked="刚刚核对") for line in sorted(findings, key=lambda line: line.passed)]
    failing = sum(not line["passed"] for line in lines)
    return {
        "lines": lines,
        "failing": failing,
        "may_start": may_start,
        "word": f"{failing} 项不符合" if failing else "能办",
        "tone": "w" if failing else "",
    }


def who(item: Item) -> str:
    """Who may apply, in one phrase."""
    return "、".join(APPLICANTS[one] for one in item.applicants)


def item_page(
    item: Item,
    book: Register,
    *,
    today: date,
    check: Mapping[str, Any] | None,
    parts: Sequence[Item] = (),
) -> dict[str, Any]:
    """Context of web/item.html. `check`: the pre-check of a person logged in."""
    wanted = list({one.name: one for each in (item, *parts) for one in each.materials}.values())
    always = [material for material in wanted if not material.optional and not material.when]
    return {
        "item": item,
        "who": who(item),
        "own": item.own,
        "entrust": f"/account/mandates/new?item={item.code}" if entrusting.may(item) else "",
        "limit": max((limit(one, today) for one in parts), key=_days, default=limit(item, today)),
        "materials": [
            {
                "name": material.name,
                "sub": material.sample,
                "rule": str(material.basis),
                "maybe": bool(material.when),
                "optional": material.optional,
            }
            for material in wanted
        ],
        "count": len(always),
        "more": len(wanted) - len(always),
        "publicity": publicity(item),
        "laws": [{"name": cited(law), "says": law.says} for law in item.laws],
        "refusals": [{"text": law.says, "rule": cited(law)} for law in item.refusals.values()],
        "reads": data_read(item, book),
        "check": check,
        "parts": [row(one) | {"value": "", "sub": f"{one.name}，{speed(one, today)}"} for one in parts],
        "questions": len(item.questions),
    }
