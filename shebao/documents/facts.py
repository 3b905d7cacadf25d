"""The key fields a verifier compares with the paper: always masked, sealed under code and last four."""

import json

from shebao.base import money
from shebao.documents import codes
from shebao.documents.content import STATES, Content, Contribution, Decision, Enrolment, Statement
from shebao.documents.sheet import Sheet
from shebao.privacy import aead, masks, master

Facts = tuple[tuple[str, str], ...]
_AAD = b"documents_certificate|facts"


def facts(content: Content, sheet: Sheet) -> Facts:
    """Label and value, in the order of the page."""
    return (
        ("证明名称", sheet.title),
        ("证明编号", sheet.serial),
        ("姓名", masks.name(content.holder.name)),
        ("证件尾号", content.holder.last4),
        (sheet.period_label, sheet.period),
        *_of_kind(content),
        ("出具单位", sheet.agency),
        ("出具时间", sheet.issued),
        (sheet.until_label, sheet.valid_until),
        ("内容指纹", sheet.fingerprint),
    )


def _of_kind(content: Content) -> Facts:
    match content:
        case Enrolment():
            return tuple(
                (line.insurance, f"{STATES[line.state]}，累计缴费 {line.months_total} 个月")
                for line in content.lines
            )
        case Contribution():
            return tuple(_paid(content))
        case Decision():
            amount = (("核定金额", f"{money.yuan(content.amount_fen)} 元"),) if content.amount_fen else ()
            result = "通过" if content.granted else "不通过"
            return (("办件编号", content.case_no), ("申请事项", content.matter), ("结果", result), *amount)
        case Statement():
            lines = [(line.insurance, f"缴费 {line.months} 个月") for line in content.payments]
            if content.pension:
                lines.append(("养老账户年末余额", f"{money.yuan(content.pension.closing_fen)} 元"))
            if content.medical:
                lines.append(("医保账户年末余额", f"{money.yuan(content.medical.closing_fen)} 元"))
            return tuple(lines)


def _paid(content: Contribution) -> list[tuple[str, str]]:
    lines = []
    for paid in content.paid:
        arrived = [line for line in paid.months if line.state == "paid"]
        total_fen = sum(line.employer_fen + line.person_fen for line in arrived)
        lines.append((paid.insurance, f"到账 {len(arrived)} 个月，共 {money.yuan(total_fen)} 元"))
    return lines


def locked(lines: Facts, code: str, last4: str) -> bytes:
    """The fields encrypted so that only code and last four together open them."""
    plain = json.dumps(lines, ensure_ascii=False).encode()
    return aead.encrypt(codes.facts_key(code, last4), plain, _AAD, master.cipher())


def unlocked(ciphertext: bytes, code: str, last4: str) -> Facts:
    """The fields back; fails where code or last four are not the ones of issue."""
    lines = json.loads(aead.decrypt(codes.facts_key(code, last4), ciphertext, _AAD))
    return tuple((label, value) for label, value in lines)
