"""Fixtures: a server for the run; `shebao` gives a test its own installation; a cast of invented people."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

os.environ["DJANGO_SETTINGS_MODULE"] = "shebao.settings"
os.environ.setdefault("SHEBAO_HOME", tempfile.mkdtemp(prefix="shebao-none-"))

import django
from django.conf import settings
from django.db import connections
from xdist.scheduler import LoadFileScheduling

from shebao.cli.cluster import Cluster
from shebao.privacy import ledger
from tests.stage import Stage

# Two cores are shared with a database and a browser: no example is judged by the clock. A CI run repeats itself.
hypothesis.settings.register_profile("shebao", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("shebao")

django.setup()
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

pytest_plugins = ["tests.conformance_plugin"]
_stack = ExitStack()
MEMORY = Path("/dev/shm")
ROOMY = 3 << 30


def _stage_folder() -> Path:
    """In memory where there is room: a hundred thousand small files are copied and thrown away in a run."""
    roomy = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free >= ROOMY
    place = MEMORY if roomy else None
    folder = Path(_stack.enter_context(tempfile.TemporaryDirectory(prefix="shebao-stage-", dir=place)))
    folder.chmod(0o711)  # the server's own account passes through; what is secret inside is closed itself
    return folder


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    folder = _stage_folder()
    cluster = _stack.enter_context(Cluster.ephemeral(folder / "pg"))
    Stage.open(cluster, folder)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """A file stays with one worker: its installation, its site and its browser are made once."""
    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files with a browser, which take longest, come first: no worker waits for another at the end."""
    slow = {item.path for item in items if "chromium" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda item: item.path not in slow)


def pytest_unconfigure(config: pytest.Config) -> None:
    _stack.close()


class Installation:
    """One installation on stage: its profile, its home, its databases."""

    def __init__(self, profile: str, home: Path) -> None:
        self.profile = profile
        self.home = home

    def superuser(self) -> str:
        """DSN of the server's superuser on this installation's database."""
        name = connections["default"].settings_dict["NAME"]
        return f"{Stage.here().admin} dbname={name}"


def _enter(profile: str, home: Path, patch: pytest.MonkeyPatch) -> Installation:
    import json
    import tomllib

    access: dict[str, Any] = json.loads((home / "database.json").read_text())
    patch.setattr(settings, "PROFILE", profile)
    patch.setattr(settings, "HOME", home)
    patch.setattr(settings, "SECRET_FILE", home / "secret")
    patch.setattr(settings, "SECRET_KEY", (home / "secret").read_text().strip())
    deployment = (settings.PROFILES / profile / "profile.toml").read_text("utf-8")
    patch.setattr(settings, "DEPLOYMENT", tomllib.loads(deployment))
    for alias, role in settings.ROLES.items():
        connection = connections[alias]
        connection.close()
        connection.settings_dict.update(
            NAME=access["name"] + ("_keys" if alias == "keys" else ""),
            HOST=access["host"],
            PORT=access["port"],
            PASSWORD=access["passwords"][role],
        )
    ledger._ledger_keys._held.clear()
    return Installation(profile, home)


@pytest.fixture
def shebao(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """A fresh installation with the small province; `@pytest.mark.profile("ebao")` chooses another profile."""
    mark = request.node.get_closest_marker("profile")
    profile = mark.args[0] if mark else "jilin"
    with Stage.here().copy(profile, tmp_path) as home:
        yield _enter(profile, home, monkeypatch)
        connections.close_all()


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """One installation shared by a module's tests that only read."""
    profile = getattr(request.module, "PROFILE", "jilin")
    patch = pytest.MonkeyPatch()
    with Stage.here().copy(profile, tmp_path_factory.mktemp("standing")) as home:
        yield _enter(profile, home, patch)
        connections.close_all()
        patch.undo()


@pytest.fixture
def settings_patch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Changes a setting for one test."""
    return lambda name, value: monkeypatch.setattr(settings, name, value)
