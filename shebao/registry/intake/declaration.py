"""The employer's monthly declaration (单位月申报): amounts by the rules, batch by batch, as columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connections

from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.registry.intake.checking import Values
from shebao.registry.intake.report import Problem, Report
from shebao.rules.injury import contribution as injury
from shebao.rules.medical import contribution as medical
from shebao.rules.pension import contribution as pension
from shebao.rules.unemployment import contribution as unemployment

BATCH = 10_000


@dataclass(frozen=True)
class Employer:
    """Who declares."""

    id: int
    region: str
    injury_class: int


def employer(uscc: str, *, alias: str = "worker") -> Employer:
    """The employer with this 统一社会信用代码; refuses an unknown one and one that has closed."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select id, region, injury_class, state from registry_employer where uscc = %s", [uscc]
        )
        row = cursor.fetchone()
    if row is None:
        raise Refusal("not_found", "没有这个统一社会信用代码的单位。")
    if row[3] != "active":
        raise Refusal("precondition_unmet", "这个单位已经注销，不能再申报。")
    return Employer(row[0], row[1], row[2])


def priced(
    rows: Iterator[tuple[int, Values]], who: Employer, report: Report, *, allow_demo: bool
) -> Iterator[tuple[int, Values]]:
    """The rows with base and both amounts; a base outside the limits is clipped with a warning."""
    batch: list[tuple[int, Values]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield from _batch(batch, who, report, allow_demo)
            batch = []
    yield from _batch(batch, who, report, allow_demo)


def _batch(
    batch: list[tuple[int, Values]], who: Employer, report: Report, allow_demo: bool
) -> Iterator[tuple[int, Values]]:
    groups: dict[tuple[int, int], list[int]] = {}
    for at, (_, values) in enumerate(batch):
        groups.setdefault((values["insurance"], values["month"]), []).append(at)
    for (insurance, month), places in groups.items():
        declared = np.array([batch[at][1]["declared"] for at in places], dtype=np.int64)
        try:
            told = assess(insurance, declared, month, who, allow_demo=allow_demo)
        except Refusal as refusal:
            for at in places:
                report.refuse(Problem(batch[at][0], "险种", refusal.message.rstrip("。")))
                batch[at][1]["base_fen"] = None
            continue
        for at, base, by_employer, by_person in zip(
            places, told.base.tolist(), told.employer.tolist(), _column(told.employee, declared), strict=True
        ):
            line, values = batch[at]
            if base != values["declared"]:
                report.note(_clipped(line, base, values["declared"]))
            values.update(base_fen=base, employer_fen=by_employer, person_fen=by_person)
    yield from ((line, values) for line, values in batch if values["base_fen"] is not None)


def _column(amounts: Any, like: Any) -> list[int]:
    return [int(fen) for fen in np.broadcast_to(amounts, like.shape)]


def _clipped(line: int, base: int, declared: int) -> Problem:
    limit = "下限" if base > declared else "上限"
    return Problem(line, "缴费基数", f"超出{limit}，按 {yuan(base)} 元计算", grave=False)


def assess(insurance: int, declared: Any, month: int, who: Employer, *, allow_demo: bool) -> Any:
    """One insurance of one month for many employees; refuses an insurance that employers do not declare."""
    where: dict[str, Any] = {
        "declared_fen": declared, "month": month, "region": who.region, "allow_demo": allow_demo,
    }  # fmt: skip
    ways: dict[int, Callable[[], Any]] = {
        110: lambda: pension.assess(**where),
        210: lambda: unemployment.assess(**where),
        310: lambda: medical.assess(**where),
        410: lambda: injury.assess(**where, industry_class=who.injury_class),
        510: lambda: medical.assess_maternity(**where),
    }
    if insurance not in ways:
        raise Refusal("invalid_input", "单位不申报这个险种。")
    return ways[insurance]().value
