"""`shebao conformance`: which clause of the three documents is proven by which test."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shebao.privacy import clauses

WORDS = {"passed": "通过", "failed": "没通过", "missing": "还没有测试"}


def command(
    as_json: Annotated[bool, typer.Option("--json", help="输出 build/conformance.json 的内容。")] = False,
    last: Annotated[bool, typer.Option("--last", help="只看上一次的结果，不重新运行测试。")] = False,
    missing: Annotated[bool, typer.Option("--missing", help="把还没有测试的条款也逐条列出。")] = False,
) -> None:
    """运行声明了条款的测试，逐条列出结果。

    有条款没通过时返回 1。例：shebao conformance；shebao conformance --last --json
    """
    file = Path(settings.ROOT) / "build" / "conformance.json"
    if not last:
        _run(file, quiet=as_json)
    if not file.exists():
        typer.echo("还没有结果。先运行一次 shebao conformance。", err=True)
        raise typer.Exit(1)
    report: dict[str, Any] = json.loads(file.read_text("utf-8"))
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(report, missing)
    if any(row["result"] == "failed" for row in report["rows"]):
        raise typer.Exit(1)


def _run(file: Path, *, quiet: bool) -> None:
    root = Path(settings.ROOT)
    if not (root / "tests").is_dir():
        typer.echo("这里没有测试，只能看上一次的结果：shebao conformance --last", err=True)
        raise typer.Exit(1)
    words = [sys.executable, "-m", "pytest", "-q", "-m", "clause", "-n", "2", "--conformance", str(file)]
    subprocess.run(words, cwd=root, check=False, stdout=sys.stderr if quiet else None)


def _print(report: dict[str, Any], missing: bool) -> None:
    console = Console()
    table = Table("条款", "结果", "控制", "测试", box=None, pad_edge=False)
    order = {"failed": 0, "missing": 1, "passed": 2}
    for row in sorted(report["rows"], key=lambda one: order[one["result"]]):
        if row["result"] != "missing" or missing:
            tests = "\n".join(name.removeprefix("tests/") for name in row["tests"])
            table.add_row(*map(escape, (row["id"], WORDS[row["result"]], row["control"], tests)))
    console.print(table)
    console.print(clauses.last_line(report["profiles"]), highlight=False, soft_wrap=True)
