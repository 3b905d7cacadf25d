"""Forms of log-in, account and card."""

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
