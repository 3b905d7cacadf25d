"""Duties of handling that are yes or no (社会保险经办条例): settled dues, no extra proof, free queries, recovery."""

from dataclasses import dataclass
from typing import Any

from shebao.rules.columns import all_within
from shebao.rules.refusals import invalid


@dataclass(frozen=True)
class Ruling:
    """Allowed or not; `reason` is a stable word, `message` a sentence, `law` its article."""

    allowed: bool
    reason: str = ""
    message: str = ""
    law: str = ""


def cancel_registration(*, arrears_fen: int, late_fee_fen: int = 0, fine_fen: int = 0) -> Ruling:
    """注销登记 only after dues, late fees and fines are settled (第十条)."""
    owed = (arrears_fen, late_fee_fen, fine_fen)
    if not all(all_within(amount, 0, 10**15) for amount in owed):
        raise invalid("arrears", "金额不能小于 0。")
    law = "社会保险经办条例第十条"
    if any(owed):
        return Ruling(False, "unsettled_dues", "还有没结清的社保费、滞纳金或罚款。", law)
    return Ruling(True, law=law)


def require_material(*, material: str, legal_basis: str | None) -> Ruling:
    """A material may be asked for only on a legal basis (第三十一条)."""
    law = "社会保险经办条例第三十一条"
    if not legal_basis:
        return Ruling(False, "no_legal_basis", f"没有法律依据，不能要求提供{material}。", law)
    return Ruling(True, law=law)


def record_query_fee(requester: str = "self") -> int:
    """Querying one's own record is free (社会保险法第七十四条、经办条例第三十二条); fen."""
    if requester not in ("self", "employer", "agent", "guardian", "heir"):
        raise invalid("requester", "没有这种查询人。")
    return 0


def overpayment_recovery(*, lump_sum_possible: bool) -> tuple[str, ...]:
    """多发待遇的退还办法 (第四十六条)."""
    if lump_sum_possible:
        return ("lump_sum",)
    return ("instalment_agreement", "offset_future_benefit", "offset_personal_account")


def over_paid(paid_fen: Any, due_fen: Any) -> Any:
    """多发金额 (fen); negative when too little was paid."""
    return paid_fen - due_fen
