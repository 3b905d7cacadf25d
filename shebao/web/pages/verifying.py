"""核验结果 in words."""

from typing import Any

from shebao.documents.content import KINDS
from shebao.documents.verify import Result
from shebao.web import formats

LOOKS = {
    "valid": ("ok", "go-ok"),
    "expired": ("clock", "w"),
    "revoked": ("stop", "b"),
    "unknown": ("cross", "b"),
    "altered": ("cross", "b"),
}


def result(found: Result) -> dict[str, Any]:
    """Context of web/verify_result.html: icon and word, then what to compare with the paper."""
    icon, tone = LOOKS[found.state]
    facts = [(name, value) for name, value in found.facts]
    if found.serial and not any(value == found.serial for _, value in facts):
        facts.insert(0, ("编号", found.serial))
    kind = next((name for code, name in KINDS.items() if code == found.kind), "")
    if kind and not any(kind in value for _, value in facts):
        facts.insert(0, ("名称", kind))
    if found.issued_at and not any("时间" in name or "日期" in name for name, _ in facts):
        facts.append(("出具时间", formats.moment_full(found.issued_at)))
    if found.expires_at and not any("有效" in name for name, _ in facts):
        facts.append(("有效到", formats.date_full(found.expires_at)))
    if found.revoked_at:
        facts.append(("作废时间", formats.moment_full(found.revoked_at)))
    return {
        "icon": icon,
        "tone": tone,
        "head": found.headline,
        "sub": found.advice,
        "facts": facts,
        "why": "编号、内容和签名都在我们这里对得上",
        "code": "" if found.state == "valid" else "、".join(found.reasons),
    }
