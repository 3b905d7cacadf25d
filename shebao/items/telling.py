"""What a case tells its person (消息): posted in the same transaction as the step. No amounts, no illness."""

from collections.abc import Mapping
from datetime import date

from shebao.cases import writing
from shebao.cases.item import Item
from shebao.cases.models import Case
from shebao.notices import actions as notices
from shebao.privacy import gate

NEWS = {
    "case.submitted": "已收到",
    "case.accepted": "已受理",
    "case.supplement": "要补材料",
    "case.published": "开始公示",
    "case.decided": "有结果了",
    "case.withdrawn": "已撤回",
}


def day(value: date | None) -> str:
    """12月17日, with the year when it is another one than today's is left to the page."""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""


def submitted(grant: gate.Grant, item: Item, case: Case) -> None:
    """已收到."""
    _post(grant, case, "case.submitted", {"item": item.plain, "case": case.no, "due": day(case.due_on)})


def accepted(grant: gate.Grant, item: Item, case: Case) -> None:
    """已受理."""
    _post(grant, case, "case.accepted", {"item": item.plain, "case": case.no, "due": day(case.due_on)})


def asked(grant: gate.Grant, item: Item, case: Case, what: str) -> None:
    """一次性告知."""
    words = {"item": item.plain, "case": case.no, "what": what, "until": day(case.supply_by)}
    _post(grant, case, "case.supplement", words)


def decided(grant: gate.Grant, item: Item, case: Case) -> None:
    """有结果了."""
    result = "通过" if case.granted else "不予受理" if case.state == "declined" else "没有通过"
    _post(grant, case, "case.decided", {"item": item.plain, "case": case.no, "result": result})


def halted(grant: gate.Grant, item: Item, case: Case, why: str) -> None:
    """中止计时."""
    _post(grant, case, "case.halted", {"item": item.plain, "case": case.no, "what": why})


def resumed(grant: gate.Grant, item: Item, case: Case) -> None:
    """恢复计时."""
    _post(grant, case, "case.resumed", {"item": item.plain, "case": case.no, "due": day(case.due_on)})


def published(grant: gate.Grant, item: Item, case: Case, since: date, until: date) -> None:
    """公示, to the applicant and to the worker whose name is in it."""
    words = {
        "item": item.plain,
        "case": case.no,
        "since": day(since),
        "until": day(until),
        "due": day(case.due_on),
    }
    _post(grant, case, "case.published", words)
    other(grant, item, case, f"{day(since)}到{day(until)}公示，有您的姓名和工种。")


def other(grant: gate.Grant, item: Item, case: Case, news: str) -> None:
    """What an employer's case means to its worker: an entry in her own ledger, and a message."""
    if case.capacity != "employer" or case.other_id is None:
        return
    hers = gate.beside(grant, case.other_id, items=("person.basic",), case=case.no, reason=item.name)
    if hers is None:
        raise ValueError("the worker is not within reach")
    words: dict[str, str | int] = {"item": item.plain, "news": news}
    notices.post(subject=case.other_id, template="case.by_unit", params=words, case="", alias=hers.alias)


def acted_for(grant: gate.Grant, item: Item, case: Case) -> None:
    """受托人替您办了: whoever entrusted it hears of it, and how to stop it."""
    notices.post(
        subject=case.subject_id, template="case.acted_for", params={"item": item.plain, "case": case.no},
        case=case.no, alias=grant.alias,
    )  # fmt: skip


def withdrawn(grant: gate.Grant, item: Item, case: Case) -> None:
    """已撤回."""
    _post(grant, case, "case.withdrawn", {"item": item.plain, "case": case.no})


def urgent(grant: gate.Grant, case_no: str, *, unit: str, reason: str, at: str) -> None:
    """紧急查看告知."""
    notices.post(
        subject=grant.subject_id, template="desk.break_glass", params={"at": at, "unit": unit, "reason": reason},
        case=case_no, alias=grant.alias,
    )  # fmt: skip


def late(subject: int, no: str, item: str, due_on: date, *, alias: str) -> None:
    """我们晚了."""
    words: dict[str, str | int] = {"item": item, "case": no, "due": day(due_on)}
    notices.post(subject=subject, template="case.escalated", params=words, case=no, alias=alias)
    _tell_helper(no, item, "过了期限，还没有结果", alias)


def lapsed(subject: int, no: str, item: str, *, alias: str) -> None:
    """到期终止."""
    notices.post(
        subject=subject, template="case.lapsed", params={"item": item, "case": no}, case=no, alias=alias
    )
    _tell_helper(no, item, "到期没有补，已经结束", alias)


def _post(grant: gate.Grant, case: Case, template: str, params: Mapping[str, str | int]) -> None:
    notices.post(subject=case.subject_id, template=template, params=params, case=case.no, alias=grant.alias)
    if case.capacity in ("mandate", "guardian"):
        _tell_helper(case.no, str(params["item"]), NEWS[template], grant.alias)


def _tell_helper(no: str, item: str, news: str, alias: str) -> None:
    """The same to who acts for the person, while she still may. No result, no amount: she opens the case to see."""
    helper = writing.told_helper(no, alias=alias)
    if helper is not None:
        words: dict[str, str | int] = {"item": item, "case": no, "news": news}
        notices.post(subject=helper, template="case.helped", params=words, case=no, alias=alias)
