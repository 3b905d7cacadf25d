"""Which services answer now (服务状态): opened, ceased (停办), in a window (维护窗口). Held two seconds in each process.

The gate itself refuses the purposes of a ceased service, so an old answer here opens nothing.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connections
from django.db.models import F

from shebao.base import workdays
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.privacy.directory import EVERY, Directory, Service, problems
from shebao.privacy.models import ServiceState, Window
from shebao.privacy.register import current as register_in_force

HELD_SECONDS = 2.0
STATES = {"online": "能用", "maintenance": "维护中", "ceased": "已停办", "draft": "还没有开通"}
EVERYTHING = "every"
LEAST_REASON = 4


@dataclass(frozen=True)
class Standing:
    """How a service stands: its state, since when, why, and the planned end of a window."""

    state: str = "online"
    since: datetime | None = None
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Board:
    """What is written about the services at one moment."""

    states: dict[str, Standing]
    windows: tuple[Window, ...]

    def of(self, service: Service, now: datetime) -> Standing:
        """The standing of a service; an open one is always online."""
        if service.open:
            return Standing()
        written = self.states.get(service.code) or self.states.get(EVERYTHING)
        if written and written.state == "ceased":
            return written
        if service.draft and (written is None or written.state != "online"):
            return Standing("draft")
        for window in self.windows:
            if window.service in (EVERY, service.code) and window.starts_at <= now < window.ends_at:
                return Standing("maintenance", window.starts_at, window.ends_at, window.reason)
        return Standing()

    def announced(self, now: datetime) -> list[Window]:
        """Windows that have not ended, the next first."""
        return [window for window in self.windows if window.ends_at > now]

    def recovered(self, now: datetime) -> list[Window]:
        """Windows that ended within the last day: the recovery is announced that long."""
        return [one for one in self.windows if now - timedelta(days=1) < one.ends_at <= now > one.starts_at]


_held: dict[str, tuple[float, Board]] = {}


def board(*, fresh: bool = False) -> Board:
    """The newest states and windows."""
    key = str(connections["default"].settings_dict["NAME"])
    kept = _held.get(key)
    if kept and not fresh and time.monotonic() - kept[0] < HELD_SECONDS:
        return kept[1]
    states = {
        row.code: Standing(row.state, row.since, None, row.reason) for row in ServiceState.objects.all()
    }
    standing = Window.objects.filter(ends_at__gt=F("starts_at")).order_by("starts_at", "id")
    found = Board(states, tuple(standing))
    _held[key] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Reads anew at the next question."""
    _held.clear()


def require_running(service: str) -> None:
    """Refuses (`service_ceased`) what has been closed, also where its purpose serves others that go on."""
    states = board(fresh=True).states
    for code in (service, EVERYTHING):
        if code in states and states[code].state == "ceased":
            words = f"这项服务已停办：{states[code].reason.rstrip('。')}。"
            raise Refusal("service_ceased", words, "复制原来的记录", "/privacy/export")


def windows_between(since: datetime, until: datetime, *, service: str = EVERY) -> list[Window]:
    """Windows that touch [since, until) and close this service (every window for whole-platform questions)."""
    rows = (
        Window.objects.filter(starts_at__lt=until, ends_at__gt=since)
        .exclude(ends_at=F("starts_at"))
        .order_by("starts_at")
    )
    return [one for one in rows if service == EVERY or one.service in (EVERY, service)]


def moved(last_day: date, *, service: str, windows: Sequence[Window] | None = None) -> date:
    """A last day that falls inside a window becomes the first working day after its end (期限顺延)."""
    day = last_day
    for window in board().windows if windows is None else windows:
        closes = window.service in (EVERY, service)
        first, last = today_in_china(window.starts_at), today_in_china(window.ends_at)
        if closes and window.ends_at > window.starts_at and first <= day <= last:
            day = workdays.move_off_holiday(last + timedelta(days=1)).day
    return day


def announce(
    *, service: str, starts_at: datetime, ends_at: datetime, reason: str, directory: Directory, by: gate.Actor
) -> int:
    """Announces a window; returns its number.

    Refuses an unknown or always open service, a missing reason, too short notice, other roles than an operator's.
    """
    if service != EVERY:
        _closable(service, directory)
    _reason(reason)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome, window_id from privacy.announce_window(%s, %s, %s, %s, %s, %s, %s)",
            [by.token, service, starts_at, ends_at, reason.strip(), notice_hours(), gate.request_id.get()],
        )
        outcome, number = cursor.fetchone()
    forget()
    if outcome == "precondition_unmet":
        raise Refusal(
            outcome, f"维护要提前 {notice_hours()} 小时公布，结束要晚于开始。", "改时间", field="starts_at"
        )
    if outcome != "allowed":
        raise Refusal(outcome)
    return int(number)


def end(*, window: int, by: gate.Actor) -> None:
    """Ends a window now, or takes back one that has not begun. Refuses one that is over."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select privacy.end_window(%s, %s, %s)", [by.token, window, gate.request_id.get()])
        (done,) = cursor.fetchone()
    forget()
    if not done:
        raise Refusal("conflict", "这个窗口已经结束。", "回到运行页", "/desk/operations/")


def cease(*, service: str, reason: str, directory: Directory, by: gate.Actor) -> None:
    """Closes a service (停办), or all of them with `every`: from the next call the gate refuses what it collected.

    Refuses an unknown or always open service (rights, policy, contact stay), a missing reason, other roles.
    """
    if service != EVERYTHING:
        _closable(service, directory)
    _reason(reason)
    gone = {code for code, one in board(fresh=True).states.items() if one.state == "ceased"} | {service}
    _set(service, "ceased", reason, closed_by(gone, directory), by)


def reopen(*, service: str, reason: str, directory: Directory, by: gate.Actor) -> None:
    """Opens a ceased service again, or a draft for the first time. Refuses an entry that is not complete."""
    _reason(reason)
    entry = directory.by_code.get(service)
    if entry is None and service != EVERYTHING:
        raise Refusal("not_found", "目录里没有这项服务。", "看目录", "/services/")
    if entry is not None:
        activable(entry)
    gone = {code for code, one in board(fresh=True).states.items() if one.state == "ceased"} - {service}
    _set(service, "online", reason, closed_by(gone, directory), by)


def activable(entry: Service) -> None:
    """Refuses an entry that lacks a purpose, data items, a condition, a clause or a probe, and names all of it."""
    found = list(problems(entry, register_in_force()))
    if found:
        words = "、".join(problem.text for problem in found)
        raise Refusal("handler_incomplete", f"这项服务还不能开通：{words}。", "补全目录", "/services/")


def closed_by(gone: set[str], directory: Directory) -> tuple[str, ...]:
    """Purposes that close when these services have ceased; with `every`, all that a person can still begin."""
    if EVERYTHING not in gone:
        return directory.closed_purposes(gone)
    kept = {code for one in directory.services if one.open for code in one.purposes}
    begun = {
        code
        for code, process in register_in_force().process.items()
        if set(process.roles) & {"citizen", "visitor", "employer_agent"}
    }
    return tuple(sorted(begun - kept))


def notice_hours() -> int:
    """Hours between the announcement and the beginning of a window, from the profile."""
    return int(settings.DEPLOYMENT.get("operations", {}).get("notice_hours", 24))


def _closable(service: str, directory: Directory) -> None:
    entry = directory.by_code.get(service)
    if entry is None:
        raise Refusal("not_found", "目录里没有这项服务。", "看目录", "/services/")
    if entry.open:
        raise Refusal("conflict", f"{entry.name}一直开放，不能停。", "看目录", "/services/")


def _reason(reason: str) -> None:
    if len(reason.strip()) < LEAST_REASON:
        raise Refusal("precondition_unmet", "请写明原因，至少四个字，会公布给大家。", field="reason")


def _set(service: str, state: str, reason: str, closed: tuple[str, ...], by: gate.Actor) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.set_service(%s, %s, %s, %s, %s, %s)",
            [by.token, service, state, list(closed), reason.strip(), gate.request_id.get()],
        )
        (done,) = cursor.fetchone()
    forget()
    if not done:
        raise Refusal("purpose_not_allowed", "只有运维和科长能改服务状态。", "回首页", "/")
