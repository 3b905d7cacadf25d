"""隐私中心 and 我的: rows that lead on, at most five in elder mode."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shebao.privacy.book import Register
from shebao.privacy.consent import Notice, Standing
from shebao.web import formats

THEMES = (("system", "跟系统"), ("light", "浅色"), ("dark", "深色"))
ELDER_ROWS = 4


def row(url: str, name: str, sub: str, icon: str, tone: str = "n") -> dict[str, str]:
    """A row of a menu."""
    return {"url": url, "name": name, "sub": sub, "icon": icon, "tone": tone}


RIGHTS = (
    row("/me/enrolment", "看", "参保、缴费、账户、看病花费", "eye", ""),
    row("/privacy/export", "复制", "下载一份自己的数据", "down"),
    row("/contact/", "更正", "登记不对，打电话或到窗口改", "edit"),
    row("/contact/", "删除", "可选的信息撤回就删，依法要留的会说明", "bin"),
    row("/privacy/who-looked/", "问清楚", "谁看过、为什么，不对就提出来", "ask"),
)


def centre(
    *, others: int, refused: int, policy: str, officer: Mapping[str, str], elder: bool = False
) -> dict[str, Any]:
    """Context of web/privacy.html: thirty days in one line, then the rows."""
    stopped = f"，拦下 {refused} 次" if refused else ""
    rows = [
        row("/privacy/who-looked/", "谁看过我的信息", "每一次都有记录和凭证", "eye", ""),
        row("/privacy/consents/", "给出的同意", "可选的用途，随时撤回", "hand"),
        row("/privacy/policy/", "政策和历次修改", policy, "file"),
        row("/privacy/rights/", "更正、复制、删除", "对自己信息的五种权利", "edit"),
        row("/privacy/shares/", "共享给了谁", "哪些单位，依据是什么", "share"),
        row("/contact/tickets/", "我问过的", "提问、来信和答复", "ask"),
        row("/privacy/cookies/", "权限与 Cookie", "手机上存了什么", "gear"),
    ]
    return {
        "looked": f"近 30 天别人看过 {others} 次{stopped}" if others or refused else "近 30 天没有别人看过",
        "looked_sub": "每次都写明谁、为什么、看了什么。",
        "rows": rows[:ELDER_ROWS] if elder else rows,
        "officer": officer,
    }


def mine(*, theme: str, elder: bool = False) -> dict[str, Any]:
    """Context of web/me.html."""
    rows = [
        row("/account/guardians/", "本人和家人", "家人、委托、替谁办", "team"),
        row("/account/profile/", "基本信息", "账号、联系方式、注销", "id"),
        row("/privacy/", "隐私中心", "谁看过、同意、政策", "shield", ""),
        row("/certificates/", "证明", "开过的和新开的", "file"),
        row("/account/sessions/", "登录和设备", "不认识的可以退出", "phone"),
        row("/account/freeze/", "冻结账号", "怀疑被冒用时，马上停用", "lock"),
        row("/contact/", "联系我们", "电话和办事地点", "call"),
        row("/conformance/", "承诺做到了没有", "每条承诺和它的测试", "chart"),
    ]
    return {
        "rows": rows[:ELDER_ROWS] if elder else rows,
        "themes": [{"code": code, "name": word, "current": code == theme} for code, word in THEMES],
    }


def standing(one: Standing, *, today: date, name: str) -> dict[str, Any]:
    """A consent on the list: on or off, since when."""
    since = formats.near_day(formats.moment(one.since).date(), today) if one.since else ""
    return {
        "process": one.process,
        "name": name,
        "plain": one.notice.plain_zh,
        "version": one.notice.register_version,
        "on": one.valid,
        "since": since,
        "withdrawn": since if one.state == "withdrawn" else "",
        "again": one.needs_again,
    }


def notice(shown: Notice) -> dict[str, Any]:
    """What the person is told before answering, in five lines and more where the law asks."""
    facts = [
        ("要用什么", "、".join(shown.items) or "不用别的信息"),
        ("其中敏感的", "、".join(shown.sensitive)),
        ("为什么要", shown.necessity_zh),
        ("对您的影响", shown.impact_zh),
        ("留多久", shown.retention_zh),
        ("给谁", "、".join(shown.recipients) or "不给别人"),
        ("谁负责", f"{shown.handler}，{shown.handler_contact}"),
    ]
    return {
        "process": shown.process,
        "name": shown.name,
        "plain": shown.plain_zh,
        "hash": shown.hash,
        "facts": [(name, value) for name, value in facts if value],
    }


def storage(book: Register) -> dict[str, Any]:
    """Context of web/cookies.html from the register."""
    kept = [
        {
            "plain": one.purpose_zh,
            "name": one.name,
            "kind": {"cookie": "Cookie", "cache": "浏览器缓存"}.get(one.kind, one.kind),
            "lifetime": one.lifetime_zh,
            "category": "必需" if one.essential else "由您选",
            "tone": "n" if one.essential else "w",
        }
        for one in book.client_storage.values()
    ]
    asked = [
        {"name": one.name, "use": f"只用来{one.sole_use}，{one.when}", "otherwise": one.fallback}
        for one in book.permission.values()
    ]
    return {
        "storage": kept,
        "permissions": asked,
        "third_party": [one.name for one in book.third_party_code.values()],
        "optional": sum(not one.essential for one in book.client_storage.values()),
    }


def files(*, elder: bool = False) -> list[dict[str, str]]:
    """One's own data as files."""
    found = [
        row("/me/contributions.csv", "缴费记录，表格", "CSV，能用表格软件打开", "down", ""),
        row("/me/account.csv", "个人账户，表格", "CSV，每年一行", "down"),
        row("/me/spending.csv", "看病花费，表格", "CSV，今年的", "down"),
        row("/me/enrolment.json", "参保信息，数据", "JSON，给程序用", "down"),
        row("/me/contributions.json", "缴费记录，数据", "JSON，给程序用", "down"),
        row("/me/account.json", "个人账户，数据", "JSON，给程序用", "down"),
        row("/contact/tickets.json", "工单，数据", "JSON，给程序用", "down"),
        row("/privacy/who-looked.json", "查看记录，数据", "JSON，给程序用", "down"),
    ]
    return found[:ELDER_ROWS] if elder else found
