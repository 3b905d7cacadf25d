"""办事的每一步: which pages a draft has, where a step stands, what stands on the page of checking."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from shebao.cases import clock
from shebao.cases.item import Finding, Item, Question
from shebao.items.handling import Draft, Paper
from shebao.privacy.book import Register
from shebao.rules import regions
from shebao.web import formats, forms_items
from shebao.web.pages import items as items_page

MATERIALS, CHECK = "materials", "check"
SOURCE = "来自参保登记，刚刚核对"
MEND = ("detail-change", "record-dispute")
CONTACT = "/contact/"


def on_file(draft: Draft, question: Question) -> str:
    """What the registry has for this question."""
    return draft.known.get(question.prefill, "") if question.prefill else ""


def held(draft: Draft, question: Question) -> str:
    """What the registry has and the person may simply keep; nothing where it is to be replaced."""
    return "" if question.replaces else on_file(draft, question)


def from_record(draft: Draft, question: Question) -> bool:
    """Whether the answer is what the registry holds: it is shown before sending, not asked."""
    kept = held(draft, question)
    return bool(kept) and draft.answers.get(question.key, "") == kept


def steps(draft: Draft) -> tuple[str, ...]:
    """The pages of this path in order."""
    asked = [question.key for question in draft.asked if not from_record(draft, question)]
    return (*asked, *([MATERIALS] if draft.papers else []), CHECK)


def address(no: str, key: str) -> str:
    """The address of a step."""
    return f"/cases/{no}/edit/{key}/"


def next_of(draft: Draft, key: str) -> str:
    """The step after this one; the page of checking after the last and after one that is off the path."""
    path = steps(draft)
    place = path.index(key) if key in path else len(path) - 2
    return address(draft.no, path[min(place + 1, len(path) - 1)])


def first_open(draft: Draft) -> str:
    """Where to go on: the first question without an answer, the materials, else the page of checking."""
    for question in draft.asked:
        if question.key in draft.missing or question.key in draft.blamed.values():
            return address(draft.no, question.key)
    codes = {paper.material.code for paper in draft.papers}
    return address(draft.no, MATERIALS if codes & set(draft.missing) else CHECK)


def frame(draft: Draft, key: str, *, title: str, hint: str = "", today: date) -> dict[str, Any]:
    """What every step page says: number, way back, when the draft was kept and until when."""
    path = steps(draft)
    number = path.index(key) + 1 if key in path else len(path)
    first = number == 1
    touched = formats.moment(draft.touched_at)
    kept = formats.time_cn(touched) if touched.date() == today else formats.date_cn(touched.date(), today)
    last = touched.date() + timedelta(days=clock.DRAFT_DAYS)
    return {
        "key": key,
        "item": draft.item.plain,
        "number": number,
        "total": len(path),
        "url": address(draft.no, key),
        "back": items_page.url(draft.item) if first else address(draft.no, path[number - 2]),
        "back_name": "事项说明" if first else "上一步",
        "title": title,
        "hint": hint,
        "saved": f"草稿 {kept} 已存" if draft.answers else "",
        "keep": f"草稿留到 {formats.date_cn(last, today)}，换手机也能接着办。"
        if draft.state == "draft"
        else "",
    }


def wrong(offered: Sequence[Item]) -> str:
    """Where to say that a record is not right."""
    codes = {item.code for item in offered}
    return next((f"/items/{code}/" for code in MEND if code in codes), CONTACT)


def question(
    draft: Draft,
    asked: Question,
    form: forms_items.Step,
    *,
    offered: Sequence[Item],
    today: date,
    to: str,
    unmet: Sequence[Finding] = (),
) -> dict[str, Any]:
    """Context of web/item_step.html. `unmet`: conditions that the answer just given breaks."""
    now = on_file(draft, asked)
    hint = asked.hint or forms_items.HINTS.get(asked.kind, "")
    known = {"text": forms_items.spoken(asked, now), "source": SOURCE, "wrong": wrong(offered)}
    return {
        "step": frame(draft, asked.key, title=asked.label, hint=hint, today=today),
        "form": form,
        "known": known if now else None,
        "replaces": asked.replaces,
        "unmet": [
            {
                "text": line.text,
                "rule": line.rule,
                "step": line.next_step if line.next_url else "",
                "url": line.next_url,
            }
            for line in unmet
        ],
        "regions": sorted(set(regions.names().values())) if asked.kind == "region" else [],
        "to": to if to in (CHECK, "case") else "",
        "item": draft.item,
    }


def paper(one: Paper, no: str) -> dict[str, Any]:
    """A material in a list: how many pages are there."""
    count = len(one.pages)
    told = f"已有 {count} 页" if count else ("可以不交" if one.material.optional else "还没有交")
    return {
        "name": one.material.name,
        "sample": one.material.sample,
        "optional": one.material.optional,
        "count": count,
        "state": told,
        "url": f"/cases/{no}/materials/{one.material.code}/",
    }


def materials(draft: Draft, *, today: date, lacking: bool = False) -> dict[str, Any]:
    """Context of web/item_materials.html."""
    rows = [paper(one, draft.no) for one in draft.papers]
    return {
        "step": frame(draft, MATERIALS, title="材料", today=today),
        "materials": rows,
        "lacking": [row for row in rows if not row["count"] and not row["optional"]] if lacking else [],
        "item": draft.item,
    }


def faults(draft: Draft) -> list[dict[str, str]]:
    """What stands against sending: answers and materials that are missing, conditions that do not hold."""
    names = {question.key: question.label for question in draft.asked}
    papers = {one.material.code: one.material.name for one in draft.papers}
    found = [
        {"text": f"还没有回答：{names[key]}", "url": f"{address(draft.no, key)}?to=check"}
        for key in draft.missing
        if key in names
    ]
    found += [
        {"text": f"还没有交：{papers[code]}", "url": f"/cases/{draft.no}/materials/{code}/"}
        for code in draft.missing
        if code in papers
    ]
    return found + [unmet(line, draft) for line in draft.findings if not line.passed]


def unmet(line: Finding, draft: Draft) -> dict[str, str]:
    """A condition that does not hold, with its rule and the way on: the answer that breaks it, or elsewhere."""
    rule = f"（{line.rule}）" if line.rule else ""
    step = f"{line.next_step}" if line.next_step and line.next_url else ""
    key = draft.blamed.get(line.text, "")
    url = f"{address(draft.no, key)}?to=check" if key else line.next_url
    if key:
        step = "去改"
    return {"text": f"{line.text.rstrip('。')}{rule}{'，' + step if step else ''}", "url": url}


def answers(draft: Draft, *, mend: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What the registry holds and what the person wrote, in words, each with the way to change it."""
    ours, hers = [], []
    for asked in draft.asked:
        kept = draft.answers.get(asked.key, "")
        row = {
            "label": asked.label,
            "text": forms_items.spoken(asked, kept),
            "url": f"{address(draft.no, asked.key)}?to=check",
        }
        if from_record(draft, asked):
            ours.append(row | {"source": SOURCE, "wrong": mend})
        else:
            hers.append(row)
    return ours, hers


def after(item: Item, today: date) -> str:
    """What happens once it is sent."""
    if item.instant:
        return "交上去马上核对，一般 3 秒有结果。"
    due = clock.due(item, today)
    unit = "个工作日" if due.working else "天"
    return f"收到后 {due.days} {unit}内有结果，最晚 {formats.date_cn(due.day, today)}。等您补材料的时间不算。"


def told(draft: Draft) -> list[str]:
    """What the check of an employer's answers found, warnings too: it concerns other people and money."""
    employers = draft.item.applicants == ("employer",)
    return [one.text for one in draft.findings if one.passed and employers]


def check(
    draft: Draft,
    book: Register,
    *,
    offered: Sequence[Item],
    today: date,
    key: str,
    found: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """Context of web/item_check.html."""
    ours, hers = answers(draft, mend=wrong(offered))
    return {
        "step": frame(draft, CHECK, title="交之前看一遍", today=today),
        "item": draft.item,
        "known": ours,
        "answers": hers,
        "materials": [paper(one, draft.no) for one in draft.papers],
        "reads": items_page.data_read(draft.item, book),
        "after": after(draft.item, today),
        "faults": list(found),
        "told": told(draft) if not found else [],
        "key": key,
        "send": f"/cases/{draft.no}/{'supply' if draft.state == 'supplement' else 'submit'}",
    }
