"""Kinds of tickets (工单种类): what is asked, who answers, and which purpose opens a person's data for the answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shebao.base.refusal import Refusal
from shebao.cases.tickets_text import conceal
from shebao.privacy import register

CHANNELS = {"form": "网上", "chat": "在线对话", "phone": "电话", "letter": "来信"}
RECORDED = ("chat", "phone")
OFFICE = "业务受理科"
TECHNICAL = "信息管理科"
PROTECTION = "个人信息保护负责人"


@dataclass(frozen=True)
class Field:
    """One typed field: a choice, or a short text of a fixed form."""

    name: str
    label: str
    choices: tuple[str, ...] = ()
    form: str = ""
    hint: str = ""
    optional: bool = True


@dataclass(frozen=True)
class Kind:
    """One kind. `process` opens the ticket and, beyond it, only what an answer of this kind needs."""

    code: str
    name: str
    plain: str
    process: str
    owner: str
    fields: tuple[Field, ...] = ()
    forms: bool = True


SECOND_PHONE = Field(
    "second_phone", "另外一个电话", form=r"[0-9+][0-9 \-]{5,19}", hint="只为这件事联系您，不改账号里的手机号"
)
KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "privacy", "个人信息", "谁看过、为什么用、更正和删除", "contact.privacy", PROTECTION,
            (Field("about", "关于什么", ("谁看过我的信息", "收集和用途", "更正或删除", "同意和撤回", "别的"), optional=False),),
        ),
        Kind(
            "policy", "对政策的意见", "个人信息保护政策哪里不清楚", "contact.privacy", PROTECTION,
            (Field("clause", "哪一条", form=r"[^\n]{0,40}"),),
        ),
        Kind(
            "terms", "对服务协议的意见", "用户服务协议哪里不清楚", "contact.privacy", PROTECTION,
            (Field("clause", "哪一条", form=r"[^\n]{0,40}"),),
        ),
        Kind(
            "service", "办事和待遇", "参保、缴费、待遇、办件", "contact.service", OFFICE,
            (Field("matter", "哪一件", ("参保", "缴费", "待遇", "就医报销", "证明", "别的"), optional=False),
             Field("case_no", "办件编号", form=r"[A-Z]{2}[0-9]{6}-[0-9]{6}", hint="有就填，比如 BJ261122-000123")),
        ),
        Kind(
            "login", "登录和账号", "登录不了、密码、手机号", "contact.login", TECHNICAL,
            (Field("trouble", "遇到什么", ("忘了密码", "收不到验证码", "账号停用", "别人用了我的账号", "别的"), optional=False),),
        ),
        Kind(
            "technical", "技术问题", "页面打不开、报错、闪退", "contact.technical", TECHNICAL,
            (Field("device", "用什么设备", ("安卓手机", "鸿蒙手机", "苹果手机", "电脑", "别的"), optional=False),
             Field("error_code", "错误编号", form=r"[A-Za-z0-9_.\-]{1,60}", hint="页面下方的代号或编号")),
        ),
        Kind("other", "别的", "上面都不是", "contact.technical", OFFICE),
        Kind("letter", "来信", "寄到办公地址的信", "contact.privacy", PROTECTION, forms=False),
    )
}  # fmt: skip


def offered(parts: tuple[str, ...]) -> tuple[Kind, ...]:
    """Kinds of the form; a deployment without an agreement has no opinions on it."""
    return tuple(
        kind for kind in KINDS.values() if kind.forms and (kind.code != "terms" or "agreement" in parts)
    )


def kind_of(code: str) -> Kind:
    """A kind by code. Refuses one that does not exist."""
    if code not in KINDS:
        raise Refusal("invalid_input", "请选一种问题。", field="kind")
    return KINDS[code]


def checked(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """The typed fields of a kind. Refuses an unknown field, a missing one, a value of another form."""
    fields = {field.name: field for field in (*kind.fields, SECOND_PHONE)}
    unknown = sorted(set(given) - fields.keys())
    if unknown:
        raise Refusal("field_not_declared", field=unknown[0])
    kept = {}
    for name, field in fields.items():
        value = given.get(name, "").strip()
        if not value:
            if not field.optional:
                raise Refusal("invalid_input", f"请填「{field.label}」。", field=name)
            continue
        fits = value in field.choices if field.choices else re.fullmatch(field.form, value)
        if not fits:
            raise Refusal("invalid_input", f"「{field.label}」填得不对，请检查。", field=name)
        kept[name] = value if field is SECOND_PHONE or field.choices or name == "case_no" else conceal(value)
    return kept


def shows(kind: Kind) -> tuple[str, ...]:
    """Data items beyond the ticket that an answer of this kind may need: what the register gives its purpose."""
    return tuple(item for item in register.current().process[kind.process].items if item != "ticket.text")
