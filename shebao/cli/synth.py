"""`shebao synth`: an invented province from a seed, streamed into an empty installation."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shebao.base.refusal import Refusal
from shebao.synth import province

console = Console(highlight=False, soft_wrap=True)


def command(
    people: Annotated[int, typer.Option(help="造多少人。内存用量不随人数增长。", min=1)] = province.PEOPLE,
    seed: Annotated[
        int, typer.Option(help="种子：同一个数、同样人数，得到同样的人。", min=0)
    ] = province.SEED,
) -> None:
    """造一个虚构的省：参保人、单位、缴费、账户、就医、养老金，和能马上登录的演示账号。

    只能在空的安装里用；中途断了什么也不留下。名字、号码、单位都不属于任何真人。
    """
    columns = (TextColumn("造数"), BarColumn(), MofNCompleteColumn(), TextColumn("人"), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", total=people)
            province.build(
                people=people, seed=seed, progress=lambda done, _all: bar.update(task, completed=done)
            )
    except Refusal as refusal:
        console.print(refusal.message)
        raise typer.Exit(1) from refusal
    console.print("造好了。演示账号：shebao demo accounts")
