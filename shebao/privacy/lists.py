"""Lists of a policy (清单), written from the register: what is collected, shared, stored, asked of the device."""

import re
from collections.abc import Callable, Sequence

from shebao.privacy.book import Register
from shebao.privacy.declared import cite
from shebao.privacy.prose import PolicyError

REFERENCE = re.compile(r"\{(process|item|permission|sharing|use):([a-z0-9_.]+)\}")
PLACE = re.compile(r"^\{\{([a-z_]+)\}\}$", re.M)
CONSENT_WORDS = {
    "": "不用另外同意",
    "plain": "同意",
    "separate": "单独同意",
    "written": "书面同意",
    "guardian": "监护人同意",
}


def fill(text: str, register: Register) -> str:
    """The text with lists and names from the register; refuses a promise that the register does not carry."""
    filled = PLACE.sub(lambda match: _list(match[1], register), text)
    return REFERENCE.sub(lambda match: _name(match[1], match[2], register), filled)


def _list(name: str, register: Register) -> str:
    if name not in LISTS:
        raise PolicyError("unknown_list", f"没有 {name} 这张清单")
    return LISTS[name](register)


def _name(kind: str, code: str, register: Register) -> str:
    if kind == "item":
        used = {item for process in register.process.values() if process.in_force for item in process.data}
        if code not in used:
            raise PolicyError("promise_not_carried", f"政策写了 {code}，登记册没有用到这一项")
        return register.items[code].label_zh
    rows = getattr(register, kind)
    if code not in rows or not getattr(rows[code], "in_force", True):
        raise PolicyError("promise_not_carried", f"政策写了 {code}，登记册没有")
    return str(rows[code].purpose_zh if kind == "sharing" else rows[code].name)


def _rows(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "／") or "—" for cell in line) + " |" for line in lines
    )


def collection(register: Register) -> str:
    """收集清单: each purpose in force, its data, its basis."""
    return _rows(
        ("做什么", "用到的信息", "依据", "怎样同意"),
        [
            (
                f"**{process.name}**：{process.plain_zh}",
                "、".join(register.items[item].label_zh for item in process.data) or "不收集",
                process.basis_text(),
                CONSENT_WORDS[process.consent_kind],
            )
            for process in register.process.values()
            if process.in_force
        ],
    )


def sensitive(register: Register) -> str:
    """敏感信息清单: why it is needed and what it means for the person."""
    rows = []
    for process in register.process.values():
        items = [item for item in process.data if register.items[item].sensitivity != "none"]
        if process.in_force and items and "citizen" in process.roles:
            names = "、".join(register.items[item].label_zh for item in items)
            rows.append((process.name, names, process.necessity_zh, process.impact_zh))
    return _rows(("做什么", "敏感信息", "为什么要", "对您的影响"), rows)


def sharing(register: Register) -> str:
    """共享清单: what leaves or enters under an agreement or a law; the others say that nothing goes."""
    rows = []
    for share in register.sharing.values():
        party = register.party[share.recipient]
        state = (
            ("给出" if share.direction == "out" else "取得" if share.direction == "in" else "双向")
            if share.in_force
            else "没有启用，什么也不给"
        )
        basis = cite(share.legal_reference) or CONSENT_WORDS[share.consent_kind]
        rows.append((party.name, share.purpose_zh, share.fields_zh, basis, state))
    return _rows(("对方", "做什么", "内容", "依据", "现在"), rows) if rows else "现在没有和任何一方共享。"


def permissions(register: Register) -> str:
    """权限清单: each with its only use."""
    return _rows(
        ("权限", "只用来", "什么时候问您", "不给也可以"),
        [(row.name, row.sole_use, row.when, row.fallback) for row in register.permission.values()],
    )


FORM_WORDS = {
    "digest": "只留加密摘要",
    "coarse": "只留大概",
    "listed": "只留列出的几项",
    "verdict": "只留结论",
    "vault": "您确认后加密存放",
    "key": "不保存，只用来算钥匙",
    "once": "用完就丢",
    "count": "只加一个数",
    "never": "不收",
}


def signals(register: Register) -> str:
    """设备信息清单: what a device or page may send, and what stays of it."""
    rows = []
    for row in register.signal.values():
        kept = register.retention[row.retention].plain_zh if row.retention else ""
        asked = "先问您" if row.grant else ""
        rows.append((row.name, row.plain_zh, FORM_WORDS[row.form], kept, asked))
    return _rows(("内容", "用来做什么", "留下什么", "存多久", "怎样同意"), rows)


def cookies(register: Register) -> str:
    """Cookie 清单."""
    return _rows(
        ("名称", "做什么", "存多久", "必需"),
        [
            (row.name, row.purpose_zh, row.lifetime_zh, "是" if row.essential else "否，由您选")
            for row in register.client_storage.values()
        ],
    )


def retention(register: Register) -> str:
    """保存期限清单."""
    rows = []
    for rule in register.retention.values():
        names = "、".join(register.items[item].label_zh for item in rule.items)
        rows.append((names or rule.trigger, rule.plain_zh, cite(rule.legal_reference)))
    return _rows(("信息", "存多久", "依据"), rows)


def third_party_code(register: Register) -> str:
    """第三方代码清单."""
    rows = [(row.name, row.supplier, row.purpose_zh) for row in register.third_party_code.values()]
    return _rows(("名称", "提供方", "做什么"), rows) if rows else "页面里没有第三方代码。"


def contact(register: Register) -> str:
    """谁负责: handler and officer as this version names them."""
    officer = register.party[register.header["officer"]]
    handler = register.handler
    return "\n".join(
        (
            f"- 处理者：{handler.name}",
            f"- 地址：{handler.address}",
            f"- 电话：{handler.contact}",
            f"- 个人信息保护负责人：{officer.name}，{officer.contact}",
        )
    )


LISTS: dict[str, Callable[[Register], str]] = {
    "collection": collection,
    "sensitive": sensitive,
    "sharing": sharing,
    "permissions": permissions,
    "signals": signals,
    "cookies": cookies,
    "retention": retention,
    "third_party_code": third_party_code,
    "contact": contact,
}
