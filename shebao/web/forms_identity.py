"""Forms of log-in, account and card."""

from collections.abc import Mapping
from typing import Any

from django import forms

from shebao.base.refusal import Refusal
from shebao.web.forms import Plain, secret, text


def blame(form: forms.Form, refusal: Refusal) -> None:
    """A refusal as an error of its field, or of the whole form with what to do next."""
    field = refusal.field if refusal.field in form.fields else None
    next_step = f"{refusal.next_step.rstrip('。')}。" if refusal.next_step and field is None else ""
    form.add_error(field, refusal.message + next_step)


class StaffLogin(Plain):
    """经办端登录: account, password, one-time code."""

    login = text("工号账号", "写上账号", autocomplete="username", autocapitalize="none", spellcheck="false")
    password = secret("密码", "写上密码")
    code = text(
        "动态码", "写上动态码", hint="手机上的 6 位数字，每个只能用一次。", most=12,
        autocomplete="one-time-code", inputmode="numeric",
    )  # fmt: skip


class NewPassword(Plain):
    """改密码: the old one and a new one."""

    old = secret("现在的密码", "写上现在的密码")
    new = secret("新密码", "起一个新密码", hint="至少 8 位，用一句话最好记。", autocomplete="new-password")


class Card(Plain):
    """绑定社保卡: number and query password; which kinds are agreed stands beside, unticked."""

    card_number = text(
        "社保卡号",
        "写上卡号",
        hint="卡面上的 9 位数字或字母。",
        most=30,
        autocomplete="off",
        spellcheck="false",
    )
    password = secret("查询密码", "写上查询密码", hint="只用这一次来核对，不保存。", autocomplete="off")


def hidden(form: Plain, values: Mapping[str, Any]) -> Plain:
    """Adds hidden fields that the next step needs."""
    for name, value in values.items():
        form.fields[name] = forms.CharField(required=False, initial=value, widget=forms.HiddenInput())
    return form
