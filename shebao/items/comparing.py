"""填报 against 共享 (比对): a difference is settled by the clerk in the open, never overwritten in silence."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import queries, writing
from shebao.cases.item import Question
from shebao.cases.queries import Walked
from shebao.items import office
from shebao.items.facts import Facts
from shebao.items.office import Compared
from shebao.privacy import gate

WORDS = {"adopt": "已采用共享", "keep": "按本人答复"}


def adopt(no: str, *, key: str, now: datetime, by: gate.Actor) -> None:
    """采用共享: the value we hold takes the place of the answer; both stay in the step. Refuses what does not differ."""
    _settle(no, "adopt", key, now=now, by=by)


def keep(no: str, *, key: str, now: datetime, by: gate.Actor) -> None:
    """按本人答复: the answer stands, because the person was asked. Refuses before she was."""
    _settle(no, "keep", key, now=now, by=by)


def settled(
    compared: Iterable[Compared], answers: Mapping[str, str], steps: Iterable[Walked]
) -> dict[str, str]:
    """By key, how a difference was settled; a newer answer or a newer record opens it again."""
    notes = {step.note["key"]: (step.act, step.note) for step in steps if step.act in WORDS and step.note}
    found = {}
    for line in compared:
        act, note = notes.get(line.question.key, ("", {}))
        answer = answers.get(line.question.key, "")
        stands = act == "keep" and (answer, line.held_value) == (note["declared"], note["held"])
        if stands or (act == "adopt" and not line.differs):
            found[line.question.key] = WORDS[act]
    return found


def _settle(no: str, act: str, key: str, *, now: datetime, by: gate.Actor) -> None:
    with office.deciding_grant(no, by=by) as (item, grant):
        case = writing.locked(grant, no)
        answers = writing.answers(case)
        question = _question(key, item.asked(answers))
        facts = Facts(
            item, grant, answers, today_in_china(now), no, case.other_id, case.capacity, deciding=True
        )
        declared, held = answers.get(key, ""), facts.values.get(question.prefill, "")
        if not held or held == declared:
            raise Refusal(
                "conflict", f"「{question.label}」两边一致，不用处理。", "回到办件", f"/desk/cases/{no}/"
            )
        if act == "keep" and case.asked_at is None:
            raise Refusal("conflict", "还没有问过本人，不能按本人答复。", "先问本人", f"/desk/cases/{no}/")
        note = {"key": key, "label": question.label, "declared": declared, "held": held}
        if act == "adopt":
            sealed = writing.seal_answers(case, answers | {key: held})
            writing.act(grant, case, act, now=now, note=note, answers=sealed)
        elif _last(queries.steps(grant, case), key) != (act, note):
            writing.act(grant, case, act, now=now, note=note)


def _last(steps: Iterable[Walked], key: str) -> tuple[str, object]:
    """How this difference was settled last; keeping the same answer once more is no step."""
    found = [(one.act, one.note) for one in steps if one.act in WORDS and one.note and one.note["key"] == key]
    return found[-1] if found else ("", None)


def _question(key: str, asked: Iterable[Question]) -> Question:
    for question in asked:
        if question.key == key:
            return question
    raise Refusal("invalid_input", "没有这一项。", field=key)
