"""消息: lists, one message with its way, and the choices, as the pages show them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from shebao.base import clock
from shebao.notices import mailings, preferences, wording
from shebao.notices.channels.inbox import Received, Trip
from shebao.notices.mailings import KINDS, TOPICS
from shebao.notices.models import Announcement
from shebao.web import formats

RECENT_DAYS = 30
ICONS = {
    "important": ("bang", "w"),
    "security": ("shield", "w"),
    "policy": ("book", "n"),
    "progress": ("list", ""),
    "feature": ("say", "n"),
    "promotion": ("hand", "n"),
    "partner_offer": ("hand", "n"),
}
STATES = {
    "queued": "等待发送",
    "sending": "正在发",
    "sent": "已发出",
    "delivered": "已送达",
    "failed": "没有送到，换下一种",
    "gave_up": "没有送到",
    "unknown": "发没发到，还不知道",
}
PAPER = {"letter": "等着打印寄出", "phone": "等着打电话"}
WHY = {
    "no_browser": "没有登记浏览器",
    "browser_gone": "浏览器已退订",
    "no_email": "没有留邮箱",
    "unconfirmed": "邮箱没有确认",
    "contact_removed": "邮箱已移除",
    "no_phone": "没有留手机号",
    "no_address": "没有留地址",
    "muted": "您关了这种通知",
    "capped": "今天发得够多了，明早再发",
    "expired": "过了有效时间",
    "unsubscribed": "您退订了",
    "worker_lost": "发送中断过",
    "not_configured": "这里没有开通",
    "wrong_number": "号码不对",
    "no_answer": "没有人接",
}


def row(message: Received, *, today: date) -> dict[str, str]:
    """One line of the list."""
    icon, tone = ICONS[message.category]
    if message.category == "important" and not message.duty:
        icon, tone = "file", ""
    told = formats.moment_cn(message.created_at, today)
    if message.read_at is None:
        told = f"{'要您办，' if message.duty else ''}未读，{told}"
    return {
        "url": f"/inbox/{message.number}/",
        "title": message.title,
        "sub": told,
        "icon": icon,
        "tone": tone if message.read_at is None else "n",
    }


def groups(messages: Sequence[Received], *, today: date) -> list[dict[str, Any]]:
    """Unread with a duty first, then by day."""
    found: list[dict[str, Any]] = []
    for message in messages:
        waits = message.duty and message.read_at is None
        name = "要您办的" if waits else formats.date_cn(_day(message.created_at), today)
        if not found or found[-1]["name"] != name:
            found.append({"name": name, "rows": []})
        found[-1]["rows"].append(row(message, today=today))
    return found


def one(message: Received, *, today: date) -> dict[str, Any]:
    """One message: text, where it leads, how it travelled."""
    return {
        "category": wording.CATEGORIES[message.category],
        "promotes": message.category in ("promotion", "partner_offer"),
        "title": message.title,
        "lines": [line for line in message.body.splitlines() if line.strip()],
        "at": formats.moment_cn(message.created_at, today),
        "link": message.link,
        "step": STEPS.get(message.template.partition(".")[0], "去看看"),
        "unsubscribe": message.unsubscribe,
        "trips": [_trip(trip, today=today) for trip in message.trips],
    }


STEPS = {
    "case": "看这件办件",
    "visit": "看预约",
    "contact": "看来信",
    "service": "看公告",
    "policy": "看变化",
}


def _trip(trip: Trip, *, today: date) -> dict[str, str]:
    waits = trip.state == "queued" and trip.channel in PAPER
    return {
        "channel": wording.CHANNELS[trip.channel],
        "state": PAPER[trip.channel] if waits else STATES[trip.state],
        "why": WHY.get(trip.error, "对方没有收" if trip.error and trip.state == "failed" else ""),
        "at": formats.moment_cn(trip.at, today),
    }


def settings_page(wishes: preferences.Wishes, choices: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The choices: categories with their channels, topics, and what cannot be muted."""
    return {
        "choices": [
            {
                "category": category,
                "name": wording.CATEGORIES[category],
                "channels": [
                    {
                        "code": channel,
                        "name": wording.CHANNELS[channel],
                        "on": channel not in wishes.off.get(category, ()),
                    }
                    for channel in channels
                ],
            }
            for category, channels in choices.items()
        ],
        "always": "、".join(
            wording.CATEGORIES[name] for name in wording.CATEGORIES if name in wording.ALWAYS
        ),
        "topics": [
            {"code": code, "name": name, "on": code in wishes.topics} for code, name in TOPICS.items()
        ],
        "to_ask": [
            {"url": f"/privacy/consents/{wording.BY_CHOICE[category]}?next=/inbox/settings/", "name": name}
            for category, name in wording.CATEGORIES.items()
            if category in preferences.offered() and category not in choices
        ],
    }


def recent(now: datetime) -> list[dict[str, Any]]:
    """Public notices of the last month for the home page, at most two."""
    today = clock.today_in_china(now)
    found = mailings.announcements(now, most=2)
    return [
        notice(one, today=today)
        for one in found
        if one.published_at and now - one.published_at < timedelta(days=RECENT_DAYS)
    ]


def notice(announcement: Announcement, *, today: date) -> dict[str, Any]:
    """A public notice."""
    return {
        "path": f"{announcement.id}/",
        "title": announcement.title,
        "lines": [line for line in announcement.body.splitlines() if line.strip()],
        "sub": f"{KINDS[announcement.kind]}，{formats.moment_cn(announcement.published_at, today)}",
        "over": announcement.ends_at is not None and _day(announcement.ends_at) < today,
    }


def _day(moment: datetime) -> date:
    return clock.china(moment).date()
