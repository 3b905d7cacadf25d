"""填报 against 共享 on screen: differing rows first, only the differing part marked, numbers masked until shown."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.html import format_html
from django.utils.safestring import SafeString

from shebao.cases.item import Question
from shebao.items.office import Compared
from shebao.privacy import masks

MASKED = ("person.name", "person.id_number", "person.phone", "person.address", "person.email",
          "person.bank_account", "person.card_number")  # fmt: skip
KINDS = {
    "id_number": "person.id_number",
    "phone": "person.phone",
    "email": "person.email",
    "bank_account": "person.bank_account",
}
WORD = re.compile(r"\d+|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One line of the comparison. `item` names the vault item when the value is masked."""

    key: str
    label: str
    declared: SafeString
    held: SafeString
    source: str
    differs: bool
    verdict: str
    item: str
    held_there: bool


def masked_item(question: Question) -> str:
    """The vault item that decides how an answer is masked; empty for an answer shown as it is."""
    if question.prefill in MASKED:
        return question.prefill
    return KINDS.get(question.kind, "")


def rows(
    compared: Iterable[Compared], answers: Mapping[str, str], settled: Mapping[str, str], read_at: str = ""
) -> list[Row]:
    """Differing rows first; `settled` says by key how a difference was settled (采用共享、按本人答复).

    `read_at`: when the shared data were fetched.
    """
    found = [
        _row(line, answers.get(line.question.key, ""), settled.get(line.question.key, ""))
        for line in compared
    ]
    dated = [
        replace(row, source=f"{row.source} {read_at}".strip()) if row.held_there else row for row in found
    ]
    return sorted(dated, key=lambda row: not row.differs)


def _row(line: Compared, answer: str, settled: str) -> Row:
    item = masked_item(line.question)
    differs = line.differs and not settled
    declared, held = line.declared, line.held
    if item:
        declared, held = masks.mask(item, answer), masks.mask(item, line.held_value)
        if line.differs and declared == held:
            held = f"{held}，前面不同"
        elif held and not line.differs:
            held = "一致，未显示"
    if differs:
        before, after = mark(declared, held)
    else:
        before, after = plain(declared), plain(held)
    return Row(
        key=line.question.key, label=line.question.label, declared=before or plain("没有填"),
        held=after or plain("没有共享数据"), source=line.source, differs=differs, item=item, held_there=bool(line.held_value),
        verdict=settled or ("" if differs else "一致" if line.held else "只有填报"),
    )  # fmt: skip


def mark(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Both texts with the part that differs underlined; whole numbers and words, never half of one."""
    a, b = WORD.findall(one), WORD.findall(other)
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return _marked(a, head, tail), _marked(b, head, tail)


def _marked(words: list[str], head: int, tail: int) -> SafeString:
    end = len(words) - tail
    middle = format_html("<u>{}</u>", "".join(words[head:end])) if end > head else ""
    return format_html("{}{}{}", "".join(words[:head]), middle, "".join(words[end:]))


def plain(text: str) -> SafeString:
    """The text, escaped."""
    return format_html("{}", text)
