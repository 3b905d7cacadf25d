"""Forms of the citizen pages: labels, hints and errors in plain words; entered values stay."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms

from shebao.base.refusal import Refusal
from shebao.documents import codes
from shebao.identity import logins, passwords


def bare(value: str) -> str:
    """Full-width signs made plain, spaces and dashes removed, letters upper case: as people paste numbers."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", value)).upper()


def read(reader: Callable[[str], str], value: str) -> str:
    """A value through a room's own reader; its refusal becomes the error of the field."""
    try:
        return reader(value)
    except Refusal as error:
        raise forms.ValidationError(error.message.rstrip("。")) from None


class Plain(forms.Form):
    """A form without the browser's own messages; ids are the field names."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)


def text(
    label: str, missing: str, *, hint: str = "", required: bool = True, most: int = 100, **attrs: str
) -> forms.CharField:
    """A one-line field."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=most,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": missing, "max_length": f"太长了，最多 {most} 个字"},
    )


def secret(
    label: str, missing: str, *, hint: str = "", autocomplete: str = "current-password"
) -> forms.CharField:
    """A password field; never filled in again after an error."""
    return forms.CharField(
        label=label,
        help_text=hint,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": missing, "max_length": "太长了，最多 200 个字"},
    )


class Login(Plain):
    """登录: account and password."""

    login = text("账号", "写上账号", autocomplete="username", autocapitalize="none", spellcheck="false")
    password = secret("密码", "写上密码")


class NewPassword(Plain):
    """改密码: the old one and the new one."""

    old = secret("原来的密码", "写上原来的密码")
    new = secret("新密码", "写上新密码", hint="至少 8 位，用一句话最好记。", autocomplete="new-password")


class Identity(Plain):
    """您是谁: name and ID number, matched with the registry."""

    name = text("姓名", "写上姓名", hint="和证件上一样，可以有间隔号。", most=50, autocomplete="name")
    id_number = text(
        "居民身份证号码",
        "写上证件号码",
        hint="可以粘贴，有空格也行。",
        most=40,
        autocomplete="off",
        spellcheck="false",
        inputmode="text",
    )

    def clean_id_number(self) -> str:
        """18 signs; how many are missing is said, so that the person can find them."""
        value = bare(self.cleaned_data["id_number"])
        if len(value) != 18:
            short = 18 - len(value)
            says = f"少 {short} 位" if short > 0 else f"多 {-short} 位"
            raise forms.ValidationError(f"证件号码{says}，应该是 18 位")
        if not re.fullmatch(r"\d{17}[\dX]", value):
            raise forms.ValidationError("证件号码只有数字，最后一位可以是 X")
        return value


class Phone(Plain):
    """手机号: optional."""

    phone = text(
        "手机号",
        "",
        hint="用来通知您有新进展，不写也能用。",
        required=False,
        most=30,
        autocomplete="tel-national",
        inputmode="tel",
    )

    def clean_phone(self) -> str:
        """11 digits that begin with 1, or nothing."""
        value = bare(self.cleaned_data["phone"]).removeprefix("+86")
        if value and not re.fullmatch(r"1\d{10}", value):
            raise forms.ValidationError("手机号应该是 11 位数字")
        return value


class Credentials(Plain):
    """怎么登录: account name and password."""

    login = text(
        "账号", "起一个账号", hint="字母开头，可以有数字，4 到 32 位。别用手机号。", most=32,
        autocomplete="username", autocapitalize="none", spellcheck="false",
    )  # fmt: skip
    password = secret("密码", "起一个密码", hint="至少 8 位，用一句话最好记。", autocomplete="new-password")

    def clean_login(self) -> str:
        """The form in which it is stored."""
        return read(logins.check, self.cleaned_data["login"])

    def clean_password(self) -> str:
        """Long enough, not well known; what it may not hold of the person is judged at the end."""
        value: str = self.cleaned_data["password"]
        return read(passwords.checked, value)


class Question(Plain):
    """我有疑问: what seems wrong, may stay empty."""

    text = forms.CharField(
        label="哪里不对",
        help_text="例如：那天我没有办过这件事。不要写证件号码。",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": "太长了，最多 500 个字"},
    )


class Verify(Plain):
    """核验证明: the code and the last four signs of the ID number."""

    code = text(
        "核验码",
        "写上核验码",
        hint="20 位，空格可以不管。",
        most=40,
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
    )
    last4 = text(
        "证件号码后四位",
        "写上证件号码后四位",
        most=8,
        autocomplete="off",
        inputmode="text",
        spellcheck="false",
    )

    def clean_code(self) -> str:
        """The code as the certificate carries it; what cannot be one is named."""
        return read(codes.read_code, self.cleaned_data["code"])

    def clean_last4(self) -> str:
        """Four signs, the last may be X."""
        return read(codes.read_last4, self.cleaned_data["last4"])
