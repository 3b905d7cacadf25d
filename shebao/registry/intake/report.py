"""What became of a file: counts, problems by line, totals. Holds line numbers, never a name or a number."""

from dataclasses import dataclass, field
from typing import Any

MOST_KEPT = 1000
MATCHED, NEW, CHANGED, REFUSED = "matched", "new", "changed", "refused"
OUTCOMES = {MATCHED: "已有且一致", NEW: "新增", CHANGED: "变更", REFUSED: "不收"}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing about one line; a grave one refuses the line."""

    line: int
    column: str
    message: str
    grave: bool = True

    def __str__(self) -> str:
        where = f"第 {self.line} 行" + (f"「{self.column}」" if self.column else "")
        return f"{where}：{self.message}" + ("" if self.grave else "（提醒）")


@dataclass
class Report:
    """The match report (核对结果) of one file."""

    kind: str
    label: str
    digest: str
    rows: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    problems: list[Problem] = field(default_factory=list)
    warnings: int = 0
    employer_fen: int = 0
    person_fen: int = 0
    dry_run: bool = False
    matched_against_registry: bool = False
    loaded: bool = False
    loaded_before: bool = False

    def note(self, problem: Problem) -> None:
        """Counts a problem; keeps the first thousand."""
        if not problem.grave:
            self.warnings += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(problem)

    def refuse(self, problem: Problem) -> None:
        """A line that is not taken."""
        self.counts[REFUSED] += 1
        self.note(problem)

    @property
    def clean(self) -> bool:
        """Whether every line can be taken."""
        return self.counts[REFUSED] == 0

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        told = {name: value for name, value in vars(self).items() if name != "problems"}
        return told | {
            "problems": [vars(problem) | {"text": str(problem)} for problem in sorted(self.problems)]
        }
