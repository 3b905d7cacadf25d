"""Runs as the desk and the command line show them. No personal data: counts and sums only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shebao.base.refusal import Refusal
from shebao.batch import catalogue
from shebao.batch.models import Chunk, Run


@dataclass(frozen=True)
class RunView:
    """A run with its progress."""

    no: str
    name: str
    period: int
    state: str
    parameters: dict[str, Any]
    done: int
    chunks: int
    totals: dict[str, int]
    prepared_at: datetime
    finished_at: datetime | None


def runs(*, alias: str = "default", limit: int = 20) -> list[RunView]:
    """The latest runs, newest first."""
    return [_view(run, alias) for run in Run.objects.using(alias).order_by("-prepared_at")[:limit]]


def run(no: str, *, alias: str = "default") -> RunView:
    """One run by its number; refuses an unknown one."""
    found = Run.objects.using(alias).filter(no=no).first()
    if found is None:
        raise Refusal("not_found", "没有这个批量任务。", "看任务编号有没有写错")
    return _view(found, alias)


def _view(run: Run, alias: str) -> RunView:
    return RunView(
        run.no,
        catalogue.KINDS[run.kind].name,
        run.period,
        run.state,
        run.parameters,
        Chunk.objects.using(alias).filter(run_id=run.no, state="done").count(),
        run.chunks,
        run.totals or {},
        run.prepared_at,
        run.finished_at,
    )
