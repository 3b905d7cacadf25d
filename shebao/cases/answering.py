"""Answers (答案): one value of one question, read as people write it, kept in one form. Refuses with the field's key."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from shebao.base import month as months
from shebao.base.money import parse_yuan, plain_yuan
from shebao.base.refusal import Refusal
from shebao.cases.item import Question
from shebao.rules import regions
from shebao.rules.identity import documents

TEXT, LONG = 100, 1000
AS_WRITTEN = ("text", "long_text", "institution")
EARLIEST = date(1900, 1, 1)
DAY_FORMS = ("%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日")


def read(question: Question, raw: str, *, today: date) -> str:
    """The kept form: days 2026-11-22, months 202611, money 1234.50, numbers without spaces. Empty when optional.

    Refuses (`invalid_input`) what cannot be read, and says how to write it.
    """
    form = "NFC" if question.kind in AS_WRITTEN else "NFKC"
    plain = unicodedata.normalize(form, raw).strip()  # type: ignore[arg-type]
    if not plain:
        if question.optional:
            return ""
        raise _wrong(question, "这一项还没有填。")
    return READERS[question.kind](question, plain, today)


def read_all(questions: Mapping[str, Question], raw: Mapping[str, str], *, today: date) -> dict[str, str]:
    """Several at once. Refuses a key that is not a question (`field_not_declared`)."""
    strange = sorted(raw.keys() - questions.keys())
    if strange:
        raise Refusal("field_not_declared", field=strange[0])
    return {key: read(questions[key], value, today=today) for key, value in raw.items()}


def shown(question: Question, value: str) -> str:
    """The kept form, written for people."""
    if not value:
        return "没有填"
    match question.kind:
        case "choice":
            return question.choices.get(value, value)
        case "yes_no":
            return "是" if value == "yes" else "否"
        case "date":
            day = date.fromisoformat(value)
            return f"{day.year}年{day.month}月{day.day}日"
        case "month":
            return months.to_text(int(value))
        case "money":
            return f"{_yuan(value)} 元"
        case "region":
            return regions.name(value)
        case "phone":
            return f"{value[:3]} {value[3:7]} {value[7:]}"
        case "long_text" if question.most > LONG:
            return f"一共 {len([line for line in value.splitlines() if line.strip()])} 行"
        case "bank_account" | "id_number":
            return f"尾号 {value[-4:]}"
    return value


def _yuan(value: str) -> str:
    whole, _, cents = value.partition(".")
    return f"{int(whole):,}.{cents}"


def _text(question: Question, plain: str, _: date) -> str:
    most = question.most or (LONG if question.kind == "long_text" else TEXT)
    if len(plain) > most:
        raise _wrong(question, f"最多写 {most} 个字，请删短一些。")
    if len(plain) < question.least:
        raise _wrong(question, f"至少写 {question.least} 个字。")
    if any(unicodedata.category(letter) == "Cc" and letter not in "\n\r\t" for letter in plain):
        raise _wrong(question, "有看不见的符号，请重新填写。")
    return plain


def _choice(question: Question, plain: str, _: date) -> str:
    if plain not in question.choices:
        raise _wrong(question, "请从列出的几项里选一项。")
    return plain


def _yes_no(question: Question, plain: str, _: date) -> str:
    if plain not in ("yes", "no"):
        raise _wrong(question, "请选「是」或「否」。")
    return plain


def _date(question: Question, plain: str, today: date) -> str:
    for form in DAY_FORMS:
        try:
            day = datetime.strptime(plain, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if day < EARLIEST:
            raise _wrong(question, "日期太早了，请检查年份。")
        if question.most == 0 and day > today:
            raise _wrong(question, "日期不能晚于今天。")
        return day.isoformat()
    raise _wrong(question, "日期写成 2026-10-22 这样。")


def _month(question: Question, plain: str, _: date) -> str:
    digits = (
        re.sub(r"\D", "", plain) if not re.fullmatch(r"\d{4}年\d月", plain) else plain[:4] + "0" + plain[5]
    )
    if len(digits) != 6 or not months.is_month(int(digits)):
        raise _wrong(question, "年月写成 2026年10月 这样。")
    return digits


def _money(question: Question, plain: str, _: date) -> str:
    try:
        fen = parse_yuan(plain.removesuffix("元").strip())
    except Refusal as refusal:
        raise _wrong(question, "金额写成 1234.50 这样，最多两位小数。") from refusal
    if fen < question.least * 100 or (question.most and fen > question.most * 100):
        raise _wrong(question, "金额不在允许的范围里，请检查。")
    return plain_yuan(fen)


def _count(question: Question, plain: str, _: date) -> str:
    if not plain.isdecimal() or not question.least <= int(plain) <= (question.most or 9999):
        raise _wrong(question, f"写一个 {question.least} 到 {question.most or 9999} 的整数。")
    return str(int(plain))


def _region(question: Question, plain: str, _: date) -> str:
    if not re.fullmatch(r"\d{6}", plain) or plain not in regions.names():
        raise _wrong(question, "没有查到这个地方，写市的全名，如 长春市。")
    return plain


def _id_number(question: Question, plain: str, today: date) -> str:
    checked = documents.inspect(plain, today=today)
    if not checked.valid:
        raise _wrong(question, "证件号不对，照证件再核一遍。身份证是 18 位。")
    return checked.normalised


def _phone(question: Question, plain: str, _: date) -> str:
    digits = re.sub(r"[\s\-]", "", plain).removeprefix("+86")
    if not re.fullmatch(r"1\d{10}", digits):
        raise _wrong(question, "手机号是 11 位数字。")
    return digits


def _email(question: Question, plain: str, _: date) -> str:
    if len(plain) > TEXT or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", plain):
        raise _wrong(question, "邮箱写成 name@example.com 这样。")
    return plain


def _bank_account(question: Question, plain: str, _: date) -> str:
    digits = re.sub(r"[\s\-]", "", plain)
    if not re.fullmatch(r"\d{12,19}", digits) or not _luhn(digits):
        raise _wrong(question, "银行账号不对，请照卡面再核一遍。")
    return digits


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 if place % 2 else int(d) for place, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _wrong(question: Question, text: str) -> Refusal:
    return Refusal("invalid_input", text, field=question.key)


READERS: dict[str, Callable[[Question, str, date], str]] = {
    "text": _text, "long_text": _text, "choice": _choice, "yes_no": _yes_no, "date": _date, "month": _month,
    "money": _money, "count": _count, "region": _region, "id_number": _id_number, "phone": _phone, "email": _email,
    "bank_account": _bank_account, "institution": _text, "insurance": _choice,
}  # fmt: skip
