"""`shebao service`: the service catalogue, what answers now, maintenance windows, ceasing and opening."""

from datetime import datetime, timedelta
from typing import Annotated, NoReturn

import typer
from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.items import directory, probing
from shebao.privacy import availability
from shebao.privacy.availability import EVERYTHING, STATES
from shebao.privacy.declared import RegisterError
from shebao.privacy.directory import EVERY, Directory

app = typer.Typer(help="服务目录、维护窗口、停办和开通。", no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="服务编号，见 shebao service list；every 是全部服务。")]
Reason = Annotated[str, typer.Option(help="原因，会公布给大家。")]
ACTOR = (None, "operator", "命令行")


@app.command("list")
def listing() -> None:
    """列出每项服务和它的状态。例：shebao service list"""
    board, now = availability.board(fresh=True), clock.now()
    for one in _catalogue().services:
        typer.echo(f"{one.code:20}{STATES[board.of(one, now).state]:8}{one.name}")


@app.command()
def check() -> None:
    """核对服务目录，试一遍开通的服务。有一项不应答就返回 1。"""
    board, now, failed = availability.board(fresh=True), clock.now(), 0
    for one in _catalogue().services:
        if board.of(one, now).state == "online":
            found = probing.problem(one)
            failed += bool(found)
            typer.echo(f"{one.code:20}{found or '能用'}")
    raise typer.Exit(1 if failed else 0)


@app.command()
def window(
    service: Code,
    start: Annotated[datetime, typer.Option(help="开始，北京时间，例如 2026-11-30T22:00。")],
    minutes: Annotated[int, typer.Option(help="多少分钟。", min=1, max=10080)],
    reason: Reason,
) -> None:
    """公布一段维护时间。例：shebao service window every --start 2026-11-30T22:00 --minutes 60 …"""
    begins = start.replace(tzinfo=clock.CHINA)
    code = EVERY if service == EVERYTHING else service
    if code != EVERY and code not in _catalogue().by_code:
        _no("目录里没有这项服务。")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select privacy.write_window(%s, %s, %s, %s, %s, %s, %s, %s, null)",
            [*ACTOR, code, begins, begins + timedelta(minutes=minutes), reason, availability.notice_hours()],
        )
        (number,) = cursor.fetchone()
    if number is None:
        _no(f"维护要提前 {availability.notice_hours()} 小时公布。")
    typer.echo(f"已公布，编号 {number}。")


@app.command()
def cease(service: Code, reason: Reason) -> None:
    """停办一项服务，从下一次调用起不再放行。例：shebao service cease card --reason …"""
    _change(service, "ceased", reason)


@app.command("open")
def reopen(service: Code, reason: Reason) -> None:
    """重新开通停办的服务，或开通备好的服务。例：shebao service open card --reason …"""
    entry = _catalogue().by_code.get(service)
    if entry is not None:
        try:
            availability.activable(entry)
        except Refusal as refusal:
            _no(refusal.message)
    _change(service, "online", reason)


def _change(service: str, state: str, reason: str) -> None:
    catalogue = _catalogue()
    entry = catalogue.by_code.get(service)
    if service != EVERYTHING and (entry is None or entry.open):
        _no("目录里没有这项服务，或者它一直开放。")
    gone = {code for code, one in availability.board(fresh=True).states.items() if one.state == "ceased"}
    gone = gone | {service} if state == "ceased" else gone - {service}
    closed = list(availability.closed_by(gone, catalogue))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select privacy.write_state(%s, %s, %s, %s, %s, %s, %s, null)",
            [*ACTOR, service, state, closed, reason],
        )
    availability.forget()
    typer.echo(f"{service}：{STATES[state]}。" + (f"停用的用途：{'、'.join(closed)}。" if closed else ""))


def _catalogue() -> Directory:
    try:
        return directory.load(settings.PROFILE, settings.PROFILES)
    except RegisterError as problem:
        _no(f"服务目录没有通过：{problem}")


def _no(words: str) -> NoReturn:
    typer.echo(f"没有做成。{words}", err=True)
    raise typer.Exit(1)
