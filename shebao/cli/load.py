"""`shebao load`: a file from an employer or a bureau, checked row by row, taken whole or not at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.identity import sessions
from shebao.privacy import gate
from shebao.registry.intake import actions
from shebao.registry.intake.layouts import LAYOUTS
from shebao.registry.intake.report import MATCHED, OUTCOMES, REFUSED, Report

console = Console(highlight=False, soft_wrap=True)
SHOWN = 50
DEVICE = "命令行"
OPERATOR_TOKEN, APPROVER_TOKEN = "SHEBAO_OPERATOR_TOKEN", "SHEBAO_APPROVER_TOKEN"


def command(
    file: Annotated[Path, typer.Argument(help="CSV（UTF-8 或 GBK）、XLSX 或 Parquet。")],
    kind: Annotated[str, typer.Option(help="文件种类；不写就看表头。" + "、".join(LAYOUTS))] = "",
    employer: Annotated[str, typer.Option(help="申报单位的统一社会信用代码（单位月申报要写）。")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对，不写入。")] = False,
    skip_refused: Annotated[bool, typer.Option(help="不收的行留下，其余的照收。")] = False,
    operator: Annotated[str, typer.Option(help="运维人员的登录名。")] = "",
    approver: Annotated[str, typer.Option(help="批准人的登录名：科长或个人信息保护负责人。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="结果输出为 JSON。")] = False,
) -> None:
    """导入单位月申报或经办机构的数据。一份文件要么全部生效，要么什么也不留下。

    要两个人：运维人员导入，另一个人批准；会依次问密码和动态码。也可以用环境变量
    SHEBAO_OPERATOR_TOKEN 和 SHEBAO_APPROVER_TOKEN 给出两个会话。
    只写 --dry-run 而不写登录名，就只检查文件本身，不和登记库核对。
    列的写法见 docs/load.md。返回码：0 已导入或核对无误；1 有不收的行，或没有做成。
    """
    now = datetime.now(UTC)
    try:
        report = _run(file, kind, employer, dry_run, skip_refused, operator, approver, now)
    except Refusal as refusal:
        console.print(f"没有导入。{refusal.message}")
        raise typer.Exit(1) from refusal
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        _tell(report)
    if not (report.loaded or report.loaded_before or (report.dry_run and report.clean)):
        raise typer.Exit(1)


def _run(
    file: Path, kind: str, uscc: str, dry_run: bool, skip_refused: bool, operator: str, approver: str, now: datetime
) -> Report:  # fmt: skip
    source, layout, who = actions.prepare(file, kind=kind, uscc=uscc)
    demo = not settings.PRODUCTION
    alone = dry_run and not operator and OPERATOR_TOKEN not in os.environ
    if alone:
        with _bar(layout.label) as progress:
            return actions.inspect(source, layout, who, now=now, allow_demo=demo, progress=progress)
    with (
        staff_actor("运维人员", operator, OPERATOR_TOKEN) as by,
        staff_actor("批准人", approver, APPROVER_TOKEN) as second,
    ):
        run = actions.run_number(now=now)
        actions.approve(second, operator=by.actor_id or 0, run=run)
        with _bar(layout.label) as progress:
            return actions.load(
                source, layout, who, by=by, run=run, now=now, dry_run=dry_run, skip_refused=skip_refused,
                allow_demo=demo, progress=progress,
            )  # fmt: skip


@contextmanager
def _bar(label: str) -> Iterator[actions.Progress]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("第 {task.completed} 行"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda line: bar.update(task, completed=line)


@contextmanager
def staff_actor(name: str, login: str, variable: str) -> Iterator[gate.Actor]:
    """The person behind a token of the environment, or behind a log-in that ends with the command."""
    given = os.environ.get(variable)
    if given and not login:
        yield gate.actor_of(_token(given))
        return
    chosen = login or typer.prompt(f"{name}的登录名")
    password = typer.prompt(f"{name}的密码", hide_input=True)
    code = typer.prompt(f"{name}的动态码", hide_input=True)
    started = sessions.staff_login(
        login=chosen, password=password, code=code, device=DEVICE, now=datetime.now(UTC)
    )
    try:
        yield gate.actor_of(started.token)
    finally:
        sessions.logout(started.token)


def _token(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Refusal("login_required", "会话写得不对。") from None


def _tell(report: Report) -> None:
    for problem in sorted(report.problems)[:SHOWN]:
        console.print(str(problem), markup=False)
    if len(report.problems) > SHOWN:
        console.print(f"还有 {len(report.problems) - SHOWN} 条，加 --json 看前一千条。")
    if report.loaded_before:
        console.print("这份文件以前导入过，没有再导入。")
        return
    table = Table(f"{report.label}，共 {report.rows} 行", *OUTCOMES.values())
    counts = [str(report.counts[outcome]) if report.matched_against_registry else "—" for outcome in OUTCOMES]
    counts[-1] = str(report.counts[REFUSED])
    table.add_row("", *counts)
    console.print(table)
    if report.kind == "declaration":
        console.print(f"单位缴费 {yuan(report.employer_fen)} 元，个人缴费 {yuan(report.person_fen)} 元。")
    console.print(_verdict(report))


def _verdict(report: Report) -> str:
    if report.loaded:
        same = "（全部已有且一致）" if report.counts[MATCHED] == report.rows else ""
        return f"已导入{same}。"
    if report.dry_run:
        return "只核对，没有写入。" if report.clean else "只核对，没有写入。有不收的行，请先改好。"
    return "有不收的行，整份文件都没有导入。请改好再导，或加 --skip-refused。"
