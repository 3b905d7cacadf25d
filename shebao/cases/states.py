"""The life of a case (办件的一生): states, acts, who may do them. Pure; every change of state goes through `after`."""

from dataclasses import dataclass

from shebao.base.refusal import Refusal

STATES = {
    "open": "窗口办理中",
    "draft": "草稿",
    "submitted": "已提交，等受理",
    "supplement": "等您补材料",
    "accepted": "办理中",
    "proposed": "等复核",
    "decided": "已决定，等办结",
    "done": "已办结",
    "declined": "不予受理",
    "withdrawn": "已撤回",
    "lapsed": "到期没补，已终止",
    "closed": "窗口已办结",
}
ENDED = frozenset({"done", "declined", "withdrawn", "lapsed", "closed"})
WAITING_FOR_APPLICANT = frozenset({"draft", "supplement"})
WITH_OFFICE = frozenset({"submitted", "accepted", "proposed", "decided"})


@dataclass(frozen=True)
class Act:
    """One act (动作): its official word, from which states to which, and whose it is."""

    code: str
    word: str
    sources: frozenset[str]
    target: str
    whose: str


def _act(code: str, word: str, sources: str, target: str, whose: str) -> Act:
    return Act(code, word, frozenset(sources.split()), target, whose)


ACTS = {
    act.code: act
    for act in (
        _act("submit", "提交", "draft", "submitted", "applicant"),
        _act("discard", "删除草稿", "draft", "withdrawn", "applicant"),
        _act("accept", "受理", "submitted", "accepted", "office"),
        _act("ask", "一次性告知", "submitted accepted", "supplement", "office"),
        _act("supply", "补交材料", "supplement", "submitted", "applicant"),
        _act("decline", "不予受理", "submitted", "declined", "office"),
        _act("withdraw", "撤回", "submitted supplement accepted proposed", "withdrawn", "applicant"),
        _act("lapse", "到期终止", "supplement draft", "lapsed", "clock"),
        _act("adopt", "采用共享数据", "accepted", "accepted", "office"),
        _act("keep", "按本人答复", "accepted", "accepted", "office"),
        _act("enter", "填写意见", "accepted", "accepted", "office"),
        _act("term", "改办理时限", "accepted", "accepted", "office"),
        _act("publish", "公示", "accepted", "accepted", "office"),
        _act("halt", "中止计时", "accepted", "accepted", "office"),
        _act("resume", "恢复计时", "accepted", "accepted", "office"),
        _act("propose", "提出初审意见", "accepted", "proposed", "office"),
        _act("return", "退回初审", "proposed", "accepted", "second"),
        _act("decide", "决定", "accepted", "decided", "office"),
        _act("confirm", "复核通过", "proposed", "decided", "second"),
        _act("deliver", "办结", "decided", "done", "office"),
        _act("close", "窗口办结", "open", "closed", "office"),
    )
}


def after(state: str, act: str) -> str:
    """The state after an act. Refuses an unknown act and a jump (`conflict`)."""
    known = ACTS.get(act)
    if known is None:
        raise Refusal("invalid_input", "没有这个动作。", field="act")
    if state not in known.sources:
        now = STATES.get(state, state)
        raise Refusal("conflict", f"这件事现在是「{now}」，不能{known.word}。", "看办件进度", "/cases/")
    return known.target


def open_acts(state: str, whose: str) -> tuple[Act, ...]:
    """What one side may do in a state, in the order of the table."""
    return tuple(act for act in ACTS.values() if state in act.sources and act.whose == whose)


def ended(state: str) -> bool:
    """Whether nothing more can happen to the case itself; an objection is a case of its own."""
    return state in ENDED
