"""电话: calls that a clerk makes, one person at a time, because nothing else arrived."""

from dataclasses import dataclass

from shebao.base.refusal import Refusal
from shebao.notices import tasks
from shebao.privacy import gate, vault

CHANNEL, PROCESS = "phone", "notice.call"
NAME, PHONE = "person.name", "person.phone"
OUTCOMES = {
    "told": ("已经告诉本人", "delivered", ""),
    "no_answer": ("没有人接，明天再打", "later", "no_answer"),
    "wrong_number": ("号码不对", "failed", "wrong_number"),
}


@dataclass(frozen=True, repr=False)
class Call:
    """One call to make: whom, where, what to say."""

    delivery: int
    message: int
    name: str
    number: str
    title: str
    lines: tuple[str, ...]


def take(by: gate.Actor) -> int:
    """Takes the next call; returns 1, or 0 when none waits."""
    return tasks.take(CHANNEL, 1, by)


def current(by: gate.Actor) -> Call | None:
    """The call this clerk holds; opening it is an entry that the person sees."""
    for task in tasks.held(CHANNEL, by):
        if not task.reach:
            continue
        with gate.open(
            by,
            PROCESS,
            items=("message.text", NAME, PHONE),
            subject=task.subject,
            case=f"message/{task.message}",
        ) as grant:
            values = vault.read(grant, (NAME, PHONE))
            title, body = tasks.text(grant, task)
        if not values.get(PHONE):
            tasks.report_back(task.delivery, outcome="failed", error="no_phone", by=by)
            continue
        return Call(
            task.delivery, task.message, values.get(NAME, ""), values[PHONE], title, tuple(body.splitlines())
        )
    return None


def report(delivery: int, *, outcome: str, by: gate.Actor) -> None:
    """What came of the call; refuses another's call and an outcome that is not listed."""
    if outcome not in OUTCOMES:
        raise Refusal("invalid_input", "结果要从列出的里选。", field="outcome")
    _, state, error = OUTCOMES[outcome]
    if not tasks.report_back(delivery, outcome=state, error=error, by=by):
        raise Refusal("conflict", "这个电话不在您手上。", "看电话任务", "/desk/messages/")
