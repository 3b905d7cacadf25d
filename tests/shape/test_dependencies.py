"""What we depend on: said why, pinned by hash, from nowhere in particular, free of strong copyleft."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
# Weak copyleft, used unmodified as libraries: the PostgreSQL driver (LGPL) and a list of root certificates (MPL).
WEAK = {"psycopg", "psycopg-binary", "psycopg-pool", "certifi"}


def pins(lock: str) -> dict[str, str]:
    """Name -> pinned line of every requirement in a lock, hashes left out."""
    found = re.findall(r"^([a-zA-Z0-9_.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return dict(found)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()

    assert "://" not in text
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)", text, re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=[a-zA-Z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)

    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []


def test_the_tests_run_what_production_runs() -> None:
    runtime, test = (pins(lock) for lock in LOCKS)

    assert runtime.items() <= test.items()


def test_every_dependency_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    start = lines.index("dependencies = [") + 1
    unexplained = []
    explained = False
    for line in lines[start : lines.index("[project.scripts]")]:
        stripped = line.strip()
        if stripped.startswith("#"):
            explained = True
        elif stripped.startswith('"'):
            if not explained:
                unexplained.append(stripped)
        else:
            explained = False

    assert unexplained == []


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["test"], *extras["build"]]
    names = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in declared}  # type: ignore[index]

    assert names - {name.lower().replace("_", "-") for name in pins("requirements-test.lock")} == set()


def test_nothing_at_run_time_is_copyleft() -> None:
    copyleft = set()
    for name in pins("requirements.lock"):
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform
        said = " ".join([about.get("License-Expression") or "", *(about.get_all("Classifier") or [])])
        if re.search(r"GPL|General Public License|MPL|Mozilla|EUPL|CeCILL", said):
            copyleft.add(name)

    assert copyleft <= WEAK
