"""/api/v1/me/…: after the decision (决定以后): where the bearer's money is, where her relation has moved."""

from datetime import date
from typing import Any

from ninja import Router, Schema

from shebao.api.doors import REFUSED
from shebao.base import clock
from shebao.identity.asking import Request
from shebao.items import exchanging, paying

router = Router(tags=["办事"])


class Payment(Schema):
    """待支付待遇 and its newest payment: state approved, listed, sent, paid, returned or stopped. Fen, YYYYMM."""

    kind: str
    name: str
    amount_fen: int
    monthly: bool
    month: int
    state: str
    since: date | None
    tail: str
    reason: str
    case_no: str


class Leg(Schema):
    """转移环节: who holds it since when, until when."""

    name: str
    holder: str
    since: date
    due_on: date
    done_on: date | None
    late: bool


class Moving(Schema):
    """关系转移: in, out or switch; the open leg has no `done_on`."""

    insurance: int
    direction: str
    region: str
    stage: str
    months: int
    requested_on: date
    done_on: date | None
    reason: str
    case_no: str
    legs: list[Leg]


@router.get("/payments", response={200: list[Payment], **REFUSED}, summary="钱到哪了")
def payments(request: Request) -> Any:
    """Every sum decided for the bearer, newest first."""
    return [vars(one) | {"name": paying.name(one.kind)} for one in paying.mine(by=request.actor)]


@router.get("/transfers", response={200: list[Moving], **REFUSED}, summary="关系转到哪了")
def transfers(request: Request) -> Any:
    """Every relation on its way, newest first."""
    return [
        {
            "insurance": one.transfer.insurance, "direction": one.transfer.direction, "region": one.transfer.region,
            "stage": one.transfer.stage, "months": one.transfer.months, "requested_on": one.transfer.requested_on,
            "done_on": one.transfer.done_on, "reason": one.reason, "case_no": one.transfer.case_no,
            "legs": list(one.legs),
        }
        for one in exchanging.mine(now=clock.now(), by=request.actor)
    ]  # fmt: skip
