"""`shebao openapi`: the API's own description, asked of the API itself."""

from pathlib import Path
from typing import Annotated

import typer
from django.test import Client


def command(out: Annotated[Path | None, typer.Option(help="写到这个文件；不填就写到屏幕。")] = None) -> None:
    """导出接口说明（OpenAPI 3.1）。提交前写到 docs/openapi.json。"""
    document = Client(headers={"host": "127.0.0.1"}).get("/api/openapi.json").content.decode()
    if out is None:
        typer.echo(document)
        return
    out.write_text(document + "\n", "utf-8")
    typer.echo(f"已写到 {out}")
