"""`shebao policy`: show the texts, compare two versions, publish a new one."""

from pathlib import Path
from typing import Annotated

import typer
from django.db import transaction

from shebao.base import clock
from shebao.notices import updates
from shebao.privacy import policy, register
from shebao.privacy.policy import Document
from shebao.privacy.prose import PolicyError

app = typer.Typer(help="政策和协议：看、比较、公布。", no_args_is_help=True)
Part = Annotated[str, typer.Option(help="policy（个人信息保护政策）或 agreement（用户服务协议）。")]


@app.command()
def show(
    part: Part = "policy",
    version: Annotated[str, typer.Option(help="看哪一版；不填就看现在生效的。")] = "",
    full: Annotated[bool, typer.Option(help="打印全文。")] = False,
) -> None:
    """列出一份文本公布过的各版，或打印其中一版。例：shebao policy show --full"""
    texts = [one for one in policy.stored("owner") if one.head.part == part]
    today = clock.today_in_china(clock.now())
    current = policy.in_force(texts, part, today)
    for one in texts:
        state = "生效中" if one is current else "将生效" if one.head.effective_on > today else "旧版"
        head = one.head
        typer.echo(
            f"{head.version}  更新 {head.updated_on}  生效 {head.effective_on}  {state}  {one.sha256()[:16]}"
        )
    altered = policy.altered("owner")
    if altered:
        typer.echo("和公布时不一样：" + "、".join(altered), err=True)
    if full or version:
        typer.echo("\n" + _pick(texts, version, current).text)
    if altered:
        raise typer.Exit(1)


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="旧版本号。")],
    new: Annotated[str, typer.Argument(help="新版本号。")],
    part: Part = "policy",
) -> None:
    """逐条比较公布过的两版。例：shebao policy diff 2021.1 2026.2"""
    texts = [one for one in policy.stored("owner") if one.head.part == part]
    changes = policy.difference(_pick(texts, old, None), _pick(texts, new, None))
    for change in changes:
        typer.echo(f"{change.id} {change.title}（{change.kind}）")
        for kind, text in change.segments:
            mark = {"same": " ", "del": "-", "ins": "+"}[kind]
            typer.echo("\n".join(f"  {mark} {line}" for line in text.splitlines() if line.strip()))
    typer.echo(f"共 {len(changes)} 处不同。")


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="写好的文本（.zh.md）。", exists=True)],
    by: Annotated[str, typer.Option(help="谁负责这次公布。")],
    reason: Annotated[str, typer.Option(help="系统建议按重大变更、而您认为不是时，写明理由。")] = "",
) -> None:
    """公布一版文本。缺日期、公示太短、把重大变更说成一般变更，都不公布。

    例：shebao policy publish profiles/jilin/policy.zh.md --by 个人信息保护负责人
    """
    try:
        document = policy.compose(file.read_text("utf-8"), register.current())
        with transaction.atomic(using="owner"):
            policy.publish(document, now=clock.now(), by=by, register=register.current(), reason=reason)
    except PolicyError as error:
        typer.echo(f"没有公布：{error}", err=True)
        raise typer.Exit(1) from error
    number = updates.tell(document, now=clock.now())
    typer.echo(f"公告已发；发给每个人的消息是第 {number} 号群发，等科长或个人信息保护负责人批准。")
    typer.echo(f"已公布 {document.head.part} {document.head.version}，{document.head.effective_on} 生效。")


def _pick(texts: list[Document], version: str, otherwise: Document | None) -> Document:
    found = next((one for one in texts if one.head.version == version), None if version else otherwise)
    if found is None:
        typer.echo(f"没有 {version or '生效中的'} 这一版。", err=True)
        raise typer.Exit(1)
    return found
