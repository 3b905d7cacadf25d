"""`shebao openapi`: the API's own description."""

from pathlib import Path
from typing import Annotated

import typer
from django.http import HttpRequest

from shebao.api.app import api


def command(out: Annotated[Path | None, typer.Option(help="写到这个文件；不填就写到屏幕。")] = None) -> None:
    """导出接口说明（OpenAPI 3.1）。提交前写到 docs/openapi.json。"""
    text = api.renderer.render(HttpRequest(), api.get_openapi_schema(), response_status=200)
    document = text.decode() if isinstance(text, bytes) else str(text)
    if out is None:
        typer.echo(document)
        return
    out.write_text(document + "\n", "utf-8")
    typer.echo(f"已写到 {out}")
