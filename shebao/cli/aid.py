"""`shebao aid`: civil affairs' list of people whose premium is reduced, taken in by one, approved by another."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cli.load import APPROVER_TOKEN, OPERATOR_TOKEN, staff_actor
from shebao.items import aiding

console = Console(highlight=False, soft_wrap=True)


def command(
    file: Annotated[Path, typer.Argument(help="CSV：id_number,name,category,reference。")],
    year: Annotated[int, typer.Option(help="参保年度：今年或者明年。")],
    batch: Annotated[str, typer.Option(help="名单编号。")],
    operator: Annotated[str, typer.Option(help="运维人员的登录名。")] = "",
    approver: Annotated[str, typer.Option(help="批准人的登录名。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看文件对不对，不碰登记库。")] = False,
) -> None:
    """导入民政部门的救助对象名单，减少居民医保个人缴费。类别写：特困人员、最低生活保障对象、返贫致贫人口。"""
    try:
        lines = aiding.read(file.read_text("utf-8-sig"))
        if dry_run:
            console.print(f"{len(lines)} 行，都写全了。只核对，没有写入。")
            return
        with (
            staff_actor("运维人员", operator, OPERATOR_TOKEN) as by,
            staff_actor("批准人", approver, APPROVER_TOKEN) as second,
        ):
            aiding.approve(batch=batch, year=year, operator=by, approver=second)
            report = aiding.take_in(
                lines, year=year, batch=batch, on=today_in_china(datetime.now(UTC)),
                allow_demo=not settings.PRODUCTION,
            )  # fmt: skip
    except (Refusal, OSError, UnicodeDecodeError) as problem:
        console.print(f"没有导入。{getattr(problem, 'message', '文件打不开，或者不是 UTF-8。')}")
        raise typer.Exit(1) from problem
    console.print(f"资助 {report.aided} 人，改类别 {report.changed} 人。")
    for words, numbers in (
        ("没有查到", report.unknown),
        ("以前登记过", report.known),
        ("没有参加居民医保", report.uncovered),
        ("这一年已经缴了，差额要退", report.paid),
        ("当地的定额还没有查实", report.unsettled),
    ):
        if numbers:
            console.print(f"{words}的行：{'、'.join(str(one) for one in numbers)}")
    if report.unknown or report.uncovered or report.paid or report.unsettled:
        raise typer.Exit(1)
