"""An operator, a second person, and a run from asking to the end."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from shebao.batch import actions
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
Rows = list[tuple[Any, ...]]


@pytest.fixture
def operator(shebao: Installation) -> gate.Actor:
    return people.staff("operator", unit="信息管理科")


@pytest.fixture
def supervisor(shebao: Installation) -> gate.Actor:
    return people.staff("supervisor", unit="待遇核定科")


@pytest.fixture
def run(operator: gate.Actor, supervisor: gate.Actor) -> Callable[..., actions.Summary]:
    """Prepares, approves and carries out."""

    def whole(
        kind: str, period: int, *, dry: bool = False, as_of: date = TODAY, **asked: Any
    ) -> actions.Summary:
        asked = {"allow_demo": True, "size": 20} | asked
        engine = asked.pop("engine", "local")
        no = actions.prepare(kind=kind, period=period, as_of=as_of, by=operator, **asked)
        actions.approve(no, by=supervisor)
        return actions.carry_out(no, by=operator, now=NOW, engine=engine, dry=dry)

    return whole


def owner(query: str, *values: Any) -> Rows:
    """A query as the owner, whom row-level security does not bind."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(query, values or None)
        return list(cursor.fetchall()) if cursor.description else []


def content(table: str) -> tuple[int, str]:
    """How many rows a table has, and a digest of all of them."""
    (found,) = owner(
        f"select count(*), coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t"
    )
    return int(found[0]), str(found[1])
