"""`shebao database`: the server of this installation, embedded or the operator's."""

import enum
import os
import shutil
import sys
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from shebao.cli import database
from shebao.cli.binaries import ServerProblem
from shebao.cli.instance import Instance

app = typer.Typer(no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)


class Role(enum.StrEnum):
    """Short names of the roles."""

    app = "app"
    login = "login"
    worker = "worker"
    keys = "keys"
    owner = "owner"


@app.command()
def status() -> None:
    """数据库在哪里、有没有在运行。不显示密码。"""
    instance = Instance.from_environment()
    access = _access(instance)
    console.print(f"服务器：{access.host}，端口 {access.port}（{'自带' if access.embedded else '外部'}）")
    console.print(f"数据库：{access.name}、{access.keys_name}")
    if access.embedded:
        console.print(f"文件在：{instance.cluster().data_folder}")
    console.print(f"密码在：{instance.home / 'database.json'}")
    try:
        psycopg.connect(access.dsn(database.APP)).close()
    except psycopg.OperationalError:
        console.print("状态：没有运行")
        raise typer.Exit(1) from None
    console.print("状态：在运行")


@app.command()
def start() -> None:
    """启动自带的数据库（shebao serve 会自己启动它）。"""
    instance = Instance.from_environment()
    if instance.uses_own_server():
        instance.cluster().ensure_running()


@app.command()
def stop() -> None:
    """停止自带的数据库，数据保留。"""
    instance = Instance.from_environment()
    if instance.uses_own_server():
        instance.cluster().stop()


@app.command()
def psql(
    role: Annotated[Role, typer.Option(help="用哪个角色连接。")] = Role.app,
    arguments: Annotated[list[str] | None, typer.Argument(help="交给 psql 的参数，写在 -- 之后。")] = None,
) -> None:
    """用平台自己的某个角色打开 psql。

    例：shebao database psql --role app -- -c "select count(*) from privacy_vault"
    """
    access = _access(Instance.from_environment())
    program = shutil.which("psql")
    if program is None:
        raise ServerProblem("这台机器上没有 psql。请安装 postgresql-client。")
    name = f"shebao_{role.value}"
    environment = os.environ | {
        "PGHOST": access.host,
        "PGPORT": str(access.port),
        "PGUSER": name,
        "PGPASSWORD": access.passwords[name],
        "PGDATABASE": access.keys_name if role is Role.keys else access.name,
    }
    sys.stdout.flush()
    os.execve(program, [program, *(arguments or [])], environment)


def _access(instance: Instance) -> database.Access:
    access = database.load(instance.home)
    if access is None:
        raise ServerProblem("这里还没有数据。请先运行 make run 或 shebao serve。")
    return access
