"""Policy prose (政策文本): a small markdown with clause anchors, turned into safe HTML, compared clause by clause.

Known: headings, paragraphs, lists, tables, **strong**, [text](/own/path). A heading or block may end with
{#clause-id .marked}; it starts a clause, and what follows without an id belongs to it.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from html import escape
from typing import Any

ANCHOR = re.compile(r"\s*\{#([A-Za-z0-9.\-]+)((?:\s+\.[a-z]+)*)\s*\}\s*$")
HEADING = re.compile(r"(#{1,4})\s+(.*)")
ORDERED = re.compile(r"\d+\.\s+")
INLINE = re.compile(r"\*\*(.+?)\*\*|\[([^\]]+)\]\(((?:/|#)[^)\s]*)\)")
WORDS = re.compile(r"[0-9A-Za-z.%]+|\s+|.", re.S)


class PolicyError(ValueError):
    """A policy text or its publication is refused; `code` says which rule."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(f"{text}（{code}）")


@dataclass(frozen=True)
class Head:
    """What stands above the text: part, version, both dates, the register it rests on, the short summary."""

    part: str
    version: str
    title: str
    profile: str
    updated_on: date
    effective_on: date
    register_version: str
    major: bool
    summary: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, list or table."""

    kind: str
    lines: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True)
class Clause:
    """条款: an addressable piece of the text. `marked`: to be shown before acceptance."""

    id: str
    title: str
    level: int
    marked: bool
    blocks: tuple[Block, ...]

    def text(self) -> str:
        return "\n".join(plain(line) for block in self.blocks for line in block.lines)


@dataclass(frozen=True)
class ClauseChange:
    """One clause that was added, removed or reworded; segments are (same|del|ins, text)."""

    id: str
    title: str
    kind: str
    was: str
    now: str
    segments: tuple[tuple[str, str], ...]

    def html(self) -> str:
        tags = {"same": "{}", "del": "<del>{}</del>", "ins": "<ins>{}</ins>"}
        return "".join(tags[kind].format(escape(text)) for kind, text in self.segments)


def split_head(source: str) -> tuple[dict[str, Any], str]:
    """The TOML between the two +++ lines and the text after it."""
    if not source.startswith("+++\n") or "\n+++\n" not in source[4:]:
        raise PolicyError("no_head", "文本开头缺少版本和日期")
    head, text = source[4:].split("\n+++\n", 1)
    return tomllib.loads(head), text.strip() + "\n"


def read_head(raw: dict[str, Any]) -> Head:
    """The head of a text; both dates and a summary are needed."""
    for key in ("updated_on", "effective_on"):
        if not isinstance(raw.get(key), date):
            raise PolicyError("dates_missing", "更新日期和生效日期都要写明")
    for key in ("part", "version", "title", "profile", "summary"):
        if not raw.get(key):
            raise PolicyError("head_incomplete", f"开头缺少 {key}")
    if raw["effective_on"] < raw["updated_on"]:
        raise PolicyError("dates_order", "生效日期不能早于更新日期")
    return Head(
        part=str(raw["part"]),
        version=str(raw["version"]),
        title=str(raw["title"]),
        profile=str(raw["profile"]),
        updated_on=raw["updated_on"],
        effective_on=raw["effective_on"],
        register_version=str(raw.get("register_version", "")),
        major=bool(raw.get("major", False)),
        summary=tuple(str(line) for line in raw["summary"]),
    )


def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses in order; refuses an anchor that stands twice and text before the first anchor."""
    found: list[Clause] = []
    for block, anchor, marked in _blocks(text):
        if anchor:
            if any(clause.id == anchor for clause in found):
                raise PolicyError("anchor_twice", f"条款编号 {anchor} 出现两次")
            title = plain(block.lines[0]) if block.kind == "heading" else ""
            found.append(Clause(anchor, title, block.level, marked, (block,)))
        elif not found:
            raise PolicyError("no_anchor", "第一段之前要有条款编号")
        else:
            last = found[-1]
            found[-1] = Clause(last.id, last.title, last.level, last.marked, (*last.blocks, block))
    return tuple(found)


def _blocks(text: str) -> Iterator[tuple[Block, str, bool]]:
    for piece in re.split(r"\n\s*\n", text.strip()):
        lines = piece.strip().split("\n")
        match = ANCHOR.search(lines[-1])
        anchor, marked = (match[1], ".marked" in match[2].split()) if match else ("", False)
        if match:
            lines[-1] = lines[-1][: match.start()]
        yield _block([line.strip() for line in lines if line.strip()]), anchor, marked


def _block(lines: list[str]) -> Block:
    heading = HEADING.fullmatch(lines[0])
    if heading and len(lines) == 1:
        return Block("heading", (heading[2],), len(heading[1]))
    if all(line.startswith("|") for line in lines):
        return Block("table", tuple(line for line in lines if set(line) - set("|-: ")))
    if all(line.startswith("- ") for line in lines):
        return Block("list", tuple(line[2:] for line in lines))
    if all(ORDERED.match(line) for line in lines):
        return Block("ordered", tuple(ORDERED.sub("", line, count=1) for line in lines))
    return Block("paragraph", ("".join(lines),))


def html(found: tuple[Clause, ...]) -> str:
    """Safe HTML of the clauses: every character escaped, links to own pages only."""
    return "\n".join(_clause_html(clause) for clause in found)


def _clause_html(clause: Clause) -> str:
    marked = ' class="marked"' if clause.marked else ""
    inner = "\n".join(_block_html(block) for block in clause.blocks)
    return f'<section id="{escape(clause.id)}"{marked}>\n{inner}\n</section>'


def _block_html(block: Block) -> str:
    if block.kind == "heading":
        return f"<h{block.level}>{inline(block.lines[0])}</h{block.level}>"
    if block.kind in ("list", "ordered"):
        tag = "ul" if block.kind == "list" else "ol"
        return f"<{tag}>" + "".join(f"<li>{inline(line)}</li>" for line in block.lines) + f"</{tag}>"
    if block.kind == "table":
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.lines]
        head = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in rows[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{inline(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:]
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<p>{inline(block.lines[0])}</p>"


def inline(text: str) -> str:
    """Escaped text with strong words and links to own pages."""
    out, at = [], 0
    for match in INLINE.finditer(text):
        out.append(escape(text[at : match.start()]))
        if match[1] is not None:
            out.append(f"<strong>{escape(match[1])}</strong>")
        else:
            out.append(f'<a href="{escape(match[3])}">{escape(match[2])}</a>')
        at = match.end()
    return "".join(out) + escape(text[at:])


def plain(text: str) -> str:
    """The words without marks."""
    return INLINE.sub(lambda match: match[1] or match[2], text)


def difference(old: tuple[Clause, ...], new: tuple[Clause, ...]) -> tuple[ClauseChange, ...]:
    """Clauses of the new text that differ, then those that fell away."""
    before = {clause.id: clause for clause in old}
    changes = []
    for clause in new:
        was = before.pop(clause.id, None)
        if was is None:
            changes.append(_change(clause, "added", "", clause.text()))
        elif (was.text(), was.marked) != (clause.text(), clause.marked):
            changes.append(_change(clause, "changed", was.text(), clause.text()))
    changes += [_change(clause, "removed", clause.text(), "") for clause in before.values()]
    return tuple(changes)


def _change(clause: Clause, kind: str, was: str, now: str) -> ClauseChange:
    return ClauseChange(clause.id, clause.title, kind, was, now, tuple(_segments(was, now)))


def _segments(was: str, now: str) -> Iterator[tuple[str, str]]:
    left, right = WORDS.findall(was), WORDS.findall(now)
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(left[a:b])
            continue
        if b > a:
            yield "del", "".join(left[a:b])
        if d > c:
            yield "ins", "".join(right[c:d])
