"""Joins tests and clauses: `@pytest.mark.clause("JL-…")` says which row a test performs the check of.

An unknown id stops the run. With `--conformance FILE` the results of all rows are written there, also when
the tests run on several workers: each report carries its clause ids.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from shebao.privacy import clauses

PROFILES = Path(__file__).resolve().parent.parent / "profiles"
PROPERTY = "clause"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", metavar="FILE", default="", help="write the result of every clause row")


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin("clause-rows"):
        config.pluginmanager.register(Conformance(config), "clause-rows")


class Conformance:
    """Collects the outcome of every test that names a clause."""

    def __init__(self, config: pytest.Config) -> None:
        self.rows = clauses.read(PROFILES)
        self.file = str(config.getoption("--conformance"))
        self.is_worker = hasattr(config, "workerinput")
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("clause"):
                for code in mark.args:
                    if code not in self.rows:
                        raise pytest.UsageError(f"{item.nodeid}: no clause row is called {code}")
                    item.user_properties.append((PROPERTY, code))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, code in report.user_properties:
            if name == PROPERTY:
                tests = self.outcomes.setdefault(str(code), {})
                if outcome := _outcome(report):
                    tests[report.nodeid] = _worse(tests.get(report.nodeid), outcome)

    def pytest_sessionfinish(self) -> None:
        if not self.file or self.is_worker:
            return
        path = Path(self.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps(clauses.report(self.rows, self.outcomes), ensure_ascii=False, indent=1) + "\n"
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.file and not self.is_worker:
            counts: Any = clauses.report(self.rows, self.outcomes)["profiles"]
            terminalreporter.write_line(clauses.last_line(counts))


def _outcome(report: pytest.TestReport) -> str:
    if report.outcome == "failed":
        return "failed"
    if report.outcome == "skipped":
        return "skipped"
    return "passed" if report.when == "call" else ""


def _worse(before: str | None, now: str) -> str:
    order = ("passed", "skipped", "failed")
    return max((before or now, now), key=order.index)
