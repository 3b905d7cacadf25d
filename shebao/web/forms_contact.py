"""Forms of contact: the typed fields of a kind of ticket, free text, stars."""

from typing import Any

from django import forms

from shebao.cases.tickets_kinds import SECOND_PHONE, Field, Kind
from shebao.cases.tickets_text import MOST
from shebao.web.forms import Plain, text


def words(label: str, missing: str, *, hint: str = "") -> forms.CharField:
    """Several lines of free text."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": missing, "max_length": f"太长了，最多 {MOST} 个字"},
    )


class Ask(Plain):
    """提问: one kind of ticket; its typed fields come first."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = (*kind.fields, SECOND_PHONE)
        for one in kind.fields:
            self.fields[one.name] = typed(one)
        hint = "证件号、卡号和电话不用写，写了也会自动遮住。"
        self.fields["text"] = words("是什么事", "写一两句是什么事", hint=hint)
        self.fields[SECOND_PHONE.name] = typed(SECOND_PHONE)

    def given(self) -> dict[str, str]:
        """The typed fields that were filled in."""
        return {
            one.name: self.cleaned_data[one.name] for one in self.typed if self.cleaned_data.get(one.name)
        }


class Say(Plain):
    """补充、再问一次: free text."""

    text = words("要说的话", "写一两句")


def typed(one: Field) -> forms.Field:
    """A typed field as a list or a line."""
    if one.choices:
        choices = [("", "选一个"), *((choice, choice) for choice in one.choices)]
        return forms.ChoiceField(
            label=one.label,
            help_text=one.hint,
            required=not one.optional,
            choices=choices,
            error_messages={"required": f"还没有选「{one.label}」", "invalid_choice": "选单子里的一个"},
        )
    return text(one.label, f"写上{one.label}", hint=one.hint, required=not one.optional, most=60)
