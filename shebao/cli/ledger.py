"""`shebao ledger`: verify a proof file, show the signed checkpoint, prove one entry."""

from pathlib import Path
from typing import Annotated

import typer

from shebao.base.refusal import Refusal
from shebao.privacy import audit, ledger, notes

app = typer.Typer(help="总账：核对凭证、看签名检查点、为一条记录开凭证。", no_args_is_help=True)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="凭证文件（.tlog-proof）。", exists=True, dir_okay=False)],
    key: Annotated[str, typer.Option(help="总账公钥；不填就用本平台的。")] = "",
) -> None:
    """核对一份凭证：记录有没有被改动。

    返回码 0 通过，1 没有通过。示例：shebao ledger verify 8403217.tlog-proof
    """
    try:
        proved = ledger.verify(file.read_bytes().decode(), vkeys=[key] if key else [])
    except (notes.Malformed, notes.Unproved, UnicodeDecodeError) as problem:
        typer.echo(f"核对没有通过：{problem}", err=True)
        raise typer.Exit(1) from problem
    except Refusal as refusal:
        raise _said(refusal) from refusal
    typer.echo("核对通过：这条记录没有被改动。")
    typer.echo(f"总账 {proved.origin} 第 {proved.index + 1} 条，当时共 {proved.size} 条。")
    typer.echo(proved.leaf.decode())


@app.command()
def checkpoint(
    key: Annotated[bool, typer.Option("--key", help="同时写出核对用的公钥。")] = False,
) -> None:
    """写出最新的签名检查点。示例：shebao ledger checkpoint > checkpoint.txt"""
    try:
        typer.echo(ledger.checkpoint(), nl=False)
        if key:
            typer.echo(f"公钥 {ledger.verifier_key()}", err=True)
    except Refusal as refusal:
        raise _said(refusal) from refusal


@app.command()
def prove(
    entry: Annotated[int, typer.Argument(help="记录编号。")],
    out: Annotated[Path | None, typer.Option(help="写到这个文件；不填就写到屏幕。")] = None,
) -> None:
    """为一条记录开凭证。示例：shebao ledger prove 8403217 --out 8403217.tlog-proof"""
    try:
        text = ledger.prove_any(entry)
    except Refusal as refusal:
        raise _said(refusal) from refusal
    if out is None:
        typer.echo(text, nl=False)
        return
    out.write_text(text, "utf-8")
    typer.echo(f"已写到 {out}")


def _said(refusal: Refusal) -> typer.Exit:
    typer.echo(refusal.message + refusal.next_step, err=True)
    return typer.Exit(1)


@app.command("audit")
def check() -> None:
    """核查整本账：每条记录和公开总账对得上吗。返回码 0 对得上，1 对不上（说出第一处）。"""
    broken = audit.first_broken()
    if broken is None:
        typer.echo("核查通过：记录、总账和签名检查点一致。")
        return
    typer.echo(f"第 {broken.index} 条对不上：{broken.why}。", err=True)
    raise typer.Exit(1)
