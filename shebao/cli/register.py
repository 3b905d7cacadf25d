"""`shebao register`: judge the processing register, compare two versions, export it."""

import json
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import connections

from shebao.privacy import changes, register, released, vocabulary
from shebao.privacy.declared import RegisterError

app = typer.Typer(help="处理活动登记册：校验、比较、导出。", no_args_is_help=True)
Profile = Annotated[str, typer.Option(help="jilin、ebao 或 guangxi；不填就用当前部署。")]


@app.command()
def check(
    profile: Profile = "",
    database: Annotated[bool, typer.Option(help="同时和数据库逐列核对。")] = True,
) -> None:
    """登记册能不能用，和数据库是不是逐列对得上。

    有问题时返回 1。例：shebao register check --no-database
    """
    try:
        accepted = register.load(profile or settings.PROFILE)
    except RegisterError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1) from error
    found = []
    if database:
        with connections["owner"].cursor() as cursor:
            found = register.check(accepted, register.columns_of(cursor))
    for problem in found:
        typer.echo(str(problem), err=True)
    typer.echo(
        f"登记册 {accepted.profile} {accepted.version}：{len(accepted.process)} 个用途，{len(accepted.items)} 项数据"
    )
    typer.echo(f"sha256 {accepted.sha256()}")
    typer.echo(f"sm3    {accepted.sm3()}")
    if found:
        typer.echo(f"有 {len(found)} 处对不上。", err=True)
        raise typer.Exit(1)
    typer.echo("没有问题。")


@app.command()
def release() -> None:
    """发布：把三套登记册和文本新版本的摘要记进 profiles/released.toml，以后不能改。

    发布过的版本内容变了时返回 1：请换版本号。
    """
    for name in released.release(settings.PROFILES):
        typer.echo(f"已发布 {name}")
    found = list(released.problems(settings.PROFILES))
    for problem in found:
        typer.echo(str(problem), err=True)
    if found:
        raise typer.Exit(1)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="旧版所在的 profiles 文件夹。")],
    new: Annotated[Path | None, typer.Argument(help="新版所在的文件夹；不填就用当前的。")] = None,
    profile: Profile = "",
) -> None:
    """比较两个文件夹里的登记册：变了什么，要不要重新请人同意。

    有重大变化时返回 2。例：shebao register diff /backup/profiles
    """
    code = profile or settings.PROFILE
    result = changes.diff(register.read(old, code), register.read(new or settings.PROFILES, code))
    for change in result.changes:
        mark = "重大" if change.material else "一般"
        typer.echo(
            f"{mark}  {change.kind}  {change.subject}：{change.was or '（无）'} → {change.now or '（无）'}"
        )
    if not result.changes:
        typer.echo("两版内容相同。")
    if result.material:
        typer.echo("需要重新同意的用途：" + ("、".join(result.processes) or "无"))
        raise typer.Exit(2)


@app.command()
def export(
    profile: Profile = "",
    out: Annotated[Path | None, typer.Option(help="写到这个文件；不填就写到屏幕。")] = None,
) -> None:
    """按 DPV 术语导出 JSON-LD。例：shebao register export --out register.jsonld"""
    text = json.dumps(
        vocabulary.json_ld(register.load(profile or settings.PROFILE)), ensure_ascii=False, indent=2
    )
    if out is None:
        typer.echo(text)
        return
    out.write_text(text + "\n", "utf-8")
    typer.echo(f"已写到 {out}")
