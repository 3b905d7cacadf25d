"""Lines of the queue (办件列表的一行): stage, working days as cells, what blocks; never a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from shebao.base.clock import today_in_china
from shebao.cases import actions, clock
from shebao.cases.assigning import Queued
from shebao.items import catalogue

STAGES = {
    "submitted": "受理",
    "accepted": "审核",
    "proposed": "复核",
    "supplement": "等补材料",
    "decided": "办结",
}
CHANNELS = {
    "web": "网上",
    "app": "手机",
    "window": "窗口",
    "phone": "电话",
    "employer": "单位",
    "helper": "代办",
}
SOON = 3


@dataclass(frozen=True)
class Line:
    """One case as the queue shows it. `left` is None while the limit does not run."""

    no: str
    item: str
    stage: str
    due: str
    due_on: date | None
    left: int | None
    left_words: str
    tone: str
    total: int
    used: int
    blocks: str
    channel: str
    holder: str
    mine: bool
    free: bool
    provisional: bool


def item_name(kind: str) -> str:
    """事项 or window business by its everyday name."""
    found = catalogue.ITEMS.get(kind)
    return found.name if found else actions.WINDOW.get(kind, kind)


def lines(rows: Iterable[Queued], today: date) -> list[Line]:
    """The rows of a page."""
    return [_line(row, today) for row in rows]


def _line(row: Queued, today: date) -> Line:
    stopped = row.state in ("supplement", "decided") or row.halted
    left = None if row.due_on is None or stopped else clock.left(today, row.due_on)
    total, used = _spent(row, today)
    return Line(
        no=row.no, item=item_name(row.kind), stage=STAGES.get(row.state, row.state),
        due=row.due_on.strftime("%m-%d") if row.due_on else "", due_on=row.due_on, left=left,
        left_words=_left_words(row, left), tone=tone(left, row.escalated), total=total, used=used,
        blocks=_blocks(row), channel=CHANNELS.get(row.channel, row.channel), holder=row.holder[-2:],
        mine=row.is_mine and row.is_held, free=not row.is_held, provisional=row.provisional,
    )  # fmt: skip


def _spent(row: Queued, today: date) -> tuple[int, int]:
    """Working days between receipt and the last day, and how many of them have gone."""
    if row.due_on is None or row.submitted_at is None:
        return 0, 0
    received = today_in_china(row.submitted_at)
    total = max(1, clock.left(received, row.due_on))
    return total, min(total, max(0, clock.left(received, today)))


def _left_words(row: Queued, left: int | None) -> str:
    if left is None:
        return "不计时" if row.state in ("supplement", "accepted", "submitted") else ""
    if left < 0:
        return f"超 {-left} 天"
    return "今天" if left == 0 else f"剩 {left} 天"


def tone(left: int | None, escalated: int) -> str:
    """The colour of a limit: late, soon or warned at 70 %, or quiet."""
    if left is not None and left < 0:
        return "fb"
    if left is not None and (left <= SOON or escalated >= 70):
        return "fw"
    return "f1"


def _blocks(row: Queued) -> str:
    who = "您" if row.is_mine and row.is_held else f"工号尾号 {row.holder[-2:]}" if row.is_held else ""
    if row.state == "supplement":
        return "等本人补材料"
    if row.state == "proposed":
        return "等第二个人，您提的初审" if row.proposed_by_me else "等第二个人复核"
    verb = {"submitted": "受理", "accepted": "审核", "decided": "办结"}.get(row.state, "办理")
    if not who:
        return f"还没人领，等{verb}"
    again = "，材料已补" if row.asked and row.state == "submitted" else ""
    return f"等{who}{verb}{again}"
