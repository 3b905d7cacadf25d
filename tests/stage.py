"""The stage of the tests: one PostgreSQL for the run, one template per profile, a fresh copy for every test."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shebao.cli import database
from shebao.cli.cluster import Cluster

ROOT = Path(__file__).resolve().parent.parent
PLACE = "SHEBAO_TEST_STAGE"
PEOPLE = 60
SCHEMA = "schema"  # migrated and empty: the migrations run once and not for every profile


@dataclass(frozen=True)
class Stage:
    """Where this run's server listens and keeps its templates."""

    folder: Path
    admin: str

    @classmethod
    def open(cls, cluster: Cluster, folder: Path) -> "Stage":
        stage = cls(folder, cluster.superuser_dsn())
        (folder / "stage.json").write_text(json.dumps({"admin": stage.admin}))
        os.environ[PLACE] = str(folder)
        return stage

    @classmethod
    def here(cls) -> "Stage":
        folder = Path(os.environ[PLACE])
        return cls(folder, json.loads((folder / "stage.json").read_text())["admin"])

    def template(self, profile: str) -> Path:
        """The home of the installed and populated template of a profile; made once a run."""
        home = self.folder / f"home-{profile}"
        with (self.folder / f"lock-{profile}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (home / "ready").exists():
                self._build(profile, home)
                (home / "ready").touch()
        return home

    def _build(self, profile: str, home: Path) -> None:
        home.mkdir(exist_ok=True)
        if profile == SCHEMA:
            self._prepare(f"template_{SCHEMA}", home)
            _furnish(home, "jilin", "schema")
            return
        self.template(SCHEMA)
        database.clone(f"template_{SCHEMA}", f"template_{profile}", admin=self.admin)
        self._prepare(f"template_{profile}", home)
        _furnish(home, profile, str(PEOPLE))

    def _prepare(self, name: str, home: Path) -> None:
        """The roles belong to the server: all templates share their passwords."""
        shared = self.folder / "passwords.json"
        with (self.folder / "lock-roles").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = json.loads(shared.read_text()) if shared.exists() else None
            access = database.prepare(name, admin=self.admin, home=home, passwords=known)
            shared.write_text(json.dumps(access.passwords))

    @contextmanager
    def copy(self, profile: str, folder: Path) -> Iterator[Path]:
        """A home of its own with databases of its own, removed afterwards."""
        template = self.template(profile)
        name = f"copy_{os.getpid()}_{next(_numbers)}"
        home = folder / "home"
        shutil.copytree(template, home, ignore=shutil.ignore_patterns("ready"))
        access = json.loads((template / "database.json").read_text())
        (home / "database.json").write_text(json.dumps(access | {"name": name}))
        database.clone(f"template_{profile}", name, admin=self.admin)
        try:
            yield home
        finally:
            database.drop(name, admin=self.admin)


def _furnish(home: Path, profile: str, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.furnish", what],
        cwd=ROOT,
        check=False,
        env=os.environ | {"SHEBAO_HOME": str(home), "SHEBAO_PROFILE": profile, "SHEBAO_SECRET_FILE": ""},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"the template of {profile} could not be built:\n{done.stdout}{done.stderr}")


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


_numbers = _count()
