"""`shebao install`: tables, functions, policies, and an invented province where there is no data yet."""

import os
import subprocess
import sys
from typing import Annotated

import typer
from django.conf import settings
from django.db import OperationalError
from psycopg import errors
from rich.console import Console

from shebao.base import clock
from shebao.cli.binaries import ServerProblem
from shebao.notices import updates
from shebao.privacy import controls, install
from shebao.privacy.declared import RegisterError
from shebao.privacy.models import Subject
from shebao.privacy.prose import PolicyError
from shebao.synth import province

console = Console(highlight=False, soft_wrap=True)


def command(
    people: Annotated[int, typer.Option(help="没有数据时造多少演示人员；0 表示不造。", min=0)] = 0,
    seed: Annotated[int, typer.Option(help="演示数据的种子：同一个数得到同一个省。")] = 1,
) -> None:
    """建数据库、表、规则和密钥，可以重复运行；已有的数据不动。

    自带的数据库会先启动；设了 DATABASE_URL 时，用它的账号建角色和数据库，只用这一次。
    """
    _install()
    _collect_static()
    if people and not Subject.objects.using("owner").exists():
        console.print(f"还没有数据，正在造一个 {people} 人的演示省。")
        province.build(people=people, seed=seed)
    check()


def _install() -> None:
    """Installs or upgrades, and tells people about a text that follows another."""
    try:
        following = install.run()
    except (RegisterError, PolicyError) as problem:
        raise ServerProblem(
            f"登记册或政策没有通过：{problem}。原来的数据没有动。{_way_out(problem)}"
        ) from problem
    except OperationalError as problem:
        if not isinstance(problem.__cause__, errors.LockNotAvailable):
            raise
        raise ServerProblem("另一个进程还在用这个数据库，没有升级。请先停下它，再运行一次。") from problem
    for document in following:
        updates.tell(document, now=clock.now())
        head = document.head
        console.print(f"{head.title}换成了 {head.version} 版，每个人下次登录时会看到。")


def _way_out(problem: RegisterError | PolicyError) -> str:
    """What to do when the data folder holds a fixed version with other words."""
    text = str(problem)
    if "version_is_written" in text or "published_is_fixed" in text:
        return f"请换版本号；只是试用的话，也可以换一个 SHEBAO_HOME，或者移走 {settings.HOME}。"
    if "not_announced" in text:
        return f"要公示 {settings.DEPLOYMENT['policy']['notice_days']} 天，生效以后再升级。"
    return ""


def check() -> None:
    """Probes the controls; in production a failing one stops the start and is named."""
    failed = controls.failing(controls.run(now=clock.now()))
    for result in failed:
        console.print(f"[red]安全措施没有起作用：[/red]{result.control.name}。{result.detail}。")
    if failed and settings.PRODUCTION:
        console.print("正式环境里，安全措施不全时不启动。请改正后再运行一次。")
        raise typer.Exit(4)


def _collect_static() -> None:
    """Style sheets and scripts with hashed names, compressed once."""
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "--clear", "-v0"],
        env=os.environ | {"SHEBAO_COLLECT": "1", "DJANGO_SETTINGS_MODULE": "shebao.settings"},
        check=True,
    )
