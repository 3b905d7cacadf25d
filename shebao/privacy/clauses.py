"""Clause rows (条款): what the three documents promise, as data of the profiles, and which control keeps it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

PROFILES = ("jilin", "ebao", "guangxi")


@dataclass(frozen=True)
class Row:
    """One promise, limit or service.

    `paraphrase` and `check` are the English entry; `zh` says the promise to the person it is made to and `zh_check`
    how she sees that it is kept. `control`: the module or file that keeps it, empty until a test claims it.
    """

    profile: str
    id: str
    where: str
    paraphrase: str
    zh: str
    check: str
    zh_check: str
    area: str
    priority: str
    kind: str
    control: str


def read(profiles: Path) -> dict[str, Row]:
    """All rows of all profiles by id, in the order of the documents."""
    found: dict[str, Row] = {}
    for profile in PROFILES:
        for raw in tomllib.loads((profiles / profile / "clauses.toml").read_text("utf-8"))["clause"]:
            if raw["id"] in found:
                raise ValueError(f"{raw['id']} 出现两次")
            found[raw["id"]] = Row(profile, **raw)
    return found


def report(rows: dict[str, Row], outcomes: dict[str, dict[str, str]]) -> dict[str, object]:
    """Conformance: `outcomes` is clause -> test -> passed|failed|skipped. Any failure fails the row."""
    profiles = {name: {"rows": 0, "passed": 0, "failed": 0, "missing": 0} for name in PROFILES}
    lines = []
    for row in rows.values():
        tests = outcomes.get(row.id, {})
        result = verdict(tests)
        profiles[row.profile]["rows"] += 1
        profiles[row.profile][result] += 1
        lines.append({"id": row.id, "control": row.control, "tests": sorted(tests), "result": result})
    return {"profiles": profiles, "rows": lines}


def verdict(tests: dict[str, str]) -> str:
    """passed when at least one test passed and none failed; a skipped test proves nothing."""
    if "failed" in tests.values():
        return "failed"
    return "passed" if "passed" in tests.values() else "missing"


def last_line(profiles: dict[str, dict[str, int]]) -> str:
    """conformance: jilin a/227 ebao b/97 guangxi c/125."""
    return "conformance: " + " ".join(
        f"{name} {profiles[name]['passed']}/{profiles[name]['rows']}" for name in PROFILES
    )
