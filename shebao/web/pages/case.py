"""One case (一件办件): stage, last day, what the person must do, notice, decision, receipt, way to object."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from shebao.base import workdays
from shebao.cases import clock, states
from shebao.cases.item import ASKED_BESIDES, Effect, Item
from shebao.cases.queries import Halted, Walked
from shebao.items import judging
from shebao.items.progress import CaseView
from shebao.web import formats
from shebao.web.charts import cells, plot
from shebao.web.pages import items as items_page
from shebao.web.pages.cases import ELDER_PER_PAGE, PER_PAGE, url

AMOUNT = re.compile(r"[\d,]+\.\d\d(?= 元)")
ACTS = {
    "submit": "已提交",
    "accept": "已受理",
    "ask": "请您补材料",
    "supply": "您补齐了",
    "propose": "初审完成",
    "return": "退回重新审核",
    "decide": "已决定",
    "confirm": "复核完成，已决定",
    "deliver": "已办结",
    "decline": "没有受理",
    "withdraw": "您撤回了",
    "discard": "您删除了草稿",
    "lapse": "到期没补，已经结束",
    "enter": "写了审核意见",
    "term": "改了办理时限",
    "publish": "公示",
    "halt": "停下来等结论",
    "resume": "接着办理",
}
NOW = {
    "draft": "您在填写",
    "submitted": "等受理",
    "supplement": "等您补材料",
    "accepted": "审核",
    "proposed": "复核",
    "decided": "付款",
}
AHEAD = {
    "draft": ("提交", "受理", "决定"),
    "submitted": ("审核", "决定"),
    "supplement": ("审核", "决定"),
    "accepted": ("决定",),
    "proposed": ("决定",),
}
WAYS = {"reconsider_by": "行政复议", "sue_by": "行政诉讼", "again_by": "再次鉴定"}
STARS = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
HALTS = {
    "supplement": "等您补材料",
    "authority": "等别的机关的结论",
    "publicity": "公示",
    "third": "等第三方回复",
    "outage": "系统停机维护",
}
TOLD = {"done": "已完成", "now": "正在", "next": "还没到"}


def last_day(due: date | None, today: date) -> str:
    """，最晚 12月17日有结果; empty without a last day."""
    return f"，最晚 {formats.date_cn(due, today)}有结果" if due else ""


def head(view: CaseView, today: date) -> str:
    """State and last date: the answer to where it is."""
    state, due = view.line.state, last_day(view.due_on, today)
    if state == "supplement":
        until = f"，{formats.date_cn(view.line.supply_by, today)}前" if view.line.supply_by else ""
        return f"等您补 {len(view.lacking)} 样{until}"
    if state in ("decided", "done"):
        paid = "，等付款" if state == "decided" else "，已办结"
        return f"通过了{paid}" if view.granted else "没有通过"
    return {
        "draft": "草稿，还没有交",
        "submitted": f"已收到{due}",
        "accepted": f"审核中{due}",
        "proposed": f"复核中{due}",
        "declined": "没有受理",
        "withdrawn": "您已经撤回",
        "lapsed": "到期没补，已经结束",
    }.get(state, view.line.state_word)


def duty(view: CaseView) -> str:
    """Whether the person must do something, in one sentence."""
    return {
        "draft": "写好以后，由您提交。",
        "supplement": "补齐再交上来，不用重新申请。这段时间不算进时限。",
        "decided": "现在您不用做什么。付款后这里会更新。" if view.granted else "您可以申请复核。",
        "done": "这件事办完了。" if view.granted else "理由和救济办法在下面。",
        "declined": "原因在下面。补上条件后可以再申请。",
        "withdrawn": "想办的时候，可以重新申请。",
        "lapsed": "没有影响您的权利，随时可以重新申请。",
    }.get(view.line.state, "现在您不用做什么，有结果会发消息告诉您。")


def counted(halt: Halted, today: date) -> int:
    """Working days of a halt."""
    until = halt.until or today
    if until <= halt.since:
        return 0
    return workdays.working_days_between(halt.since, until, clock.calendar())


def halt_words(halt: Halted, today: date) -> str:
    """等您补材料，11月6日至11月9日，不计入时限."""
    cause = HALTS.get(halt.cause, halt.cause)
    since = formats.date_cn(halt.since, today)
    if halt.until is None:
        return f"{cause}，从 {since}起，不计入时限。"
    last = halt.until - timedelta(days=1)
    return f"{cause}，{since}至{formats.date_cn(last, today)}，不计入时限。"


def clock_card(view: CaseView, today: date, *, elder: bool) -> dict[str, Any] | None:
    """The limit in working-day cells; none for what is decided, ended or not sent."""
    if view.due_on is None and view.line.state == "accepted" and view.halts:
        halted = [halt_words(one, today) for one in view.halts]
        return {"halts": halted, "provisional": False, "left": "", "unit": "", "plot": plot.nothing("等结论，不计时"),
                "sentence": "有了结论，我们马上接着办。"}  # fmt: skip
    if view.left is None or not view.limit_days or view.line.state == "decided" or view.item is None:
        return None
    _, working = clock.limit(view.item)
    word = "法定" if view.item.limit else "承诺"
    last = formats.date_cn(view.due_on, today)
    halts = [one for one in view.halts if one.until is None or counted(one, today)]
    base = {"halts": [halt_words(one, today) for one in halts], "provisional": view.provisional}
    if not working:
        return base | {
            "left": "", "unit": "", "plot": plot.nothing(f"最晚 {last}"),
            "sentence": f"{word} {view.limit_days} 天，最晚 {last}。",
        }  # fmt: skip
    used = view.limit_days - view.left
    return base | {
        "left": str(view.left) if view.left > 0 else "",
        "unit": "个工作日",
        "plot": cells.working_days(
            view.limit_days, used, paused=sum(counted(one, today) for one in view.halts), elder=elder
        ),
        "sentence": f"{word} {view.limit_days} 个工作日，已用 {used} 个，最晚 {last}。",
    }


def stage(
    kind: str, word: str, when: str = "", *, iso: str = "", lines: Iterable[str] = (), by: bool = False
) -> dict[str, Any]:
    """One line of the list of stages."""
    return {
        "kind": kind, "told": TOLD[kind], "word": word, "when": when, "iso": iso, "lines": list(lines), "by": by,
    }  # fmt: skip


def walked(step: Walked, view: CaseView, today: date) -> dict[str, Any]:
    """An act that has been done."""
    lines = [f"{one.note}" for one in view.lacking] if step.act == "ask" else []
    if step.act in ("term", "halt", "publish") and isinstance(step.note, str):
        lines = [step.note]
    if step.act in ("accept", "decide", "confirm", "decline") and step.unit:
        lines = [step.unit]
    moment = formats.moment(step.at)
    word = ACTS.get(step.act, step.word)
    return stage(
        "done", word, formats.date_cn(moment.date(), today), iso=moment.date().isoformat(), lines=lines
    )


def stages(view: CaseView, today: date) -> list[dict[str, Any]]:
    """What was done, what goes on, what is still to come."""
    state = view.line.state
    # The office saves its opinion as often as it likes; for the person that is one step.
    pairs = zip_longest(view.steps, view.steps[1:])
    kept = [step for step, after in pairs if not (after and step.act == after.act == "enter")]
    found = [walked(step, view, today) for step in kept]
    if states.ended(state):
        return found
    if state == "draft" and view.item and view.item.instant:
        return [stage("now", NOW["draft"], "现在"), stage("next", "提交"), stage("next", "当场有结果")]
    if state in NOW and not (state == "decided" and not view.granted):
        sub = [f"{view.holder}在办"] if view.holder else []
        stopped = [one.cause for one in view.halts if one.since <= today < (one.until or date.max)]
        word = next((HALTS[cause] for cause in stopped if cause in ("authority", "publicity")), NOW[state])
        found.append(stage("now", word, "现在", lines=sub))
    coming = list(AHEAD.get(state, ()))
    if view.item and view.item.second != "never" and state in ("submitted", "supplement", "accepted"):
        coming.insert(-1, "复核")
    for word in coming:
        over = view.item.second_over_fen // 1_000_000 if view.item else 0
        why = [f"金额超过 {over} 万元时，由第二个人再看一遍"] if word == "复核" and over else []
        last = word == "决定" and view.due_on is not None
        when = f"最晚 {formats.date_cn(view.due_on, today)}" if last else ""
        found.append(stage("next", word, when, lines=why, by=last))
    return found


def veiled(text: str, *, hidden: bool) -> str:
    """A sentence without its amounts, when the person has hidden them."""
    return AMOUNT.sub(formats.HIDDEN, text) if hidden else text


def afterwards(item: Item | None, effect: Effect) -> tuple[str, str]:
    """Where the person sees what goes on after the decision: address and words; empty when nothing does."""
    if item is not None and effect.pays:
        return "/me/payments", "看钱到哪了"
    if item is not None and "transfer.record" in item.effects:
        return "/me/transfers", "看转到哪了"
    return "", ""


def told_effect(item: Item | None, effect: Effect, *, hidden: bool) -> dict[str, Any]:
    """What was written in the registry, and where it goes on."""
    address, link = afterwards(item, effect)
    return {
        "url": address,
        "link": link,
        "file": f"/certificates/{effect.paper}.pdf" if effect.paper else "",
        "text": veiled(effect.text, hidden=hidden),
        "lines": [veiled(one, hidden=hidden) for one in effect.lines],
    }


def decision(view: CaseView, today: date, *, hidden: bool) -> dict[str, Any] | None:
    """Granted or refused and amount, numbered facts with their rule, the sum, the remedy with its last days."""
    raw = view.decision
    if raw is None:
        return None
    text = str(raw["text"])
    for reason in raw["reasons"]:
        text = text.replace(str(reason[1]), "")
    fen = int(raw["amount_fen"])
    remedy = raw["remedy"]
    return {
        "file": f"/certificates/{raw['certificate']}.pdf" if raw.get("certificate") else "",
        "amount": formats.yuan(fen, hidden=hidden) if fen and raw["granted"] else "",
        "unsure": judging.UNSURE[1] if any(row[0] == judging.UNSURE[0] for row in raw["figures"]) else "",
        "text": veiled(text.strip(), hidden=hidden),
        "reasons": [{"text": reason[1], "rule": reason[2]} for reason in raw["reasons"]],
        "figures": [{"name": row[0], "value": formats.HIDDEN if hidden else row[1], "rule": row[2]} for row in raw["figures"]],
        "remedy": remedy["text"],
        "ways": [{"name": name, "by": formats.date_full(remedy[key])} for key, name in WAYS.items() if remedy.get(key)],
    }  # fmt: skip


def lacking(view: CaseView) -> list[dict[str, Any]]:
    """The one notice, line by line, while it waits for the person."""
    if view.line.state != "supplement":
        return []
    names = {m.code: m.name for m in (*view.item.materials, ASKED_BESIDES)} if view.item else {}
    labels = {q.key: q.label for q in view.item.questions} if view.item else {}
    rows = []
    asked = max((step.at for step in view.steps if step.act == "ask"), default=None)
    for one in view.lacking:
        there = [page for page in view.pages if page.material == one.material]
        new = sum(bool(asked and page.received_at >= asked) for page in there)
        paper = one.material in names
        rows.append(
            {
                "name": names.get(one.material) or labels.get(one.material, ""),
                "note": one.note,
                "page": one.page,
                "state": (f"补了 {new} 页" if new else f"还没有补，原来有 {len(there)} 页") if paper else "",
                "done": bool(new),
                "url": f"/cases/{view.line.no}/materials/{one.material}/"
                if paper
                else f"/cases/{view.line.no}/edit/{one.material}/?to=case",
            }
        )
    return rows


def act(view: CaseView) -> dict[str, Any] | None:
    """The one thing to do, if there is one."""
    if view.line.state == "draft":
        return {"url": f"{url(view.line.no)}edit/", "word": "接着填", "post": False}
    if "supply" in view.may:
        return {"url": f"{url(view.line.no)}supply", "word": "补齐了，交上去", "post": True}
    return None


def again(view: CaseView) -> str:
    """Where to apply once more, when it ended without being granted."""
    ended = view.line.state in ("withdrawn", "lapsed", "declined") or (
        view.line.state == "done" and not view.granted
    )
    return items_page.url(view.item) if view.item and ended and view.item.code != "objection" else ""


def page(
    view: CaseView,
    *,
    today: date,
    hours: str,
    coming: Iterable[Item] = (),
    hidden: bool = False,
    elder: bool = False,
) -> dict[str, Any]:
    """Context of web/case.html; `coming` are the items that mostly follow a granted one."""
    no = view.line.no
    effect = view.effect
    counts = ((len(view.answers), "个回答"), (len(view.pages), "页材料"))
    told = "，".join(f"{count} {unit}" for count, unit in counts if count)
    return {
        "no": no,
        "url": url(no),
        "plain": view.item.plain if view.item else view.line.name,
        "head": head(view, today),
        "duty": duty(view),
        "late": {"days": -view.left, "url": "/contact/"} if view.line.late and view.left else None,
        "lacking": lacking(view),
        "decision": decision(view, today, hidden=hidden),
        "effect": told_effect(view.item, effect, hidden=hidden) if effect else None,
        "clock": clock_card(view, today, elder=elder),
        "stages": stages(view, today),
        "looked_url": f"{url(no)}looked/",
        "answers_url": f"{url(no)}answers/",
        "answers": told,
        "asks": f"{view.holder}，{hours}" if view.holder else hours,
        "may": {
            "withdraw": "withdraw" in view.may,
            "discard": "discard" in view.may,
            "review": view.may_review,
            "rate": view.stars is None
            and view.submitted_at is not None
            and view.line.state in ("done", "declined", "withdrawn"),
        },
        "act": act(view),
        "again": again(view),
        "next": [items_page.row(one) for one in coming] if view.granted else [],
        "stars": STARS,
        "rated": dict(STARS).get(view.stars or 0, ""),
    }


def head_of(view: CaseView) -> dict[str, Any]:
    """What the small pages of a case say about it."""
    plain = view.item.plain if view.item else view.line.name
    return {"no": view.line.no, "url": url(view.line.no), "plain": plain}


def withdrawal(view: CaseView) -> dict[str, Any]:
    """Context of web/case_withdraw.html."""
    draft = view.line.state == "draft"
    after = "草稿和已交的材料马上删除。" if draft else "不再办理。交过的材料按规定封存，别人不能再看。"
    return head_of(view) | {
        "head": "删除这份草稿" if draft else "撤回这份申请",
        "verb": "删除草稿" if draft else "撤回申请",
        "after": after,
    }


def answers(view: CaseView) -> dict[str, Any]:
    """Context of web/case_answers.html."""
    names = {m.code: m.name for m in (*view.item.materials, ASKED_BESIDES)} if view.item else {}
    papers = [
        {
            "name": name,
            "state": f"{count} 页",
            "url": f"/cases/{view.line.no}/materials/{code}/",
        }
        for code, name in names.items()
        if (count := sum(page.material == code for page in view.pages))
    ]
    said = [{"label": label, "text": text} for label, text in view.answers]
    return head_of(view) | {"answers": said, "materials": papers}


def looked(view: CaseView, entries: Sequence[Mapping[str, Any]], *, elder: bool) -> dict[str, Any]:
    """Context of web/case_looked.html: what others saw; the person's own views are counted only."""
    others = [entry for entry in entries if not entry["own"]]
    return head_of(view) | {
        "entries": others[: ELDER_PER_PAGE if elder else PER_PAGE],
        "others": len(others),
        "own": len(entries) - len(others),
    }
