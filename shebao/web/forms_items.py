"""Questions of an item (事项的问题) as plain HTML fields: kinds, hints, errors; what is kept is always text."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms

from shebao.base import money
from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.cases.item import Question
from shebao.registry import insurances
from shebao.rules import regions
from shebao.rules.identity import citizen
from shebao.web import formats
from shebao.web.forms import Plain, bare

YES_NO = {"yes": "是", "no": "否"}
RADIOS = 12
LONG = 500
SHORT = 100
EMPTY = "没有填"


class Step(Plain):
    """One question, one page."""

    def __init__(self, question: Question, *args: Any, offered: tuple[int, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.question = question
        self.fields[question.key] = field(question, offered=offered)

    @property
    def shape(self) -> str:
        """How the page draws it: radios, date, month or one box."""
        widget = self.fields[self.question.key].widget
        return "radios" if isinstance(widget, forms.RadioSelect) else "box"

    @property
    def one(self) -> forms.BoundField:
        return self[self.question.key]

    def refuse(self, refusal: Refusal) -> None:
        """A refusal of the item itself becomes the error of the field."""
        self.add_error(self.question.key, refusal.message.rstrip("。"))


def read_date(text: str) -> str:
    """2026-10-22 from 20261022, 2026-10-22, 2026.10.22 or 2026年10月22日."""
    found = re.fullmatch(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})日?", bare(text).replace("－", ""))
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else _wrong("date")
    except ValueError:
        return _wrong("date")


def read_month(text: str) -> str:
    """202610 from 2026-10, 2026.10, 2026年10月, 202610."""
    found = re.fullmatch(r"(\d{4})\D?(\d{1,2})月?", bare(text))
    if not found or not 1 <= int(found[2]) <= 12 or not 1950 <= int(found[1]) <= 2100:
        return _wrong("month")
    return f"{int(found[1])}{int(found[2]):02d}"


def read_money(text: str) -> str:
    """Yuan with two decimals from what people type: 13,009.42, １３００９．４２元."""
    plain = bare(text).replace(",", "").replace("，", "").removesuffix("元")
    try:
        return money.plain_yuan(money.parse_yuan(plain))
    except (Refusal, ValueError):
        return _wrong("money")


def read_count(text: str) -> str:
    """A whole number."""
    plain = bare(text)
    return str(int(plain)) if re.fullmatch(r"\d{1,9}", plain) else _wrong("count")


def read_region(text: str) -> str:
    """A division code from its code or its name; several that fit are named."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    known = regions.names()
    if plain in known:
        return plain
    found = [code for code, name in known.items() if name == plain]
    found = found or [code for code, name in known.items() if name.startswith(plain) and len(plain) > 1]
    if len(found) == 1:
        return found[0]
    if not found:
        return _wrong("region")
    names = "、".join(dict.fromkeys(known[code] for code in found[:4]))
    raise forms.ValidationError(f"有几个地方对得上，写清是哪一个：{names}")


def read_id_number(text: str) -> str:
    """18 signs; how many are missing is said."""
    plain = bare(text)
    if len(plain) != 18:
        short = 18 - len(plain)
        raise forms.ValidationError(
            f"证件号码{f'少 {short} 位' if short > 0 else f'多 {-short} 位'}，应该是 18 位"
        )
    if not citizen.inspect(plain).valid:
        raise forms.ValidationError("证件号码对不上，请照证件再核一遍")
    return plain


def read_phone(text: str) -> str:
    """11 digits that begin with 1."""
    plain = bare(text).removeprefix("+86")
    return plain if re.fullmatch(r"1\d{10}", plain) else _wrong("phone")


def read_email(text: str) -> str:
    """An address with an @ and a dot behind it."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return plain if re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+", plain) else _wrong("email")


def read_bank_account(text: str) -> str:
    """12 to 25 digits."""
    plain = bare(text)
    return plain if re.fullmatch(r"\d{12,25}", plain) else _wrong("bank_account")


READERS: Mapping[str, Callable[[str], str]] = {
    "date": read_date, "month": read_month, "money": read_money, "count": read_count, "region": read_region,
    "id_number": read_id_number, "phone": read_phone, "email": read_email, "bank_account": read_bank_account,
}  # fmt: skip
WRONG = {
    "date": "写成年月日，如 2026-10-22",
    "month": "写成年月，如 2026-10",
    "money": "写成金额，如 1280.50",
    "count": "写一个整数",
    "region": "没有找到这个地方，写到市或省，如 长春市",
    "phone": "手机号应该是 11 位数字",
    "email": "邮箱要有 @ 和后面的域名",
    "bank_account": "卡号是 12 到 25 位数字，请照卡面再核一遍",
}
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "date": {"type": "date"},
    "month": {"inputmode": "text", "autocomplete": "off"},
    "money": {"inputmode": "decimal", "autocomplete": "off"},
    "count": {"inputmode": "numeric", "autocomplete": "off"},
    "region": {"list": "regions", "autocomplete": "off"},
    "id_number": {"inputmode": "text", "autocomplete": "off", "spellcheck": "false"},
    "phone": {"inputmode": "tel", "autocomplete": "tel-national"},
    "email": {"inputmode": "email", "autocomplete": "email", "spellcheck": "false"},
    "bank_account": {"inputmode": "numeric", "autocomplete": "off"},
}
HINTS = {
    "month": "写成 2026-10 这样。",
    "money": "单位是元，照票据写。",
    "id_number": "可以粘贴，有空格也行。",
    "bank_account": "可以粘贴，有空格也行。",
    "region": "写到市或省，如 长春市。",
}
MISSING = {"choice": "选一个", "yes_no": "选一个", "insurance": "选一个", "date": "写上日期"}


def _wrong(kind: str) -> str:
    raise forms.ValidationError(WRONG[kind])


class Read(forms.CharField):
    """A box whose text is read by its kind, then held against the question's bounds."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(**options)
        self.question = question

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        reader = READERS.get(self.question.kind)
        read = reader(text) if reader and text else text
        if read and self.question.kind == "count":
            self._bound(int(read))
        return read

    def _bound(self, number: int) -> None:
        if self.question.least and number < self.question.least:
            raise forms.ValidationError(f"不能少于 {self.question.least}")
        if self.question.most and number > self.question.most:
            raise forms.ValidationError(f"不能多于 {self.question.most}")


def choices(question: Question, offered: tuple[int, ...] = ()) -> dict[str, str]:
    """The answers to choose from; empty for a free one."""
    if question.kind == "yes_no":
        return YES_NO
    if question.kind == "insurance":
        return {str(code): insurances.name(code) for code in offered or insurances.NAMES}
    return dict(question.choices)


def field(question: Question, *, offered: tuple[int, ...] = ()) -> forms.Field:
    """The field of a question."""
    required = not question.optional
    missing = MISSING.get(question.kind, f"写上{question.label}" if len(question.label) < 12 else "这里还没有填")
    words = choices(question, offered)
    if words:
        listed = list(words.items())
        return forms.ChoiceField(
            label=question.label,
            help_text=question.hint,
            required=required,
            choices=listed if len(listed) <= RADIOS else [("", "请选一个"), *listed],
            widget=forms.RadioSelect() if len(listed) <= RADIOS else forms.Select(),
            error_messages={"required": missing, "invalid_choice": "选项里没有这一个，重新选一次"},
        )
    attributes = dict(ATTRIBUTES.get(question.kind, {"autocomplete": "off"}))
    most = LONG if question.kind == "long_text" else SHORT
    widget: forms.Widget = (
        forms.Textarea(attrs={"rows": 4})
        if question.kind == "long_text"
        else forms.TextInput(attrs=attributes)
    )
    if question.kind == "date":
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        widget.input_type = "date"
    return Read(
        question,
        label=question.label,
        help_text=question.hint or HINTS.get(question.kind, ""),
        required=required,
        max_length=most,
        widget=widget,
        error_messages={"required": missing, "max_length": f"太长了，最多 {most} 个字"},
    )


def typed(question: Question, kept: str) -> str:
    """A kept value as it stands in the box again."""
    if question.kind == "region" and kept:
        return regions.names().get(kept, kept)
    if question.kind == "month" and kept:
        return months.to_iso(int(kept))
    return kept


def spoken(question: Question, kept: str, *, offered: tuple[int, ...] = ()) -> str:
    """A kept value in words for the page where answers are checked; long numbers by their tail."""
    if not kept:
        return EMPTY
    words = choices(question, offered)
    if words:
        return words.get(kept, kept)
    written: dict[str, Callable[[str], str]] = {
        "date": formats.date_full,
        "month": lambda text: formats.month_text(int(text)),
        "money": lambda text: f"{money.yuan(money.parse_yuan(text))} 元",
        "region": regions.name,
        "id_number": formats.tail,
        "bank_account": formats.tail,
        "phone": formats.phone,
    }
    return written.get(question.kind, str)(kept)
