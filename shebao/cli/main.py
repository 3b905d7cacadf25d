"""The command `shebao`."""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import django
import typer
from rich.console import Console
from typer import rich_utils

from shebao.cli import database
from shebao.cli.binaries import ServerProblem
from shebao.cli.catalogue import BY_NAME, VERBS, Needs, Verb, load
from shebao.cli.instance import CHECKOUT, Instance

HELP = """社保平台的操作命令。

一台机器可以装几套（jilin 吉林、ebao 易保、guangxi 广西），用 --profile 选一套。
数据放在 .shebao/<名称>，可用环境变量 SHEBAO_HOME 改到别处。
数据库默认自带，也可用环境变量 DATABASE_URL 指向已有的 PostgreSQL 15 以上服务器。
"""
EXIT_CODES = "返回码：0 成功；1 没有做成，原因已说明；2 命令写错了；130 被中断。"

Profile = Annotated[
    str, typer.Option("--profile", envvar="SHEBAO_PROFILE", help="哪一套：jilin、ebao 或 guangxi。")
]


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs one command. Only that command's module is imported, so help stays quick."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    words = _take_profile(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shebao.settings")
    try:
        with contextlib.ExitStack() as stack:
            verb = _chosen(words)
            if verb is not None and verb.needs is not Needs.NOTHING:
                if not {"--help", "-h"} & set(words):
                    _bring(verb.needs, stack)
                django.setup()
            _application(verb)(words, prog_name="shebao")
    except ServerProblem as problem:
        Console(stderr=True).print(f"[red]没有做成。[/red]{problem}", highlight=False, soft_wrap=True)
        sys.exit(1)


def _bring(needs: Needs, stack: contextlib.ExitStack) -> None:
    instance = Instance.from_environment()
    if needs is Needs.INSTALLATION:
        load("secrets").prepare()
        stack.enter_context(instance.installed())
    elif needs is Needs.DATABASE or (needs is Needs.PERHAPS and database.load(instance.home) is not None):
        stack.enter_context(instance.reachable())


def _take_profile(words: list[str]) -> list[str]:
    """`shebao --profile ebao …`: settings read the environment, so it is set before they load."""
    if words[:1] == ["--profile"] and len(words) > 1:
        _set_profile(words[1])
        return words[2:]
    if words and words[0].startswith("--profile="):
        _set_profile(words[0].partition("=")[2])
        return words[1:]
    return words


def _set_profile(profile: str) -> None:
    known = sorted(path.parent.name for path in (CHECKOUT / "profiles").glob("*/profile.toml"))
    if known and profile not in known:
        Console(stderr=True).print(f"没有叫 {profile} 的一套。可选：{'、'.join(known)}。")
        sys.exit(2)
    os.environ["SHEBAO_PROFILE"] = profile


def _chosen(words: list[str]) -> Verb | None:
    """The command on the line, also while the shell asks for completions."""
    completing = os.environ.get("COMP_WORDS", os.environ.get("_TYPER_COMPLETE_ARGS", "")).split()[1:]
    for word in words or completing:
        if not word.startswith("-"):
            return BY_NAME.get(word)
    return None


def _application(chosen: Verb | None) -> typer.Typer:
    rich_utils.OPTIONS_PANEL_TITLE, rich_utils.ARGUMENTS_PANEL_TITLE = "选项", "参数"
    rich_utils.COMMANDS_PANEL_TITLE, rich_utils.ERRORS_PANEL_TITLE = "命令", "写错了"
    rich_utils.REQUIRED_LONG_STRING, rich_utils.DEFAULT_STRING = "[必填]", "[默认：{}]"
    rich_utils.ENVVAR_STRING = "[环境变量：{}]"
    application = typer.Typer(
        help=HELP,
        epilog=EXIT_CODES,
        no_args_is_help=True,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    application.callback()(_options)
    for verb in VERBS:
        if verb is not chosen:
            application.command(verb.name, help=verb.help)(_unloaded)
            continue
        module = load(verb.module)
        if hasattr(module, "app"):
            application.add_typer(module.app, name=verb.name, help=verb.help)
        else:
            application.command(verb.name)(module.command)
    return application


def _options(profile: Profile = "jilin") -> None:
    """The profile was taken from the line before anything was loaded; here it is only described."""


def _unloaded() -> None:
    raise AssertionError("a command that is not on the line cannot run")


if __name__ == "__main__":
    main()
