"""`shebao run`: whole-population runs, prepared by one person, approved by another, restartable."""

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from shebao.base import clock, money
from shebao.base.refusal import Refusal
from shebao.batch import actions, queries
from shebao.identity import sessions
from shebao.privacy import gate
from shebao.registry import insurances

app = typer.Typer(
    help="批量任务：月度核定、计息、到龄名单、养老金调整、权益记录单、人数统计。一人建，另一人批。",
    no_args_is_help=True,
)
console = Console(highlight=False, soft_wrap=True)
WORDS = {
    "read": "读入", "rows": "行数", "second_spell": "重复登记", "without_base": "没有基数，没核定",
    "undeclared": "未申报，按上月 110%", "employer_fen": "单位", "person_fen": "个人", "difference": "补差",
    "late_fee": "滞纳金", "fee_fen": "金额", "rows_in": "总读入", "rows_out": "总写入", "people": "人数",
    "opening_fen": "年初", "credit_fen": "记账", "interest_fen": "利息", "spent_fen": "支取", "closing_fen": "年末",
    "credits_disagree": "记账对不上，没计息", "without_rate": "利率没查实，没计息", "years_short": "年限不够",
    "before_fen": "调整前", "increase_fen": "增加", "after_fen": "调整后", "male60": "男职工（原 60 岁）",
    "female55": "女职工（原 55 岁）", "female50": "女职工（原 50 岁）",
}  # fmt: skip

Since = Annotated[int, typer.Option(help="补差从哪个月算起，如 202607；0 表示不算。")]
AsOf = Annotated[str, typer.Option(help="按哪一天已公布的标准，如 2026-11-22；不填就是今天。")]
Demo = Annotated[bool, typer.Option("--allow-demo", help="允许用演示数，只能给虚构的人用。")]
Dry = Annotated[bool, typer.Option("--dry-run", help="只读只算，不写结果；查看记录照样留下。")]
Engine = Annotated[str, typer.Option(help="local：一个进程；spark：在集群上。")]
Size = Annotated[int, typer.Option("--chunk", help="一段多少个人员序号。", min=100)]
Number = Annotated[str, typer.Argument(help="任务编号，如 run.assessment/202611/1。")]


@app.command()
def assessment(
    month: Annotated[int, typer.Argument(help="核定哪个月，如 202611。")],
    since: Since = 0,
    as_of: AsOf = "",
    allow_demo: Demo = False,
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """月度核定：每人每险种当月该缴多少，连补差和滞纳金。

    申报了工资的按申报，没变动的按上月基数，没申报的单位按上月 110%。已有当月记录的不再核定。
    示例：shebao run assessment 202611 --since 202607
    """
    _start("assessment", month, as_of, dry_run, engine, chunk, since=since, allow_demo=allow_demo)


@app.command()
def interest(
    year: Annotated[int, typer.Argument(help="给哪一年计息，如 2025。")],
    as_of: AsOf = "",
    allow_demo: Demo = False,
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """个人账户计息：养老个人账户一年的利息。利率没公布时先暂记，公布后再运行一次。"""
    _start("interest", year, as_of, dry_run, engine, chunk, allow_demo=allow_demo)


@app.command()
def retirement(
    month: Annotated[int, typer.Argument(help="从哪个月起的十二个月，如 202611。")],
    as_of: AsOf = "",
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """到龄名单：一年内到法定退休年龄的人，年限够不够。"""
    _start("retirement", month, as_of, dry_run, engine, chunk)


@app.command()
def adjustment(
    year: Annotated[int, typer.Argument(help="哪一年的调整，如 2026。")],
    as_of: AsOf = "",
    allow_demo: Demo = False,
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """养老金调整：上年十二月领养老金的人，每月增加多少。"""
    _start("adjustment", year, as_of, dry_run, engine, chunk, allow_demo=allow_demo)


@app.command()
def statements(
    year: Annotated[int, typer.Argument(help="哪一年的记录单，如 2025。")],
    as_of: AsOf = "",
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """权益记录单：给当年有缴费的人备好，本人要看时才生成。"""
    _start("statements", year, as_of, dry_run, engine, chunk)


@app.command()
def statistics(
    month: Annotated[int, typer.Argument(help="哪个月的人数，如 202611。")],
    as_of: AsOf = "",
    dry_run: Dry = False,
    engine: Engine = "local",
    chunk: Size = actions.CHUNK,
) -> None:
    """参保人数统计：按地区、险种、人员类别数人数，只留总数。"""
    _start("statistics", month, as_of, dry_run, engine, chunk)


@app.command()
def approve(number: Number) -> None:
    """批准一个任务：要审核人员或个人信息保护负责人，不能是建任务的人。"""
    try:
        actions.approve(number, by=_log_in("审核人员"))
    except Refusal as refusal:
        raise _said(refusal) from refusal
    console.print(f"已批准 {number}，24 小时内有效。")


@app.command("continue")
def go_on(number: Number, dry_run: Dry = False, engine: Engine = "local") -> None:
    """接着做一个任务：做完的段不再做，中断过的段重做。"""
    try:
        _carry_out(number, _log_in("运行维护人员"), engine, dry_run)
    except Refusal as refusal:
        raise _said(refusal) from refusal


@app.command()
def missed(
    month: Annotated[int, typer.Argument(help="哪个月没有申报，如 202611。")],
    employers: Annotated[list[int], typer.Argument(help="单位编号，可以写多个。")],
) -> None:
    """登记没有按时申报的单位，核定时按上月 110%。示例：shebao run missed 202611 13 27"""
    try:
        count = actions.note_missed(month=month, employers=employers, by=_log_in("运行维护人员"))
    except Refusal as refusal:
        raise _said(refusal) from refusal
    console.print(f"登记了 {count} 家单位。")


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="任务编号；不填就列出最近的任务。")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON。")] = False,
) -> None:
    """看任务的进度和合计。示例：shebao run show run.assessment/202611/1"""
    try:
        views = [queries.run(number, alias="worker")] if number else queries.runs(alias="worker")
    except Refusal as refusal:
        raise _said(refusal) from refusal
    if as_json:
        typer.echo(json.dumps([vars(view) for view in views], ensure_ascii=False, default=str))
        return
    table = Table("编号", "任务", "进度", "状态")
    for view in views:
        state = "已完成" if view.state == "done" else "没做完"
        table.add_row(view.no, view.name, f"{view.done}/{view.chunks}", state)
    console.print(table)
    if number and views[0].totals:
        console.print(_totals(views[0].totals))


def _start(kind: str, period: int, as_of: str, dry: bool, engine: str, size: int, **asked: Any) -> None:
    """Prepares, asks the second person at once if she is there, and carries out."""
    now = clock.now()
    try:
        day = datetime.strptime(as_of, "%Y-%m-%d").date() if as_of else clock.today_in_china(now)  # noqa: DTZ007
    except ValueError as wrong:
        raise typer.BadParameter("日期要写成 2026-11-22 的样子。") from wrong
    try:
        operator = _log_in("运行维护人员")
        number = actions.prepare(kind=kind, period=period, as_of=day, by=operator, size=size, **asked)
        console.print(f"建好了任务 {number}。还要另一个人批准。")
        name = typer.prompt("审核人员登录名（不在场就直接回车）", default="", show_default=False)
        if not name:
            console.print(f"请审核人员运行 shebao run approve {number}，")
            console.print(f"批准后运行 shebao run continue {number}。")
            return
        actions.approve(number, by=_log_in("审核人员", name))
        _carry_out(number, operator, engine, dry)
    except Refusal as refusal:
        raise _said(refusal) from refusal


def _log_in(who: str, name: str = "") -> gate.Actor:
    login = name or typer.prompt(f"{who}登录名")
    password = typer.prompt("密码", hide_input=True)
    code = typer.prompt("动态码", hide_input=True)
    started = sessions.staff_login(
        login=login, password=password, code=code, device="命令行", now=clock.now()
    )
    return gate.actor_of(started.token, alias="worker")


def _carry_out(number: str, by: gate.Actor, engine: str, dry: bool) -> None:
    view = queries.run(number, alias="worker")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        begun = 0 if dry else view.done
        task = progress.add_task(view.name, total=view.chunks, completed=begun)

        def told(more: int) -> None:
            progress.advance(task, more)
            sessions.keep_alive(by.token)

        summary = actions.carry_out(number, by=by, now=clock.now(), engine=engine, dry=dry, told=told)
    console.print(_totals(dict(summary.totals)))
    for balance in summary.balances:
        console.print(f"对账：{balance.name}，{balance.left} ＝ {balance.right}")
    if dry:
        console.print("这是试算，没有写入结果。")
    else:
        console.print(f"做完了，这次做了 {summary.fresh} 段，共 {summary.chunks} 段。")


def _totals(totals: dict[str, int]) -> Table:
    table = Table("项目", "合计", title="合计")
    table.columns[1].justify = "right"
    for name, number in totals.items():
        shown = f"{money.yuan(number)} 元" if name.endswith("_fen") else f"{number:,}"
        table.add_row("".join(_word(part) for part in name.split(".")), shown)
    return table


def _word(part: str) -> str:
    return insurances.NAMES[int(part)] if part.isdigit() else WORDS.get(part, part)


def _said(refusal: Refusal) -> typer.Exit:
    typer.echo(f"没有做成：{refusal.message}{refusal.next_step}", err=True)
    return typer.Exit(1)
