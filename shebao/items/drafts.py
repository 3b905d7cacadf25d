"""What an applicant holds in hand: pre-check, draft, what an answer breaks, receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from shebao.cases import materials
from shebao.cases.item import Effect, Finding, Item, Material, Question


@dataclass(frozen=True)
class Check:
    """预检: the lines, and whether the form may be opened."""

    findings: tuple[Finding, ...]

    @property
    def may_start(self) -> bool:
        return all(finding.passed for finding in self.findings)


@dataclass(frozen=True)
class Paper:
    """材料 of a draft with its pages."""

    material: Material
    pages: tuple[materials.Page, ...]


@dataclass(frozen=True)
class Draft:
    """草稿: answers so far, what is asked, what we know already, what is missing; `blamed`: question by finding."""

    no: str
    item: Item
    state: str
    subject_id: int
    answers: Mapping[str, str]
    asked: tuple[Question, ...]
    known: Mapping[str, str]
    papers: tuple[Paper, ...]
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    touched_at: datetime
    blamed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answered:
    """回答以后: all answers so far, and the conditions that the newest ones break."""

    answers: Mapping[str, str]
    unmet: tuple[Finding, ...]


@dataclass(frozen=True)
class Receipt:
    """回执: 已收到, or the result of an instant item."""

    no: str
    item: Item
    state: str
    submitted_at: datetime | None
    due_on: date | None
    provisional: bool
    effect: Effect | None = None
