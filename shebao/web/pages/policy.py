"""政策: texts, their versions and what each version changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from shebao.privacy import policy, prose
from shebao.privacy.policy import Document
from shebao.web import formats

NAMES = {"policy": "个人信息保护政策", "agreement": "用户服务协议"}
CHANGED = {"added": ("新增", ""), "changed": ("改了", "w"), "removed": ("删掉", "n")}


def without_title(document: Document) -> tuple[prose.Clause, ...]:
    """The clauses without the heading of the whole text, which the page carries itself."""
    first, *rest = document.clauses
    blocks = tuple(block for block in first.blocks if not (block.kind == "heading" and block.level == 1))
    return (replace(first, blocks=blocks), *rest)


def html(document: Document) -> SafeString:
    """The text as safe HTML: prose escapes every character."""
    return mark_safe(prose.html(without_title(document)))  # noqa: S308


def text(document: Document) -> dict[str, Any]:
    """Context of web/policy.html."""
    head = document.head
    return {
        "part": head.part,
        "name": NAMES.get(head.part, head.title),
        "version": head.version,
        "updated": formats.date_full(head.updated_on),
        "effective": formats.date_full(head.effective_on),
        "marked": head.summary,
        "contents": [{"id": anchor, "title": title} for anchor, title in document.contents],
        "html": html(document),
        "digest": document.sha256(),
    }


def runs(segments: Sequence[tuple[str, str]], leave: str) -> list[dict[str, Any]]:
    """The words of one side of a change, the differing ones marked."""
    return [{"text": text, "changed": kind != "same"} for kind, text in segments if kind != leave]


def change(old: Document | None, new: Document) -> dict[str, Any] | None:
    """What a version changed, clause by clause; nothing for the first one."""
    if old is None:
        return None
    parts = [
        {
            "title": one.title or one.now.split("\n")[0] or one.was.split("\n")[0],
            "kind": CHANGED[one.kind][0],
            "tone": CHANGED[one.kind][1],
            "was": runs(one.segments, "ins") if one.was else [],
            "now": runs(one.segments, "del") if one.now else [],
            "effects": [],
        }
        for one in policy.difference(old, new)
    ]
    return {"title": f"第 {new.head.version} 版改了什么", "parts": parts}


def history(documents: Sequence[Document], part: str, version: str, today: date) -> dict[str, Any]:
    """Context of web/policy_history.html: all versions of a part, newest first, and what one changed."""
    ordered = [one for one in documents if one.head.part == part]
    shown = next(
        (place for place, one in enumerate(ordered) if one.head.version == version), len(ordered) - 1
    )
    versions = []
    for place, one in enumerate(ordered):
        since = formats.date_full(one.head.effective_on)
        ahead = "还没生效，" if one.head.effective_on > today else ""
        count = len(policy.difference(ordered[place - 1], one)) if place else 0
        what = f"{count} 处变化" if place else "第一次发布"
        versions.append(
            {
                "url": f"/privacy/policy/history?part={part}&version={one.head.version}",
                "name": f"第 {one.head.version} 版",
                "sub": f"{ahead}{since}起，{what}",
            }
        )
    return {
        "name": NAMES.get(part, part),
        "versions": versions[::-1],
        "change": change(ordered[shown - 1] if shown > 0 else None, ordered[shown]) if ordered else None,
    }
