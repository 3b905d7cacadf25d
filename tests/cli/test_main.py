"""The command line: help without side effects, exit codes, refusals with the next step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shebao.cli.catalogue import VERBS, Needs, load
from shebao.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


def shebao(*words: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHEBAO_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "shebao.cli.main", *words],
        cwd=ROOT,
        env=kept | {"SHEBAO_HOME": str(home), "TERM": "dumb", "COLUMNS": "100"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command_and_touches_nothing(tmp_path: Path) -> None:
    told = shebao("--help", home=tmp_path / "home")

    assert told.returncode == 0
    assert all(verb.name in told.stdout for verb in VERBS)
    assert not (tmp_path / "home").exists()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder where nothing is installed."""
    monkeypatch.setenv("SHEBAO_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "home"


def code_of(*words: str) -> int:
    """The exit code of a command run in this process."""
    with pytest.raises(SystemExit) as end:
        main(words)
    return int(end.value.code or 0)


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_command_explains_itself_before_anything_is_installed(
    verb: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(verb, "--help") == 0

    assert f"shebao {verb}" in capsys.readouterr().out
    assert not home.exists()


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS if verb.needs is Needs.DATABASE])
def test_without_an_installation_the_next_step_is_named(
    verb: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert code_of(verb) == 1

    assert "请先运行 make run" in capsys.readouterr().err


def test_an_unknown_command_and_an_unknown_profile_are_wrong_usage(home: Path) -> None:
    assert code_of("frobnicate") == 2
    assert code_of("--profile", "nowhere", "worker") == 2


def test_a_server_that_cannot_be_reached_is_refused_plainly(tmp_path: Path) -> None:
    told = shebao("install", home=tmp_path, DATABASE_URL="postgresql://a:hidden-word@127.0.0.1:1/x")

    assert told.returncode == 1
    assert "请检查 DATABASE_URL" in told.stderr
    assert "hidden-word" not in told.stderr + told.stdout
    assert "Traceback" not in told.stderr


def test_every_command_and_subcommand_explains_itself_in_chinese() -> None:
    foreign = []
    for verb in VERBS:
        module = load(verb.module)
        group = getattr(module, "app", None)
        inner = [one.callback for one in group.registered_commands] if group else [module.command]
        foreign += [
            f"{verb.name} {one.__name__}" for one in inner if not "一" <= (one.__doc__ or "a")[0] <= "龥"
        ]
    assert foreign == []
