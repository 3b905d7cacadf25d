"""The house rules that no linter knows: direction of keys, sizes, names, words that match the code."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.http import HttpRequest

from shebao.api.app import api
from shebao.privacy import chapters

ROOT = Path(__file__).resolve().parent.parent.parent
CODE = sorted((ROOT / "shebao").rglob("*.py"))
OWN = [file for file in CODE if "migrations" not in file.parts]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"][0][
    "layers"
]
ROOMS = [[room.strip() for room in line.split("|")] for line in LAYERS]
HEIGHT = {room: len(ROOMS) - level for level, line in enumerate(ROOMS) for room in line}
SAY_NOTHING = re.compile(
    r"^(utils?|helpers?|common|core|misc|managers?|handlers?|processors?|services?|base_\w+)$"
)


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_foreign_keys_point_down_or_stay_inside():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model and model._meta.app_label in HEIGHT
        and field.related_model._meta.app_label != model._meta.app_label
        and HEIGHT[field.related_model._meta.app_label] >= HEIGHT[model._meta.app_label]
    ]  # fmt: skip
    assert not upward


def test_files_and_functions_stay_small():
    long_files = [
        f"{f.relative_to(ROOT)}: {n}" for f in OWN if (n := len(f.read_text("utf-8").splitlines())) > 400
    ]
    long_functions = [
        f"{file.relative_to(ROOT)}:{node.name}: {node.end_lineno - node.lineno + 1}"
        for file in OWN
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not long_files and not long_functions


def test_names_say_the_thing():
    silent = [
        f for f in OWN if any(SAY_NOTHING.match(part) for part in (*f.relative_to(ROOT).parts[1:-1], f.stem))
    ]
    assert not silent


def test_every_room_says_what_lives_there_and_the_page_of_rooms_agrees():
    said = {}
    for room in HEIGHT:
        tree = ast.parse((ROOT / "shebao" / room / "__init__.py").read_text("utf-8"))
        said[room] = ast.get_docstring(tree)
        assert said[room] and len(tree.body) == 1, room
    page = (ROOT / "docs" / "rooms.md").read_text("utf-8")
    assert all(f"`{room}`" in page and words in page for room, words in said.items())


def test_no_signals_and_no_clock_in_the_law():
    for file in OWN:
        text = file.read_text("utf-8")
        assert "django.dispatch" not in text and "post_save" not in text, file
    for file in (ROOT / "shebao" / "rules").rglob("*.py"):
        assert not re.search(r"\b(date\.today|datetime\.now|time\.time)\(", file.read_text("utf-8")), file


def test_migrations_are_complete():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        graph=loader.graph
    )
    assert not changes
    assert set(connections) == {"default", "login", "worker", "keys", "owner"}


def test_the_dictionary_declares_every_column_and_no_other():
    declared = chapters.dictionary(ROOT / "profiles")["table"]
    exists = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields if field.column}
        for model in apps.get_models()
    }
    assert {
        name: set(table["columns"]) for name, table in declared.items() if name != "django_migrations"
    } == exists


def test_no_two_schemas_of_the_interface_share_a_name():
    """The description keeps one schema a name: of two, one would be told as the other."""
    bodies = [ast.parse(file.read_text("utf-8")).body for file in (ROOT / "shebao" / "api").glob("*.py")]
    names = [node.name for body in bodies for node in body if isinstance(node, ast.ClassDef)]
    assert sorted(names) == sorted(set(names))


def test_the_committed_openapi_equals_the_code():
    generated = api.renderer.render(HttpRequest(), api.get_openapi_schema(), response_status=200)
    import json

    assert json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8")) == json.loads(generated)


@pytest.mark.parametrize(
    "pattern",
    [
        r"--(extra-)?index-url",
        r"pypi\.(org|python)",
        r"registry\.npm",
        r"files\.pythonhosted",
        r'"resolved":\s*"http',
    ],
)
def test_no_registry_host_is_named(pattern):
    named = [
        file.relative_to(ROOT)
        for file in tracked()
        if "vendor" not in file.parts
        and file.name != "test_house.py"
        and file.suffix in {".py", ".toml", ".md", ".lock", ".json", ".txt", "", ".sh", ".yaml"}
        and re.search(pattern, file.read_text("utf-8", errors="ignore"))
    ]
    assert not named
