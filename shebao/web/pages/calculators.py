"""测算: the list, the questions with what was entered, the answer with its pictures and steps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from shebao.base import money
from shebao.base import month as months
from shebao.items.calculators.answer import DISCLAIMER, MARKS, Answer, Option, Step, age, span, yuan
from shebao.items.calculators.catalogue import CALCULATORS, Calculator, offered
from shebao.items.calculators.known import Filled
from shebao.items.calculators.questions import Question, Values
from shebao.web.charts import sums
from shebao.web.charts.plot import Plot, drawing, frame, key, mark
from shebao.web.charts.stack import Part, slices

FILLS = ("f1", "f2", "f3", "f4")
FILL_OF = {"basic": "f1", "own": "f2", "extra": "f3", "transitional": "f3"}
MODES = {"whole": "numeric", "money": "decimal", "index": "decimal", "month": "text"}
API_SUFFIX = {"money": "_fen", "index": "_e6"}


def listing(*, elder: bool) -> dict[str, Any]:
    """Context of web/calculators.html: one row per calculator, the contribution ones under one row."""
    shown, seen = [], set()
    for calculator in offered():
        name = f"{calculator.group}测算" if calculator.group else calculator.name
        if name in seen:
            continue
        seen.add(name)
        sub = "职工、灵活就业、城乡居民，每月或每年缴多少" if calculator.group else calculator.sub
        shown.append({"url": address(calculator), "name": name, "sub": sub, "icon": calculator.icon})
    return {"rows": shown}


def address(calculator: Calculator) -> str:
    """Where a calculator stands."""
    return f"/calculators/{calculator.code}/"


def neighbours(calculator: Calculator) -> list[dict[str, Any]]:
    """The other calculators of the same group as segments."""
    if not calculator.group:
        return []
    words = {"employee": "职工", "flexible": "灵活就业", "resident": "城乡居民"}
    return [
        {
            "url": address(other),
            "name": words.get(other.code, other.name),
            "current": other.code == calculator.code,
        }
        for other in CALCULATORS
        if other.group == calculator.group
    ]


def field(
    question: Question, text: str, fault: str, filled: Filled | None, *, number: int, elder: bool
) -> dict[str, Any]:
    """One question as the template shows it: value kept, error marked, source said."""
    identity = f"f-{question.name}"
    hint = f"来自{filled.source}，{filled.on}。可以改。" if filled else question.hint
    told = [f"{identity}-h"] * bool(hint) + [f"{identity}-e"] * bool(fault)
    return {
        "name": question.name,
        "id": identity,
        "number": number,
        "label": f"{question.label}（{question.unit}）" if question.kind == "money" else question.label,
        "hint": hint,
        "error": fault.rstrip("。"),
        "value": text,
        "told": " ".join(told),
        "mode": MODES.get(question.kind, "text"),
        "choices": [
            {"value": choice.value, "word": choice.word, "note": choice.note, "on": choice.value == text}
            for choice in question.choices
        ],
        "group": question.label_group,
        "optional": question.optional,
    }


def fields(
    asked: Sequence[Question],
    texts: Mapping[str, str],
    faults: Mapping[str, str],
    filled: Mapping[str, Filled],
    *,
    elder: bool,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The questions in groups (two bound fields share a number), and those that may stay open."""
    groups: list[dict[str, Any]] = []
    open_ones = []
    for question in asked:
        one = field(
            question,
            texts.get(question.name, ""),
            faults.get(question.name, ""),
            filled.get(question.name),
            number=len(groups) + 1,
            elder=elder,
        )
        if question.optional:
            open_ones.append(one)
        elif question.label_group and groups and groups[-1]["label"] == question.label_group:
            groups[-1]["fields"].append(one)
        else:
            groups.append(
                {"label": question.label_group, "number": len(groups) + 1, "fields": [one], "first": one}
            )
    return groups, open_ones


def marks_of(step: Step) -> list[dict[str, str]]:
    """The parameters of a step in words."""
    return [
        {
            "name": used.value.name,
            "value": used.shown,
            "scope": used.scope,
            "law": used.value.law,
            "mark": used.mark,
        }
        for used in step.used
    ]


def steps(answer: Answer) -> list[dict[str, Any]]:
    """Every step with its documents and its mark."""
    return [
        {
            "code": step.code,
            "name": step.name,
            "result": step.result,
            "words": step.words,
            "laws": step.laws,
            "mark": MARKS[step.confidence],
            "used": marks_of(step),
        }
        for step in answer.steps
    ]


def bar(answer: Answer, *, elder: bool) -> Plot | None:
    """The one bar under the figure: its parts, each with its amount in the legend."""
    parts = [
        Part(FILL_OF.get(part.code, FILLS[place % len(FILLS)]), part.word, part.size)
        for place, part in enumerate(answer.parts)
        if part.size > 0
    ]
    if len(parts) < 2 or answer.fen is None:
        return None
    width, height = frame(elder), 22 if elder else 16
    drawn = [
        mark("rect", part.cls, x=x, y=0, width=size, height=height, rx=3)
        for part, x, size in slices(parts, width)
    ]
    said = "，".join(f"{part.word} {yuan(part.size)}" for part in parts)
    return Plot(
        svg=drawing(width, height, f"{answer.title} {yuan(answer.fen)}：{said}", drawn),
        label=said,
        key=tuple(key(part.cls, f"{part.word} {money.yuan(part.size)}") for part in parts),
    )


def waterfall(answer: Answer, *, elder: bool) -> dict[str, Any] | None:
    """What the pension consists of; each part leads to its step."""
    if answer.calculator != "pension" or not answer.parts:
        return None
    parts = [
        sums.Row(part.word, part.size, money.yuan(part.size), FILL_OF.get(part.code, "f3"))
        for part in answer.parts
    ]
    biggest = max(answer.parts, key=lambda part: part.size)
    return {
        "head": f"{biggest.word}占大头" if len(parts) > 1 else f"只有{biggest.word}",
        "plot": sums.waterfall(parts, total="每月一共", what="养老金", elder=elder),
        "links": [(part.code, part.word) for part in answer.parts],
    }


def scenarios(answer: Answer, *, elder: bool) -> dict[str, Any] | None:
    """Cautious, middle, hopeful."""
    if not answer.scenarios:
        return None
    rows = [
        sums.Row(one.name, one.fen, money.yuan(one.fen), "f1" if one.chosen else "fp")
        for one in answer.scenarios
    ]
    low, high = answer.scenarios[0], answer.scenarios[-1]
    head = f"大约 {money.yuan(low.fen)} 到 {money.yuan(high.fen)} 元"
    label = f"三种估法：{'，'.join(f'{one.name} {yuan(one.fen)}' for one in answer.scenarios)}"
    return {
        "head": head,
        "plot": sums.rows(rows, label=label, head=("估法", "每月（元）"), elder=elder),
        "facts": [
            (one.name, f"工资每年涨 {one.growth}，账户利率 {one.interest}") for one in answer.scenarios
        ],
    }


def pair(options: Sequence[Option]) -> tuple[Option, Option] | None:
    """The two to compare: the chosen one with the next later, else with the one before."""
    place = next((place for place, one in enumerate(options) if one.chosen), None)
    if place is None or len(options) < 2:
        return None
    return (
        (options[place], options[place + 1])
        if place + 1 < len(options)
        else (options[place - 1], options[place])
    )


def retiring(answer: Answer, *, elder: bool) -> dict[str, Any] | None:
    """Earlier or later as two bars and a sentence; every choice with its month, age and amount."""
    both = pair(answer.options)
    if answer.calculator != "pension" or both is None:
        return None
    early, late = both
    away = months.months_until(early.month, late.month)
    more = late.fen - early.fen
    change = f"多 {yuan(more)}" if more >= 0 else f"少 {yuan(-more)}"
    rows = [
        sums.Row(f"{months.to_text(one.month)}退", one.fen, money.yuan(one.fen), "f1" if one.chosen else "fp")
        for one in both
    ]
    return {
        "head": f"晚 {span(away)}退，每月{change}",
        "sub": f"晚退的，少领 {away} 个月，多缴 {away} 个月。",
        "plot": sums.rows(
            rows,
            label=f"{rows[0].word}每月 {yuan(early.fen)}，{rows[1].word}每月 {yuan(late.fen)}",
            head=("哪时退", "每月（元）"),
            elder=elder,
        ),
        "choices": [
            {
                "code": one.code,
                "name": one.name,
                "month": months.to_text(one.month),
                "sub": f"{age(one.age_months)}，每月约 {yuan(one.fen)}",
                "lack": "" if one.enough else f"缴费还差 {one.required_months - one.total_months} 个月",
                "on": one.chosen,
            }
            for one in answer.options
        ],
    }


def repairing(answer: Answer, *, elder: bool) -> dict[str, Any] | None:
    """居民医保: waiting now, and with every year repaired."""
    if answer.calculator != "waiting" or len(answer.options) < 2:
        return None
    now, best = answer.options
    rows = [
        sums.Row(one.name, one.total_months, f"{one.total_months} 个月", "f1" if one.chosen else "fp")
        for one in answer.options
    ]
    return {
        "head": f"全部补缴，少等 {now.total_months - best.total_months} 个月",
        "plot": sums.rows(
            rows,
            label=f"{now.name}等 {now.total_months} 个月，{best.name}等 {best.total_months} 个月",
            head=("怎么做", "等多久"),
            elder=elder,
        ),
    }


def uncertain(answer: Answer) -> str:
    """How many figures are less than certain, in one sentence."""
    count = sum(1 for used in answer.used if used.mark)
    return f"用到的数里，{count} 个没有完全核实，旁边有标记。" if count else "用到的数都有正式文件。"


def shown(answer: Answer, *, elder: bool) -> dict[str, Any]:
    """The answer as the template shows it."""
    figure = money.yuan(answer.fen) if answer.fen is not None else answer.figure
    return {
        "title": answer.title,
        "figure": figure,
        "is_money": answer.fen is not None,
        "refused": answer.refused,
        "subs": answer.subs,
        "bar": bar(answer, elder=elder),
        "waterfall": waterfall(answer, elder=elder),
        "scenarios": scenarios(answer, elder=elder),
        "retiring": retiring(answer, elder=elder),
        "repairing": repairing(answer, elder=elder),
        "steps": steps(answer),
        "missing": answer.missing,
        "unsure": answer.unsure,
        "uncertain": uncertain(answer),
        "limits": answer.limits,
        "disclaimer": DISCLAIMER,
    }


def data_address(calculator: Calculator, asked: Sequence[Question], values: Values) -> str:
    """The same explanation as JSON, for programs."""
    query = {
        f"{question.name}{API_SUFFIX.get(question.kind, '')}": values[question.name]
        for question in asked
        if values.get(question.name) is not None
    }
    extras = {name: values[name] for name in calculator.extras if values.get(name)}
    return f"/api/v1/calculators/{calculator.code}?{urlencode(query | extras)}"


def page(calculator: Calculator, today: date) -> dict[str, Any]:
    """What every calculator page says of itself."""
    return {
        "calculator": calculator,
        "action": address(calculator),
        "tabs": neighbours(calculator),
        "today": today,
    }
