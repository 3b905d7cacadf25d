"""Workload and clocks (时限看板): counts by item, stage, due day, age and holder; nobody of the public in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from shebao.base import clock
from shebao.cases import assigning, queries
from shebao.cases import clock as limits
from shebao.cases.assigning import Load
from shebao.desk import door, frame
from shebao.desk.lines import STAGES, item_name
from shebao.desk.views_queue import due_days
from shebao.identity.asking import Request

AGES = ((5, "5 天内"), (10, "6—10"), (20, "11—20"), (30, "21—30"), (60, "31—60"))
OLDEST = "60 以上"
RUNNING = ("submitted", "accepted", "proposed")


@require_GET
def work(request: Request) -> HttpResponse:
    """/desk/work/: the load of the unit as plots with their tables."""
    actor = door.enter(request)
    today = clock.today_in_china(clock.now())
    load = assigning.load(by=actor)
    rated = [(item_name(kind), total, count, stars) for kind, total, count, stars in queries.ratings()]
    return frame.page(request, "work", {"unit": actor.unit, "ratings": rated} | board(load, today))


def board(load: Sequence[Load], today: date) -> dict[str, Any]:
    """Everything the page shows of a unit."""
    total = sum(row.count for row in load)
    late = sum(row.count for row in load if is_late(row, today))
    warned = sum(row.count for row in load if row.escalated >= 70 and not is_late(row, today))
    return due_days(load, today) | {
        "total": total,
        "late": late,
        "warned": warned,
        "stopped": sum(row.count for row in load if row.state == "supplement"),
        "unheld": sum(row.count for row in load if not row.holder and row.state in RUNNING),
        "by_item": grouped(load, today, lambda row: item_name(row.kind)),
        "by_stage": grouped(load, today, lambda row: STAGES.get(row.state, row.state)),
        "by_holder": grouped(
            load, today, lambda row: f"工号尾号 {row.holder[-2:]}" if row.holder else "还没人领"
        ),
        "ages": ages(load, today),
        "age_finding": age_finding(load, today),
        "escalated": escalated(load, today),
    }


def is_late(row: Load, today: date) -> bool:
    """Past its last day while the office had it."""
    return row.state in RUNNING and row.due_on is not None and row.due_on < today


def grouped(load: Sequence[Load], today: date, word: Any) -> list[tuple[str, int, int]]:
    """(word, count, of which late), the largest first."""
    every, late = Counter[str](), Counter[str]()
    for row in load:
        every[word(row)] += row.count
        late[word(row)] += row.count if is_late(row, today) else 0
    return [(name, count, late[name]) for name, count in every.most_common()]


def ages(load: Sequence[Load], today: date) -> list[tuple[str, int, str]]:
    """Working days since the application came, in steps."""
    counts = dict.fromkeys([word for _, word in AGES] + [OLDEST], 0)
    for row in load:
        counts[_age_word(_age(row, today))] += row.count
    return [(word, count, "f2") for word, count in counts.items()]


def _age(row: Load, today: date) -> int:
    return max(0, limits.left(row.submitted_on, today)) if row.submitted_on else 0


def _age_word(days: int) -> str:
    return next((word for most, word in AGES if days <= most), OLDEST)


def age_finding(load: Sequence[Load], today: date) -> str:
    """The oldest case as a sentence."""
    oldest = max((_age(row, today) for row in load), default=0)
    return f"最早的一件收到 {oldest} 个工作日了" if load else "没有待办的件"


def escalated(load: Sequence[Load], today: date) -> list[dict[str, Any]]:
    """What passed 70 % or the last day: item, stage, due day, holder."""
    rows = [row for row in load if is_late(row, today) or (row.escalated >= 70 and row.state in RUNNING)]
    counts: Counter[tuple[date, str, str, str]] = Counter()
    for row in rows:
        stage = STAGES.get(row.state, row.state)
        counts[(row.due_on or today, item_name(row.kind), stage, row.holder[-2:])] += row.count
    return [
        {
            "due": due,
            "item": item,
            "stage": stage,
            "holder": holder,
            "late": due < today,
            "left": abs(limits.left(today, due)),
            "count": count,
        }
        for (due, item, stage, holder), count in sorted(counts.items())
    ]
