"""数据共享名单: a list of another authority, let in by two people, taken in person by person, each with her own entry."""

import csv
import io
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys
from shebao.registry import working

LARGEST = 100_000


@dataclass(frozen=True)
class Kind:
    """One kind of list: the head of its case, the unit of the worker, its purpose and what that reads and writes."""

    head: str
    unit: str
    process: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    reason: str

    def case(self, batch: str) -> str:
        """The case of one list."""
        return f"{self.head}/{batch}"


def rows(text: str, head: Sequence[str]) -> list[tuple[int, Mapping[str, str]]]:
    """The lines with their numbers, trimmed. Refuses a wrong head and a list too long."""
    table = csv.DictReader(io.StringIO(text))
    if tuple(table.fieldnames or ()) != tuple(head):
        raise Refusal("invalid_input", f"表头要是 {','.join(head)}。", field="file")
    found: list[tuple[int, Mapping[str, str]]] = [
        (number, {key: (row[key] or "").strip() for key in head})
        for number, row in enumerate(islice(table, LARGEST + 1), 2)
    ]
    if len(found) > LARGEST:
        raise Refusal("invalid_input", f"一次最多 {LARGEST} 行。", field="file")
    return found


def approve(kind: Kind, batch: str, *, words: str, operator: gate.Actor, approver: gate.Actor) -> None:
    """A list is taken in by one and approved by another. Refuses one person, and other roles."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select cases.shared_list(%s, %s, %s, %s)",
            [operator.token, approver.token, kind.case(batch), words],
        )
        if not cursor.fetchone()[0]:
            raise Refusal("purpose_not_allowed", "名单由运维人员导入，另一位科长或负责人批准。")


def opened(kind: Kind, batch: str, *, id_number: str, name: str) -> AbstractContextManager[gate.Grant] | None:
    """The person of a line, under an entry of her own; None for nobody of that number and name, or without approval."""
    digest = keys.blind("real_name", f"{id_number}|{name}")
    subject = _ask("select cases.found_on_list(%s, %s)", digest, kind.case(batch))
    return None if subject is None else entered(kind, batch, int(subject))


def entered(kind: Kind, batch: str, subject: int) -> AbstractContextManager[gate.Grant]:
    """The worker opens a person within its reach for this list."""
    return gate.open(
        working.session(kind.unit), kind.process, items=kind.reads, writes=kind.writes, subject=subject,
        case=kind.case(batch), reason=kind.reason, alias=working.ALIAS,
    )  # fmt: skip


def done(kind: Kind, batch: str) -> None:
    """Nobody on the list is within reach any more."""
    _ask("select cases.shared_list_done(%s)", kind.case(batch))


def _ask(statement: str, *values: str | bytes) -> Any:
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute(statement, list(values))
        return cursor.fetchone()[0]
