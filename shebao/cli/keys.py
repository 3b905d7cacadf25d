"""`shebao keys`: change the master key, and count what the keys database holds."""

import json
from typing import Annotated

import typer

from shebao.base.clock import china
from shebao.privacy import keys
from shebao.privacy.master import KeyFileRefused

app = typer.Typer(help="密钥：更换主密钥、查看数量。从不显示密钥本身。", no_args_is_help=True)
NAMES = {
    "account": "账号",
    "optional": "可选服务",
    "statutory": "法定记录",
    "ledger": "查看记录",
    "minor": "未成年人",
}


@app.command()
def rotate() -> None:
    """换一把主密钥，把每个人的密钥重新包好，旧主密钥随后删除。

    中途断开也不丢数据，再运行一次就接着做。示例：shebao keys rotate
    """
    try:
        count = keys.rotate()
    except KeyFileRefused as problem:
        typer.echo(f"没有更换：{problem}", err=True)
        raise typer.Exit(1) from problem
    typer.echo(f"已更换主密钥，重新包好 {count} 把密钥。请马上备份 keys 文件夹。")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="写成 JSON。")] = False,
) -> None:
    """各类密钥有多少、销毁了多少。返回码 1 表示更换主密钥没有做完。示例：shebao keys status"""
    try:
        found = keys.status()
    except KeyFileRefused as problem:
        typer.echo(f"看不了：{problem}", err=True)
        raise typer.Exit(1) from problem
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "master": found.master,
                    "since": found.since.isoformat() if found.since else None,
                    "live": found.live,
                    "destroyed": found.destroyed,
                    "wrapped_by_other_master": found.wrapped_by_other_master,
                }
            )
        )
    else:
        since = f"，{china(found.since):%Y-%m-%d %H:%M} 起用" if found.since else ""
        typer.echo(f"主密钥编号 {found.master or '（还没有用过）'}{since}")
        for key_class, live in found.live.items():
            gone = found.destroyed[key_class]
            typer.echo(f"{NAMES[key_class]}：在用 {live} 把，已销毁 {gone} 把")
    if found.wrapped_by_other_master:
        typer.echo(f"还有 {found.wrapped_by_other_master} 把没有换完，请运行 shebao keys rotate。", err=True)
        raise typer.Exit(1)
