"""`shebao serve`: database, installation, web server and worker under one supervisor."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console

from shebao.cli.binaries import ServerProblem
from shebao.cli.instance import CHECKOUT, Instance
from shebao.cli.supervisor import Child, Supervisor, answers

console = Console(highlight=False, soft_wrap=True)
PYTHON = (sys.executable, "-m")


def command(
    port: Annotated[int, typer.Option(help="网页服务的端口。", min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="监听的地址；对外服务请放在反向代理后面。")] = "127.0.0.1",
    people: Annotated[int, typer.Option(help="没有数据时造多少演示人员；0 表示不造。", min=0)] = 2000,
    seed: Annotated[int, typer.Option(help="演示数据的种子：同一个数得到同一个省。")] = 1,
    workers: Annotated[int, typer.Option(help="网页服务的进程数。", min=1)] = 2,
    profile: Annotated[str, typer.Option(envvar="SHEBAO_PROFILE", help="jilin、ebao 或 guangxi。")] = "jilin",
) -> None:
    """启动平台，直到按 Ctrl+C。

    第一次会建立数据文件夹、密钥和数据库，并造一个演示省；以后接着用原来的数据。
    某个进程意外退出会自动重启并说明。收到停止信号后，先停网页服务，再停自带的数据库。

    例：shebao serve --profile guangxi --port 8080 --people 500
    """
    os.environ["SHEBAO_PROFILE"] = profile
    # Until the supervisor takes over, a stop must still pass through every `finally`.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _serve(Instance.from_environment(), host, port, workers, people, seed)
    except KeyboardInterrupt:
        console.print("已中断，数据都在。")
        raise typer.Exit(130) from None
    console.print("平台已停止，数据都在。")


def _serve(instance: Instance, host: str, port: int, workers: int, people: int, seed: int) -> None:
    with instance.alone():
        _require_free(host, port)
        with _database(instance):
            _install(people, seed)
            stands, addresses = _demo_sources(instance.profile)
            children = [
                _web(host, port, workers),
                Child("后台任务", (*PYTHON, "shebao.cli.main", "worker")),
                *stands,
            ]
            Supervisor(
                children,
                environment=_environment(instance, host, port) | addresses,
                say=console.print,
                every_five_seconds=_KeepRunning(instance) if instance.uses_own_server() else None,
            ).run(
                ready=lambda: answers(host, port),
                announce=lambda: _announce(instance, f"http://{_shown(host)}:{port}/", stands, addresses),
            )


def _announce(instance: Instance, place: str, stands: list[Child], addresses: dict[str, str]) -> None:
    """Where everything is, and how to get in."""
    console.print(f"[green]平台已启动：[/green]{place}   按 Ctrl+C 停止。")
    for child, address in zip(stands, addresses.values(), strict=True):
        console.print(f"{child.name}：{address}/")
    if (instance.home / "demo.json").exists():
        console.print(f"演示账号：{_program()} --profile {instance.profile} demo accounts")


def _program() -> str:
    """How this command was called."""
    called = sys.argv[0]
    return "shebao" if called.endswith(".py") else os.path.relpath(called)


@contextlib.contextmanager
def _database(instance: Instance) -> Iterator[None]:
    """The embedded server runs as long as the platform; an operator's server is left alone."""
    if not instance.uses_own_server():
        yield
        return
    cluster = instance.cluster()
    try:
        cluster.ensure_running()
        yield
    finally:
        cluster.stop()


class _KeepRunning:
    """Starts the embedded server again when it was killed; committed data is recovered."""

    def __init__(self, instance: Instance) -> None:
        self._cluster = instance.cluster()

    def __call__(self) -> None:
        if not self._cluster.is_running():
            console.print("数据库意外停止，正在重新启动。")
            self._cluster.ensure_running()


def _environment(instance: Instance, host: str, port: int) -> dict[str, str]:
    """Children never see DATABASE_URL: it may belong to a superuser."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["SHEBAO_HOME"] = str(instance.home)
    environment["DJANGO_SETTINGS_MODULE"] = "shebao.settings"
    environment.setdefault("SHEBAO_BASE_URL", f"http://{_shown(host)}:{port}")
    return environment


def _install(people: int, seed: int) -> None:
    install = (*PYTHON, "shebao.cli.main", "install", "--people", str(people), "--seed", str(seed))
    done = subprocess.run(install, check=False)
    if done.returncode != 0:
        raise ServerProblem("安装没有完成，原因见上面。改正后再运行一次，已完成的部分会保留。")


def _web(host: str, port: int, workers: int) -> Child:
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": str(port),
        "--workers": str(workers),
        "--blocking-threads": "2",
        "--log-level": "warning",
    }
    flat = [word for pair in options.items() for word in pair]
    application = "shebao.wsgi:application"
    return Child("网页服务", (*PYTHON, "granian", *flat, "--no-ws", "--respawn-failed-workers", application))


STANDS = (
    ("社保卡来源（演示）", "card_source", "SHEBAO_CARD_SOURCE", "shebao.identity.methods.card_simulator"),
    ("短信网关（演示）", "messages", "SHEBAO_SMS_GATEWAY", "shebao.notices.channels.sms_simulator"),
    ("地图（演示）", "map", "SHEBAO_MAP_SOURCE", "shebao.appointments.map_simulator"),
)


def _demo_sources(profile: str) -> tuple[list[Child], dict[str, str]]:
    """Stand-ins for outside parties that the profile names, and where they are; none where a real one is given.

    Another platform on this machine may hold the usual port: then a free one is taken.
    """
    described = tomllib.loads((CHECKOUT / "profiles" / profile / "profile.toml").read_text("utf-8"))
    children, addresses = [], {}
    for name, part, variable, module in STANDS:
        usual = described.get(part, {}).get("demo_port")
        real = os.environ.get(variable) or described.get(part, {}).get("address")
        if usual and not real and not os.environ.get("SHEBAO_PRODUCTION"):
            port = _free_port(usual)
            children.append(Child(name, (*PYTHON, module, "--port", str(port))))
            addresses[variable] = f"http://127.0.0.1:{port}"
    return children, addresses


def _free_port(usual: int) -> int:
    """The usual port of the loopback, or any free one."""
    for port in (usual, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerProblem("这台机器上没有空闲的端口了。")


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise ServerProblem(f"端口 {port} 已被占用。请换一个端口，例如 PORT={port + 1}。") from problem


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
