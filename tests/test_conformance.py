"""Conformance: clause marks become the result of every row, on one worker or several."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from django.conf import settings
from typer.testing import CliRunner

from shebao.cli.conformance import command
from shebao.privacy import clauses

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = """
import pytest
import typer

@pytest.mark.clause("JL-0-02", "EB-0-01")
def test_good(): ...

@pytest.mark.clause("EB-0-01")
@pytest.mark.parametrize("n", [1, 2])
def test_half(n): assert n == 1

@pytest.mark.clause("GX-0-01")
def test_skipped(): pytest.skip("no browser here")

@pytest.mark.clause("GX-0-02")
class TestTogether:
    def test_inside(self): ...

def test_unmarked(): ...
"""


def run(folder: Path, source: str, *words: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    (folder / "test_sample.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = clause(id): row\n")
    file = folder / "conformance.json"
    plugin = [
        "-p",
        "xdist",
        "-p",
        "tests.conformance_plugin",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, "--conformance", str(file), str(folder), *words],
        cwd=ROOT,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done, json.loads(file.read_text()) if file.exists() else {}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one", "two"])
def test_results_are_gathered_from_all_workers(tmp_path: Path, workers: tuple[str, ...]) -> None:
    done, report = run(tmp_path, SAMPLE, *workers)
    rows = {row["id"]: row for row in report["rows"]}
    assert len(rows) == 449
    assert {
        code: rows[code]["result"] for code in ("JL-0-02", "EB-0-01", "GX-0-01", "GX-0-02", "JL-0-03")
    } == {
        "JL-0-02": "passed",
        "EB-0-01": "failed",
        "GX-0-01": "missing",
        "GX-0-02": "passed",
        "JL-0-03": "missing",
    }
    assert len(rows["EB-0-01"]["tests"]) == 3
    assert report["profiles"]["jilin"] == {"rows": 227, "passed": 1, "failed": 0, "missing": 226}
    assert "conformance: jilin 1/227 ebao 0/97 guangxi 1/125" in done.stdout


def test_an_unknown_row_stops_the_run(tmp_path: Path) -> None:
    done, _ = run(tmp_path, 'import pytest\n\n@pytest.mark.clause("JL-99-99")\ndef test_x(): ...\n')
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "JL-99-99" in done.stdout + done.stderr


def test_a_skipped_test_proves_nothing_and_a_failure_outweighs_all() -> None:
    assert clauses.verdict({}) == "missing"
    assert clauses.verdict({"a": "skipped"}) == "missing"
    assert clauses.verdict({"a": "skipped", "b": "passed"}) == "passed"
    assert clauses.verdict({"a": "failed", "b": "passed"}) == "failed"


def test_the_command_ends_with_the_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = clauses.read(settings.PROFILES)
    report = clauses.report(rows, {"JL-0-02": {"tests/x.py::test_y": "passed"}})
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "conformance.json").write_text(json.dumps(report))
    monkeypatch.setattr(settings, "ROOT", tmp_path)
    application = typer.Typer()
    application.command()(command)
    shown = CliRunner().invoke(application, ["--last"])
    assert shown.output.rstrip().splitlines()[-1] == "conformance: jilin 1/227 ebao 0/97 guangxi 0/125"
    assert json.loads(CliRunner().invoke(application, ["--last", "--json"]).output) == report
