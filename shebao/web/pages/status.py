"""运行情况 and 服务目录: words for states, windows and outages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shebao.items import directory
from shebao.privacy.availability import STATES, Board, Standing
from shebao.privacy.book import Register
from shebao.privacy.directory import KINDS, PRECONDITIONS, Service, conditions
from shebao.privacy.models import Outage, Window
from shebao.privacy.outages import CAUSES, Record
from shebao.web import formats

TONES = {"online": "", "maintenance": "w", "ceased": "n", "failing": "b"}
Shown = Sequence[tuple[Service, Standing]]


def status(shown: Shown, kept: Mapping[str, Record], board: Board, now: datetime) -> dict[str, Any]:
    """Context of web/status.html: what does not work leads, then windows, then each service."""
    names = {service.code: service.name for service, _ in shown}
    past = sorted(
        (one for record in kept.values() for one in record.outages),
        key=lambda one: one.started_at,
        reverse=True,
    )
    running = [one for one in past if one.ended_at is None]
    closed = [standing for _, standing in shown if standing.state == "maintenance"]
    rows = [_row(service, standing, kept.get(service.code)) for service, standing in shown]
    return {
        "head": _head(running, closed),
        "running": [_outage(one, names, now) for one in running],
        "windows": [_window(one, names, now) for one in board.announced(now)],
        "recovered": [_window(one, names, now) for one in board.recovered(now)],
        "past": [_outage(one, names, now) for one in past if one.ended_at][:20],
        "rows": rows,
        "trouble": [row for row in rows if row["tone"]],
        "watched": bool(kept),
    }


def services(shown: Shown) -> dict[str, Any]:
    """Context of web/services.html: groups by kind."""
    groups = [
        {"name": name, "rows": [_row(one, standing, None) for one, standing in shown if one.kind == kind]}
        for kind, name in KINDS.items()
    ]
    return {"groups": [group for group in groups if group["rows"]], "count": len(shown)}


def roles(shown: Shown, book: Register) -> dict[str, Any]:
    """Context of web/services_roles.html: what each role may use and what comes first, from the catalogue alone."""
    every = [one for one, standing in shown if standing.state != "ceased"]
    free = [one for one in every if "login" not in one.preconditions]
    bound = [one for one in every if "login" in one.preconditions]
    duties: dict[str, list[str]] = {}
    for one in every:
        for code in conditions(one, book):
            duties.setdefault(code, []).append(one.name)
    first = [
        {"name": PRECONDITIONS[code], "who": "上面每一项" if code == "login" else "、".join(names)}
        for code, names in duties.items()
    ]
    return {"free": [_named(one) for one in free], "bound": [_named(one) for one in bound], "first": first}


def _named(service: Service) -> dict[str, str]:
    is_read = "login" in service.preconditions and service.role(service.page) == "everyone"
    seen = "介绍不用登录就能看" if is_read else ""
    return {"code": service.code, "name": service.name, "note": seen}


def service(found: Service, standing: Standing, book: Register, now: datetime) -> dict[str, Any]:
    """Context of web/service.html."""
    entry = directory.entry(found, book, standing)
    return {
        "entry": entry,
        "state": STATES[standing.state],
        "tone": TONES.get(standing.state, ""),
        "closed": _closed(standing),
        "purposes": [book.process[code].plain_zh for code in found.purposes],
        "labels": [book.items[code].label_zh for code in found.items],
        "first": [row["name"] for row in entry["preconditions"]],
    }


def span(since: datetime, until: datetime) -> str:
    """11月22日 22:00 到 23:30; the day is said once."""
    same = formats.moment(since).date() == formats.moment(until).date()
    return f"{formats.moment_full(since)} 到 {formats.time_cn(until) if same else formats.moment_full(until)}"


def lasted(seconds: int) -> str:
    """12 分钟, 3 小时 5 分钟."""
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    return " ".join(([f"{hours} 小时"] if hours else []) + ([f"{rest} 分钟"] if rest or not hours else []))


def _head(running: list[Outage], closed: list[Standing]) -> str:
    if running:
        return f"现在有 {len(running)} 项服务出了故障"
    return f"现在有 {len(closed)} 项服务在维护" if closed else "服务都正常"


def _closed(standing: Standing) -> str:
    if standing.state == "maintenance" and standing.until:
        return f"预计 {formats.moment_full(standing.until)} 恢复。{standing.reason}"
    if standing.state == "ceased" and standing.since:
        return f"{formats.date_full(standing.since)}停办。{standing.reason}"
    return ""


def _row(found: Service, standing: Standing, record: Record | None) -> dict[str, str]:
    failing = bool(record and record.outages and record.outages[0].ended_at is None)
    state = "failing" if failing else standing.state
    return {
        "code": found.code,
        "name": found.name,
        "icon": found.icon,
        "word": "故障" if failing else STATES[standing.state],
        "tone": TONES.get(state, ""),
        "sub": _share(record) if record else "",
        "note": _closed(standing),
    }


def _share(record: Record) -> str:
    days = max(1, min(90, record.seconds // 86400))
    share = f"{int(record.share * 10000) / 100:.2f}".rstrip("0").rstrip(".")
    gone = f"，中断 {len(record.outages)} 次" if record.outages else ""
    return f"近 {days} 天 {share}% 的时间能用{gone}"


def _window(window: Window, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    return {
        "id": str(window.id),
        "name": names.get(window.service, "全部服务"),
        "span": span(window.starts_at, window.ends_at),
        "reason": window.reason,
        "word": "进行中"
        if window.starts_at <= now < window.ends_at
        else "已恢复"
        if window.ends_at <= now
        else "已公布",
        "announced": formats.moment_full(window.announced_at),
    }


def _outage(outage: Outage, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    until = outage.ended_at or now
    return {
        "id": str(outage.id),
        "name": names.get(outage.service, outage.service),
        "since": formats.moment_full(outage.started_at),
        "until": formats.moment_full(outage.ended_at) if outage.ended_at else "",
        "lasted": lasted(int((until - outage.started_at).total_seconds())),
        "cause": CAUSES.get(outage.cause, outage.cause),
        "evidence": outage.evidence,
    }
