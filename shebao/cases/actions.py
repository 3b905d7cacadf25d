"""Opening and closing cases (办件). Each step is an entry of the person's ledger."""

from collections.abc import Callable

from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys
from shebao.rules.identity import documents

KINDS = {
    "enquiry": "窗口查询",
    "certificate": "代为打印证明",
    "correction": "登记更正",
    "question": "答复查看疑问",
}
URGENT = "urgent"
WINDOW = KINDS | {URGENT: "紧急查看"}
LEAST_REASON = 4


def open_window(*, id_number: str, kind: str, reason: str, by: gate.Actor) -> str:
    """Opens a window case (窗口受理) for the person with exactly this ID number; returns the case number.

    Refuses an unknown kind, a missing reason, a malformed number, a person not found, and the gate's own codes.
    """
    if kind not in KINDS:
        raise Refusal("invalid_input", "请选一种受理事由。", field="kind")
    return _opened(id_number=id_number, kind=kind, reason=reason, by=by)


def open_urgent(*, id_number: str, reason: str, by: gate.Actor, tell: Callable[[str, int], None]) -> str:
    """Opens an urgent look (紧急查看) the same way; `tell(case, subject)` tells the person in the same transaction."""
    return _opened(id_number=id_number, kind=URGENT, reason=reason, by=by, tell=tell)


def _opened(
    *, id_number: str, kind: str, reason: str, by: gate.Actor, tell: Callable[[str, int], None] | None = None
) -> str:
    if len(reason.strip()) < LEAST_REASON:
        raise Refusal("precondition_unmet", "请写明为什么要查，至少四个字。", field="reason")
    checked = documents.inspect(id_number.strip())
    if not checked.valid:
        raise Refusal("invalid_input", "证件号不完整或校验位不对，请照证件再核一遍。", field="id_number")
    digest = keys.blind("id_number", checked.normalised)
    # What is refused is entered too: the refusal is raised after the commit.
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome, case_no, subject from cases.open_window(%s, %s, %s, %s, %s)",
            [by.token, digest, kind, reason.strip(), gate.request_id.get()],
        )
        outcome, case_no, subject = cursor.fetchone()
        if outcome == "allowed" and tell is not None:
            tell(case_no, subject)
    if outcome == "not_found":
        raise Refusal("not_found", "登记库里没有这个证件号。", "请核对后再查", "/desk/")
    if outcome != "allowed":
        raise Refusal(outcome)
    return str(case_no)


def close(*, case_no: str, by: gate.Actor) -> None:
    """Closes a case: nobody reaches the person through it any more. Refuses a case that is not the actor's."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.close(%s, %s)", [by.token, case_no])
        (done,) = cursor.fetchone()
    if not done:
        raise Refusal("out_of_reach", "这个办件不在您手上。", "回到办件列表", "/desk/")
