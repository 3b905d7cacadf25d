"""`shebao deaths`: a list of deaths (or of corrections) from another authority, taken in by one, approved by another."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shebao.base.refusal import Refusal
from shebao.cli.load import APPROVER_TOKEN, OPERATOR_TOKEN, staff_actor
from shebao.items import dying

console = Console(highlight=False, soft_wrap=True)


def command(
    file: Annotated[Path, typer.Argument(help="CSV：id_number,name,day,reference,reason。")],
    source: Annotated[str, typer.Option(help="谁给的：civil 民政，health 卫健，police 公安。")],
    batch: Annotated[str, typer.Option(help="名单编号。")],
    operator: Annotated[str, typer.Option(help="运维人员的登录名。")] = "",
    approver: Annotated[str, typer.Option(help="批准人的登录名。")] = "",
) -> None:
    """登记死亡名单，停发待遇。写了 reason 的行是更正：恢复、补发，并向本人道歉。"""
    try:
        lines = dying.read(file.read_text("utf-8-sig"))
        with (
            staff_actor("运维人员", operator, OPERATOR_TOKEN) as by,
            staff_actor("批准人", approver, APPROVER_TOKEN) as second,
        ):
            dying.approve(batch=batch, source=source, operator=by, approver=second)
            report = dying.take_in(lines, source=source, batch=batch, now=datetime.now(UTC))
    except (Refusal, UnicodeDecodeError) as problem:
        console.print(f"没有导入。{getattr(problem, 'message', '文件不是 UTF-8。')}")
        raise typer.Exit(1) from problem
    console.print(f"登记 {report.recorded} 人，更正 {report.corrected} 人。")
    for words, numbers in (
        ("没有查到", report.unknown),
        ("以前登记过", report.known),
        ("没有做成", report.wrong),
    ):
        if numbers:
            console.print(f"{words}的行：{'、'.join(str(one) for one in numbers)}")
    if report.wrong:
        raise typer.Exit(1)
