"""支付批次 at the desk: made by one person, approved by another. No names, no accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import gate

STATES = {
    "made": "等第二个人复核", "approved": "等后台交银行", "sent": "银行在办", "closed": "银行都回了", "dropped": "已撤销",
}  # fmt: skip


@dataclass(frozen=True)
class Batch:
    """One batch with what became of its payments."""

    number: int
    month: int
    state: str
    count: int
    total_fen: int
    made_at: datetime
    sent_at: datetime | None
    mine: bool
    paid: int
    returned: int
    waiting: int


@dataclass(frozen=True)
class Waiting:
    """Orders that wait for a batch (approved) or for another account (returned), by kind."""

    kind: str
    state: str
    count: int
    total_fen: int


def collect(*, month: int, now: datetime, by: gate.Actor) -> int:
    """A batch of what is due up to a month (YYYYMM); 0 when nothing is. Refuses all but operators and supervisors."""
    found = _one("select registry.payment_collect(%s, %s, %s)", by.token, month, today_in_china(now))
    if found is None:
        raise Refusal("purpose_not_allowed", "支付批次由运行岗或科长编。", "回办件列表", "/desk/")
    return int(found)


def approve(number: int, *, by: gate.Actor) -> None:
    """复核: after this the worker sends it. Refuses who made it, and all but supervisors."""
    if not _one("select registry.payment_approve(%s, %s)", by.token, number):
        raise Refusal("conflict", "编批和复核要两个人，复核由科长做。", "看支付批次", "/desk/payments/")


def drop(number: int, *, by: gate.Actor) -> None:
    """Not this way: the orders wait again. Refuses a batch that was approved."""
    if not _one("select registry.payment_drop(%s, %s)", by.token, number):
        raise Refusal("conflict", "这一批已经复核，不能撤销。", "看支付批次", "/desk/payments/")


def listing(*, by: gate.Actor, most: int = 50) -> list[Batch]:
    """The newest batches."""
    return [Batch(*row) for row in _rows("select * from registry.payment_batches(%s, %s)", by.token, most)]


def waiting(*, month: int, by: gate.Actor) -> list[Waiting]:
    """What no batch has yet."""
    return [Waiting(*row) for row in _rows("select * from registry.payment_waiting(%s, %s)", by.token, month)]


def _one(statement: str, *values: Any) -> Any:
    return _rows(statement, *values)[0][0]


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
