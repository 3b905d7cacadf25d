"""What an item (事项) is: law, applicants, questions, materials, limit, and the three functions that know its rule."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from shebao.privacy.gate import Grant

APPLICANTS = {"self": "本人", "guardian": "监护人", "mandate": "受托人", "employer": "单位经办人"}
LISTS = {"medical": "医保", "hr": "人社"}
QUESTION_KINDS = (
    "text", "long_text", "choice", "yes_no", "date", "month", "money", "count", "region", "id_number",
    "phone", "email", "bank_account", "institution", "insurance",
)  # fmt: skip


class ItemError(ValueError):
    """An item.toml that cannot be a public service."""


@dataclass(frozen=True)
class Law:
    """法律依据: a law or document, its article, and what it gives, in our own words."""

    law: str
    article: str = ""
    says: str = ""
    confidence: str = "high"

    def __str__(self) -> str:
        return f"{self.law}{self.article}"


@dataclass(frozen=True)
class Question:
    """一个问题. `when`: asked only if an earlier answer is one of the values. `prefill`: what we already know.

    `replaces`: what is on file is shown, and the answer takes its place.
    `fleeting`: the answer is erased when the case is done (only for the delivery itself).
    """

    key: str
    label: str
    kind: str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prefill: str = ""
    replaces: bool = False
    fleeting: bool = False
    least: int = 0
    most: int = 0

    def asked(self, answers: Mapping[str, str]) -> bool:
        return all(answers.get(key, "") in values for key, values in self.when.items())


@dataclass(frozen=True)
class Material:
    """材料: only what the agency cannot fetch, with the article that allows asking (经办条例第三十一条)."""

    code: str
    name: str
    basis: Law
    sample: str = ""
    optional: bool = False
    most_pages: int = 20
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def asked(self, answers: Mapping[str, str]) -> bool:
        return all(answers.get(key, "") in values for key, values in self.when.items())


# What a notice asks for in the clerk's own words, beside the materials of the item: pages that answer it.
ASKED_BESIDES = Material(
    "other",
    "另外要的",
    Law("社会保险经办条例", "第三十一条"),
    "照告知写的补；要说明的，写在纸上拍照也行",
    optional=True,
)


@dataclass(frozen=True)
class Finding:
    """预检的一行: passed or not, in one sentence, with the rule and the way to mend it. `code` names the refusal."""

    code: str
    passed: bool
    text: str
    rule: str = ""
    next_step: str = ""
    next_url: str = ""


@dataclass(frozen=True)
class Reason:
    """决定的一条理由: a chosen fact with its rule."""

    code: str
    text: str
    rule: str = ""


@dataclass(frozen=True)
class Verdict:
    """审核结论: computed for an instant item, proposed to the clerk for a reviewed one. `amount_fen` 0: no money.

    `figures`: lines of the calculation (label, value, rule), shown to clerk and person alike.
    `words`: what a grant concludes, where "has been granted" says too little; the first wording of the decision.
    `remedy`: how to object, where it is not 复议 and 诉讼: a key of `REMEDIES` in shebao/cases/deciding.py.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    amount_fen: int = 0
    figures: tuple[tuple[str, str, str], ...] = ()
    provisional: bool = False
    words: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Effect:
    """办结的结果: what was written in the registry, in one sentence for the person; more sentences below it.

    `paper`: the certificate that was issued with it, 0 when there is none.
    """

    text: str
    lines: tuple[str, ...] = ()
    pays: bool = False
    paper: int = 0


class Facts(Protocol):
    """What an item may look at: the registry facts its purpose declares, the answers, the day. See items/facts.py."""

    @property
    def subject_id(self) -> int: ...
    @property
    def other_id(self) -> int | None: ...
    @property
    def answers(self) -> Mapping[str, str]: ...
    @property
    def today(self) -> date: ...
    @property
    def case_no(self) -> str: ...
    @property
    def grant(self) -> "Grant": ...


@dataclass(frozen=True)
class Rule:
    """An item's own knowledge: `check` before the form and before sending, `decide`, `effect` in the registry.

    `tell`: who besides the applicant hears of a decision, granted or not, where the law names somebody.
    """

    check: Callable[[Any], list[Finding]]
    decide: Callable[[Any], Verdict]
    effect: Callable[[Any, Verdict], Effect]
    tell: Callable[[Any, Any, Any], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Item:
    """事项. `own`: why only the person herself (or her guardian) may do it; empty where a helper with a mandate may.

    `publicity`: entries with the first and the last day of a public notice (公示), and the limit it stands at `least`.
    """

    code: str
    number: str
    name: str
    plain: str
    summary: str
    list: str
    profiles: tuple[str, ...]
    purpose: str
    reads: tuple[str, ...]
    effects: tuple[str, ...] = ()
    applicants: tuple[str, ...] = ("self", "guardian", "mandate")
    own: str = ""
    laws: tuple[Law, ...]
    result: str
    instant: bool = False
    limit: str = ""
    halts: str = ""
    publicity: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    promise_days: int = 0
    level: int = 1
    second: str = "never"
    second_over_fen: int = 0
    unit: str = ""
    document: str = ""
    other: str = ""
    events: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    bundle: tuple[str, ...] = ()
    many: bool = False
    conflicts: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    insurances: tuple[int, ...] = ()
    questions: tuple[Question, ...] = ()
    entries: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    refusals: Mapping[str, Law] = field(default_factory=dict)
    rule: Rule

    def asked(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """The questions of this path, in order."""
        return tuple(question for question in self.questions if question.asked(answers))

    def to_enter(self, answers: Mapping[str, str]) -> tuple[Question, ...]:
        """What the office has to write before it grants, in order."""
        return tuple(entry for entry in self.entries if entry.asked(answers))

    def wanted(self, answers: Mapping[str, str]) -> tuple[Material, ...]:
        """The materials of this path, in order."""
        return tuple(material for material in self.materials if material.asked(answers))

    def needs_second(self, amount_fen: int) -> bool:
        """Whether a second person must confirm (分级审核, 经办条例第三十七条)."""
        return self.second == "always" or (self.second == "over" and amount_fen > self.second_over_fen)


def read(file: Path, rule: Rule) -> Item:
    """An item from its item.toml. Raises ItemError with the first reason against it."""
    raw = tomllib.loads(file.read_text("utf-8"))
    where = file.parent.name
    questions = tuple(_question(where, row) for row in raw.pop("question", []))
    entries = tuple(_question(where, row) for row in raw.pop("entry", []))
    materials = tuple(_material(where, row) for row in raw.pop("material", []))
    refusals = {row.pop("code"): _law(where, row) for row in raw.pop("refusal", [])}
    laws = tuple(_law(where, row) for row in raw.pop("law", []))
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in raw.items()
    }
    _known(where, Item, set(values) | {"laws", "rule"})
    item = Item(
        **values, laws=laws, questions=questions, entries=entries, materials=materials, refusals=refusals, rule=rule
    )  # fmt: skip
    _judge(where, item)
    return item


def _judge(where: str, item: Item) -> None:
    asked = item.questions + item.entries
    faults = {
        "名称、说明或结果是空的": not (item.name and item.plain and item.summary and item.result),
        "没有法律依据": not item.laws,
        f"不属于任何目录，list 可以写：{'、'.join(LISTS)}": item.list not in LISTS,
        f"申请人写错，可以写：{'、'.join(APPLICANTS)}": not item.applicants
        or not set(item.applicants) <= APPLICANTS.keys(),
        "不能委托的事项要写明为什么": bool(item.own)
        != ("self" in item.applicants and "mandate" not in item.applicants),
        "即办（instant）和时限（limit 或 promise_days）只写一个": item.instant
        == bool(item.limit or item.promise_days),
        "复核（second）写错，可以写：never、always，或 over 加 second_over_fen": item.second
        not in ("never", "always", "over")
        or (item.second == "over") != bool(item.second_over_fen),
        "没有办理目的": not item.purpose,
        "问题重复": len({q.key for q in asked}) != len(asked),
        "即办的事项没有经办填写，也不改时限": item.instant and bool(item.entries or item.terms),
        "公示（publicity）要写 since、until（两个 entry，类型 date，until 加 most = 1）和 least": not _published(
            item
        ),
        "只问一部分人的，前面要有那个问题": not _leads(item),
        "材料重复": len({m.code for m in item.materials}) != len(item.materials),
    }
    for text, wrong in faults.items():
        if wrong:
            raise ItemError(f"{where}：{text}")


def _published(item: Item) -> bool:
    """Whether a public notice names two days that the office enters, the second of which may be to come."""
    told, kinds = item.publicity, {one.key: (one.kind, one.most) for one in item.entries}
    if not told:
        return True
    days = (kinds.get(told.get("since", "")), kinds.get(told.get("until", "")))
    return told.keys() == {"since", "until", "least"} and days == (("date", 0), ("date", 1))


def _leads(item: Item) -> bool:
    """Whether every `when` names an earlier question and one of its answers."""
    asked: dict[str, Question] = {}
    for one in (*item.questions, *item.entries):
        if not _answers_of(one.when, asked):
            return False
        asked[one.key] = one
    return all(_answers_of(one.when, asked) for one in item.materials)


def _answers_of(when: Mapping[str, tuple[str, ...]], asked: Mapping[str, Question]) -> bool:
    for key, values in when.items():
        lead = asked.get(key)
        if lead is None or (lead.kind == "choice" and not set(values) <= set(lead.choices)):
            return False
    return True


def _known(where: str, cls: type, names: set[str]) -> None:
    known = {one.name: one for one in fields(cls)}
    unknown = names - known.keys()
    if unknown:
        raise ItemError(f"{where}：不认识 {sorted(unknown)}（事项不收费，也没有别的栏）")
    missing = {
        name
        for name, one in known.items()
        if name not in names and one.default is MISSING and one.default_factory is MISSING
    }
    if missing:
        raise ItemError(f"{where}：缺少 {sorted(missing)}")


def _when(row: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        key: (value,) if isinstance(value, str) else tuple(value)
        for key, value in row.pop("when", {}).items()
    }


def _question(where: str, row: dict[str, Any]) -> Question:
    when = _when(row)
    _known(where, Question, set(row))
    if row["kind"] not in QUESTION_KINDS:
        raise ItemError(f"{where}：问题 {row['key']} 的类型不认识，可以写：{'、'.join(QUESTION_KINDS)}")
    if (row["kind"] == "choice") != bool(row.get("choices")):
        raise ItemError(f"{where}：问题 {row['key']} 的选项写错")
    return Question(**row, when=when)


def _material(where: str, row: dict[str, Any]) -> Material:
    when = _when(row)
    basis = row.pop("basis", None)
    if not basis or not basis.get("law"):
        raise ItemError(f"{where}：材料 {row.get('name', '')} 没有法律依据，不能要")
    _known(where, Material, set(row) | {"basis"})
    return Material(**row, basis=_law(where, basis), when=when)


def _law(where: str, row: dict[str, Any]) -> Law:
    _known(where, Law, set(row))
    return Law(**row)
