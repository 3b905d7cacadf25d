"""Forms of the account: family, mandates, contact, codes, reset, thawing, agents."""

from typing import Any

from django import forms

from shebao.identity import guardians, mandates
from shebao.web.forms import Identity, Plain, bare, secret, text

DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code"}


def code(
    label: str = "验证码", hint: str = "6 位数字，5 分钟内有效。", *, required: bool = True
) -> forms.CharField:
    """A one-time code."""
    return text(label, "写上验证码", hint=hint, most=12, required=required, **DIGITS)


def mobile(label: str = "手机号", hint: str = "", *, required: bool = True) -> forms.CharField:
    """A mobile number."""
    return text(
        label,
        "写上手机号",
        hint=hint,
        most=30,
        required=required,
        inputmode="tel",
        autocomplete="tel-national",
    )


def chosen(label: str, words: tuple[str, ...], missing: str) -> forms.ChoiceField:
    """One of a few."""
    return forms.ChoiceField(
        label=label, choices=[(word, word) for word in words], widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )  # fmt: skip


class Ward(Identity):
    """登记监护: the child, the relation, the explicit yes."""

    relation = chosen("孩子是您的", guardians.RELATIONS, "选一个关系")
    agreed = forms.BooleanField(
        label="我看过《儿童个人信息保护规则》，同意登记", required=False, widget=forms.CheckboxInput
    )


class Grown(Identity):
    """登记成年人监护: the adult, the relation, the word that a court has decided."""

    relation = chosen("对方是您的", guardians.GROWN, "选一个关系")
    agreed = forms.BooleanField(
        label="有法院认定或指定监护人的文书，我会带到大厅核对", required=False, widget=forms.CheckboxInput
    )


class Mandate(Plain):
    """委托: helper, items, last day."""

    phone = mobile("对方的手机号", "对方在这里确认过的号码。没有就写姓名和证件号。", required=False)
    name = text("对方的姓名", "", required=False, most=50, autocomplete="off")
    id_number = text("对方的身份证号", "", required=False, most=40, autocomplete="off", spellcheck="false")
    relation = chosen("对方是您的", mandates.HELPERS, "选一个关系")
    items = forms.MultipleChoiceField(
        label="委托哪几件事",
        error_messages={"required": "至少选一件", "invalid_choice": "有一件事不能委托"},
    )
    until = forms.DateField(
        label="到哪天为止",
        help_text="最长一年，随时能收回。",
        input_formats=["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "写上日期", "invalid": "日期写成 2026-12-31 的样子"},
    )

    def __init__(self, *args: Any, offered: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = offered  # type: ignore[attr-defined]

    def clean_id_number(self) -> str:
        """As pasted, made plain."""
        return bare(self.cleaned_data["id_number"])


class Contact(Plain):
    """换手机号或邮箱: the new one, and whether the old one is lost."""

    value = text("新的", "写上新的", most=100, autocomplete="off", spellcheck="false")
    lost = forms.BooleanField(label="原来的收不到了", required=False, widget=forms.CheckboxInput)


class BothCodes(Plain):
    """Codes of both ends."""

    code_new = code("新的收到的验证码")
    code_old = code("原来的收到的验证码")


class NewCode(Plain):
    """The code of the new end alone."""

    code_new = code("新的收到的验证码")


class LostCode(NewCode, Identity):
    """The old end is lost: real name and the code of the new end."""


class Sms(Plain):
    """短信登录."""

    phone = mobile(hint="要是在账号里确认过的。")


class Code(Plain):
    """The code that came."""

    code = code()
    remember = forms.BooleanField(label="记住这台设备，下次一点就登录", required=False)


class Forgotten(Identity):
    """忘记密码: who one is, and the confirmed phone."""

    phone = mobile("留过的手机号")


class Reset(Plain):
    """The code and the new password."""

    code = code()
    new = secret("新密码", "写上新密码", hint="至少 8 位，用一句话最好记。", autocomplete="new-password")


class Thaw(Identity):
    """解冻: account, password and real name together."""

    login = text("账号", "写上账号", autocomplete="username", autocapitalize="none", spellcheck="false")
    password = secret("密码", "写上密码")


class Agent(Identity):
    """单位经办账号: unified code, the agent's real name, a way to log in."""

    uscc = text("统一社会信用代码", "写上代码", hint="营业执照上的 18 位。", most=24, autocomplete="off")
    login = text(
        "账号", "起一个账号", hint="字母开头，4 到 32 位。", most=32, autocomplete="username",
        autocapitalize="none", spellcheck="false",
    )  # fmt: skip
    password = secret("密码", "起一个密码", hint="至少 8 位。", autocomplete="new-password")
    code = text(
        "交接码（选填）",
        "",
        hint="原来的经办人给的，有它不用等审核。",
        most=20,
        autocomplete="off",
        required=False,
    )

    field_order = ("uscc", "name", "id_number", "code", "login", "password")


class Colleague(Identity):
    """交接经办: the colleague who takes over."""


class Waiting(Identity):
    """等监护人同意: who the minor is, and how to find the guardian."""

    contact = mobile("监护人的手机号")


class Confirm(Plain):
    """再确认一次."""

    password = secret("密码", "写上密码")


class Receipt(Plain):
    """注销回执的编号."""

    code = text("回执编号", "写上回执编号", hint="20 位，空格和横线可以不管。", most=40, autocomplete="off")
