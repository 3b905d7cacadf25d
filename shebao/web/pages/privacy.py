"""隐私中心 and 我的: rows that lead on, at most five in elder mode."""

from collections.abc import Mapping
from typing import Any

THEMES = (("system", "跟系统"), ("light", "浅色"), ("dark", "深色"))
ELDER_ROWS = 4


def row(url: str, name: str, sub: str, icon: str, tone: str = "n") -> dict[str, str]:
    """A row of a menu."""
    return {"url": url, "name": name, "sub": sub, "icon": icon, "tone": tone}


def centre(
    *, others: int, refused: int, consents: int, policy: str, officer: Mapping[str, str], elder: bool = False
) -> dict[str, Any]:
    """Context of web/privacy.html: thirty days in one line, then the rows."""
    stopped = f"，拦下 {refused} 次" if refused else ""
    rows = [
        row("/privacy/who-looked/", "谁看过我的信息", "每一次都有记录和凭证", "eye", ""),
        row(
            "/privacy/consents/",
            "给出的同意",
            f"{consents} 项开着，随时撤回" if consents else "没有开着的",
            "hand",
        ),
        row("/privacy/policy/", "政策和历次修改", policy, "file"),
        row("/privacy/export", "复制我的信息", "下载一份自己的数据", "down"),
        row("/privacy/shares/", "共享给了谁", "哪些单位，依据是什么", "share"),
        row("/privacy/cookies/", "权限与 Cookie", "手机上存了什么", "gear"),
    ]
    return {
        "looked": f"近 30 天别人看过 {others} 次{stopped}" if others or refused else "近 30 天没有别人看过",
        "looked_sub": "每次都写明谁、为什么、看了什么。",
        "rows": rows[:ELDER_ROWS] if elder else rows,
        "officer": officer,
    }


def mine(*, name: str, account: str, theme: str, elder: bool = False) -> dict[str, Any]:
    """Context of web/me.html."""
    rows = [
        row("/privacy/", "隐私中心", "谁看过、同意、政策", "shield", ""),
        row("/certificates/", "证明", "开过的和新开的", "file"),
        row("/account/sessions/", "登录和设备", "不认识的可以退出", "phone"),
        row("/contact/", "联系我们", "电话和办事地点", "call"),
        row("/conformance/", "承诺做到了没有", "每条承诺和它的测试", "chart"),
    ]
    return {
        "name": name,
        "account": account,
        "rows": rows[:ELDER_ROWS] if elder else rows,
        "themes": [{"code": code, "name": word, "current": code == theme} for code, word in THEMES],
    }
