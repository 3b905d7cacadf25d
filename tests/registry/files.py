"""Files for the loading tests, and what they are about."""

import csv
from pathlib import Path
from typing import Any

from django.db import connections

from shebao.privacy import gate, vault
from shebao.registry.intake import actions
from shebao.registry.intake.report import Report
from tests import people

DECLARED = ["社会保障号码", "姓名", "险种", "费款所属期", "缴费基数"]


def rows(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows as the owner sees them."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall()) if cursor.description else []


def value(subject: int, item: str) -> str:
    """A vault value, opened by the owner of the keys."""
    (sealed,) = rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = %s", subject, item
    )[0]
    return vault.unseal(subject, item, bytes(sealed))


def who(subject: int) -> list[str]:
    """Number and name of a person."""
    return [value(subject, "person.id_number"), value(subject, "person.name")]


def written(path: Path, header: list[str], lines: list[list[Any]]) -> Path:
    """A CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *lines])
    return path


def footprint() -> list[tuple[Any, ...]]:
    """Everything a load could have changed, summed up."""
    told = []
    for table in (
        "privacy_subject", "privacy_blind", "privacy_vault", "registry_person", "registry_employer",
        "registry_institution", "registry_enrolment", "registry_contribution", "registry_account",
        "registry_accountyear", "registry_claim", "registry_claimdetail", "registry_intakefile",
    ):  # fmt: skip
        told += rows(f"select '{table}', count(*), sum(hashtext(t::text)::bigint) from {table} t")
    return told


def loaded(now: Any, path: Path, **options: Any) -> Report:
    """The file loaded by an operator with a supervisor's approval."""
    operator, supervisor = people.staff("operator"), people.staff("supervisor")
    return run(now, path, operator, supervisor, **options)


def run(
    now: Any,
    path: Path,
    operator: gate.Actor,
    second: gate.Actor,
    *,
    kind: str = "",
    uscc: str = "",
    **options: Any,
) -> Report:
    """Approval, then the load."""
    source, layout, employer = actions.prepare(path, kind=kind, uscc=uscc)
    number = actions.run_number(now=now)
    assert operator.actor_id is not None
    actions.approve(second, operator=operator.actor_id, run=number)
    return actions.load(
        source, layout, employer, by=operator, run=number, now=now, allow_demo=True, **options
    )
