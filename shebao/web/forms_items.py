"""Questions of an item (事项的问题) as plain HTML fields: labels, hints, errors. The case engine reads the answers."""

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from shebao.base import month as months
from shebao.base.refusal import Refusal
from shebao.cases import answering
from shebao.cases.item import Question
from shebao.registry import insurances
from shebao.rules import regions
from shebao.web.forms import Plain

YES_NO = {"yes": "是", "no": "否"}
RADIOS = 12
LONG = 1000
SHORT = 100
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "date": {"autocomplete": "off"},
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
    "month": "例如 2026年10月。",
    "money": "单位是元，照票据写。",
    "id_number": "可以粘贴，有空格也行。",
    "bank_account": "可以粘贴，有空格也行。",
    "region": "写到市或省，如 长春市。",
}
CHOOSE = ("choice", "yes_no", "insurance")


class Reading(forms.CharField):
    """A box whose text the case engine reads; its refusal becomes the error of the field."""

    def __init__(self, question: Question, today: date, **options: Any) -> None:
        super().__init__(**options)
        self.question, self.today = question, today

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        plain = region_code(text) if self.question.kind == "region" else text
        try:
            return answering.read(self.question, plain, today=self.today) if plain else ""
        except Refusal as refusal:
            raise forms.ValidationError(refusal.message.rstrip("。")) from None


class Step(Plain):
    """One question, one page. `held`: what the registry has; an empty box keeps it."""

    def __init__(
        self,
        question: Question,
        *args: Any,
        today: date,
        offered: tuple[int, ...] = (),
        held: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.question, self.held = question, held
        if held and self.initial.get(question.key) in ("", None, held):
            self.initial = {question.key: ""}
        self.fields[question.key] = field(question, today=today, offered=offered)
        if held:
            self.fields[question.key].required = False
            self.fields[question.key].label = "用别的"

    @property
    def shape(self) -> str:
        """How the page draws it: radios or one box."""
        widget = self.fields[self.question.key].widget
        return "radios" if isinstance(widget, forms.RadioSelect) else "box"

    @property
    def one(self) -> forms.BoundField:
        """The field of the question."""
        return self[self.question.key]

    @property
    def answer(self) -> str:
        """What was read, once the form is valid; an empty box keeps what the registry holds."""
        return str(self.cleaned_data[self.question.key]) or self.held

    def refuse(self, *sentences: str) -> None:
        """What the item itself says against the answer becomes the error of the field."""
        for sentence in sentences:
            self.add_error(self.question.key, sentence.rstrip("。"))


class Review(Plain):
    """申请复核: why."""

    text = forms.CharField(
        label="哪里不对，为什么",
        help_text="写事实就行，不用写法条。",
        min_length=4,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": "写上哪里不对",
            "min_length": "多写几个字，至少 4 个",
            "max_length": f"太长了，最多 {LONG} 个字",
        },
    )


def region_code(text: str) -> str:
    """A division code from its name; what is not one stays as it was typed. Refuses a name that fits several."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    known = regions.names()
    found = [code for code, name in known.items() if name == plain]
    found = found or [code for code, name in known.items() if len(plain) > 1 and name.startswith(plain)]
    if len(found) > 1:
        names = "、".join(dict.fromkeys(known[code] for code in found[:4]))
        raise forms.ValidationError(f"有几个地方对得上，写清是哪一个：{names}")
    return found[0] if found else plain


def choices(question: Question, offered: tuple[int, ...] = ()) -> dict[str, str]:
    """The answers to choose from; empty for a free one."""
    if question.kind == "yes_no":
        return YES_NO
    if question.kind == "insurance" and not question.choices:
        return {str(code): insurances.name(code) for code in offered or insurances.NAMES}
    return dict(question.choices)


def field(question: Question, *, today: date, offered: tuple[int, ...] = ()) -> forms.Field:
    """The field of a question."""
    words = choices(question, offered)
    common: dict[str, Any] = {
        "label": question.label,
        "help_text": question.hint or HINTS.get(question.kind, ""),
        "required": not question.optional,
    }
    if words:
        listed = list(words.items())
        few = len(listed) <= RADIOS
        return forms.ChoiceField(
            **common,
            choices=listed if few else [("", "请选一个"), *listed],
            widget=forms.RadioSelect() if few else forms.Select(),
            error_messages={"required": "还没有选，选一个", "invalid_choice": "选项里没有这一个，重新选一次"},
        )
    most = question.most if question.kind in ("text", "long_text") and question.most else 0
    most = most or (LONG if question.kind == "long_text" else SHORT)
    missing = {"date": "写上日期", "money": "写上金额", "month": "写上月份"}.get(
        question.kind, "这里还没有填"
    )
    return Reading(
        question,
        today,
        **common,
        max_length=most,
        widget=widget(question),
        error_messages={"required": missing, "max_length": f"太长了，最多 {most} 个字"},
    )


def widget(question: Question) -> forms.Widget:
    """The box of a free answer."""
    if question.kind == "long_text":
        return forms.Textarea(attrs={"rows": 5})
    box = forms.TextInput(attrs=dict(ATTRIBUTES.get(question.kind, {"autocomplete": "off"})))
    if question.kind == "date":
        box.input_type = "date"
    return box


def typed(question: Question, kept: str) -> str:
    """A kept value as it stands in the box again."""
    if question.kind == "region" and kept:
        return regions.names().get(kept, kept)
    if question.kind == "month" and kept:
        return months.to_text(int(kept))
    return kept


def spoken(question: Question, kept: str) -> str:
    """A kept value in words, for the page where answers are checked."""
    if question.kind == "insurance" and kept.isdigit():
        return insurances.name(int(kept))
    return answering.shown(question, kept)
