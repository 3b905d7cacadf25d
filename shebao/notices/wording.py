"""Templates (消息模板): versioned TOML, judged when loaded. What a template may not say is refused before it is used."""

import re
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from shebao.base.refusal import Refusal

FOLDER = Path(__file__).parent / "templates"
CATEGORIES = {
    "important": "重要通知",
    "security": "安全通知",
    "policy": "政策通知",
    "progress": "办事进展",
    "feature": "功能公告",
    "promotion": "推广",
    "partner_offer": "合作方推广",
}
CHANNELS = {
    "inbox": "消息中心",
    "push": "推送",
    "email": "邮件",
    "sms": "短信",
    "letter": "信函",
    "phone": "电话",
    "announcement": "公告",
}
ALWAYS = frozenset({"important", "security", "policy"})
BY_CHOICE = {"promotion": "notice.marketing", "partner_offer": "notice.partner"}
# A phone number serves log-in, service and incidents, nothing else (GX-1.1-22).
BY_PHONE = frozenset({"important", "security", "progress"})
PROMOTION = re.compile(
    "优惠|折扣|促销|特价|立减|限时|抢购|大奖|抽奖|推广|广告|赠送|合作伙伴|合作方|团购|秒杀"
)
SHORT = 60
LONGEST = 2000
DAY = 24 * 60


class Unfit(ValueError):
    """A template that may not be used, and why."""


@dataclass(frozen=True)
class Template:
    """One version of one template. `short` is all that SMS and push say; it names nothing of the person."""

    code: str
    version: int
    category: str
    title: str
    body: str
    short: str
    params: tuple[str, ...]
    channels: tuple[str, ...]
    mutable: bool
    duty: bool = False
    link: str = ""
    expires_minutes: int = 7 * DAY
    to_given: bool = False
    purpose: str = ""

    @property
    def category_name(self) -> str:
        """The category as people read it."""
        return CATEGORIES[self.category]

    @property
    def purpose_name(self) -> str:
        """What it is for, in words of the desk."""
        return self.purpose or self.title

    def check(self, params: Mapping[str, str | int]) -> None:
        """Refuses parameters that are missing, unknown or of a wrong kind."""
        wrong = sorted(set(params) ^ set(self.params))
        if wrong:
            raise Refusal("field_not_declared", f"消息 {self.code} 的参数不对。", field=wrong[0])
        for name, value in params.items():
            if type(value) not in (str, int) or len(str(value)) > LONGEST:
                raise Refusal("invalid_input", f"消息 {self.code} 的参数不对。", field=name)

    def filled(self, text: str, params: Mapping[str, str | int]) -> str:
        """One of the texts with its parameters."""
        return text.format_map(params)


def judge(template: Template) -> None:
    """Refuses a template that breaks the rules of its class; raises Unfit."""
    told = f"{template.code} v{template.version}"
    used = {
        name for text in (template.title, template.body, template.link) for name in _names(text, told) if name
    }
    if template.category not in CATEGORIES:
        raise Unfit(f"{told}：没有 {template.category} 这一类")
    if unknown := set(template.channels) - CHANNELS.keys():
        raise Unfit(f"{told}：没有 {sorted(unknown)} 这种渠道")
    if len(set(template.channels)) != len(template.channels) or "inbox" in template.channels:
        raise Unfit(f"{told}：渠道重复，或者写了消息中心（它总是有的）")
    if used != set(template.params):
        raise Unfit(f"{told}：参数 {sorted(used ^ set(template.params))} 对不上")
    if template.category in ALWAYS and template.mutable:
        raise Unfit(f"{told}：{CATEGORIES[template.category]}不能关")
    if template.category in ALWAYS and PROMOTION.search(template.title + template.body + template.short):
        raise Unfit(f"{told}：{CATEGORIES[template.category]}里不能带推广内容")
    if template.category not in BY_PHONE and {"sms", "phone"} & set(template.channels):
        raise Unfit(f"{told}：手机号只用于登录、办事和事件通知")
    allowed = {"code", "minutes"} if template.to_given else set()
    if set(_names(template.short, told)) - allowed or not 0 < len(template.short) <= SHORT:
        raise Unfit(f"{told}：短信和推送里不能有个人信息，最多 {SHORT} 个字")


def _names(text: str, told: str) -> list[str]:
    found = []
    for _, name, spec, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise Unfit(f"{told}：参数要写成 {{名字}}")
        found.append(name)
    return found


def read(file: Path) -> Template:
    """One template from its file; raises Unfit."""
    raw: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    try:
        raw["category"] = raw.pop("class")
        raw |= {name: tuple(raw[name]) for name in ("params", "channels")}
        template = Template(**raw)
    except (KeyError, TypeError) as problem:
        raise Unfit(f"{file.name}：{problem}") from None
    if file.name != f"{template.code}.v{template.version}.toml":
        raise Unfit(f"{file.name}：文件名要写成 编号.v版本.toml")
    judge(template)
    return template


@cache
def templates(folder: Path = FOLDER) -> Mapping[tuple[str, int], Template]:
    """Every version of every template; one unfit template refuses them all."""
    return {
        (template.code, template.version): template
        for template in (read(file) for file in sorted(folder.glob("*.toml")))
    }


def newest(code: str) -> Template:
    """The version in use; refuses an unknown template."""
    found = [one for (name, _), one in templates().items() if name == code]
    if not found:
        raise Refusal("not_found", f"没有消息模板 {code}。")
    return max(found, key=lambda one: one.version)


def of(code: str, version: int) -> Template:
    """The version a message was written with."""
    return templates()[code, version]
