"""How numbers, days and codes are written for people (写法). Pure: the day is passed in."""

from datetime import date, datetime, timedelta

from shebao.base import clock, money, month

UNKNOWN = "还没有数据"
HIDDEN = "已隐藏"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def yuan(fen: int | None, *, hidden: bool = False) -> str:
    """Yuan for people, 13,009.42; a missing amount is said, never a zero."""
    if fen is None:
        return UNKNOWN
    return HIDDEN if hidden else money.yuan(fen)


def yuan_unit(fen: int | None, *, hidden: bool = False) -> str:
    """The amount with its unit: 13,009.42 元."""
    text = yuan(fen, hidden=hidden)
    return text if text in (UNKNOWN, HIDDEN) else f"{text} 元"


def wan(fen: int) -> str:
    """Ten thousands of yuan with one decimal, for chart axes only."""
    tenths = (abs(fen) + 500_00) // 1000_00
    text = f"{tenths // 10}.{tenths % 10}"
    return f"{money.MINUS}{text}" if fen < 0 and tenths else text


def share(part: int, whole: int) -> str:
    """A whole percent, at least 1% for anything above nothing; empty when there is no whole."""
    if whole <= 0:
        return ""
    if part <= 0:
        return "0%"
    return f"{max(1, (2 * part * 100 + whole) // (2 * whole))}%"


def month_text(value: int | None) -> str:
    """A month: 2026年10月."""
    return month.to_text(value) if value else UNKNOWN


def month_range(since: int, until: int | None) -> str:
    """A closed range of months: 2023年11月至2024年3月; an open one ends in 至今."""
    if until is None:
        return f"{month_text(since)}至今"
    if since == until:
        return month_text(since)
    return f"{month_text(since)}至{month_text(until)}"


def years_months(months: int) -> str:
    """A span of months: 17 年 3 个月."""
    years, rest = divmod(months, 12)
    parts = [f"{years} 年"] if years else []
    if rest or not years:
        parts.append(f"{rest} 个月")
    return " ".join(parts)


def day(value: date | str | None) -> date | None:
    """A day from a date, an aware moment or ISO text (moments as days in China)."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return day(datetime.fromisoformat(value)) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return clock.china(value).date() if value.tzinfo else value.date()
    return value


def date_cn(value: date | str | None, today: date) -> str:
    """11月12日 in the current year, 2025年11月12日 in any other."""
    found = day(value)
    if found is None:
        return UNKNOWN
    text = f"{found.month}月{found.day}日"
    return text if found.year == today.year else f"{found.year}年{text}"


def date_full(value: date | str | None) -> str:
    """A day with its year: 2026年11月12日."""
    found = day(value)
    return f"{found.year}年{found.month}月{found.day}日" if found else UNKNOWN


def near_day(value: date | str, today: date) -> str:
    """今天, 昨天 or 明天 where it is so, else the day."""
    found = day(value)
    words = {today: "今天", today - timedelta(days=1): "昨天", today + timedelta(days=1): "明天"}
    return words.get(found, date_cn(found, today)) if found else UNKNOWN


def moment(value: datetime | str) -> datetime:
    """A moment on the wall clock in China, from an aware datetime or ISO text."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return clock.china(found) if found.tzinfo else found


def time_cn(value: datetime | str) -> str:
    """The time of day: 9:30."""
    found = moment(value)
    return f"{found.hour}:{found.minute:02d}"


def moment_cn(value: datetime | str | None, today: date) -> str:
    """Day and time: 今天 9:30, 11月12日 9:30."""
    return f"{near_day(moment(value).date(), today)} {time_cn(value)}" if value else UNKNOWN


def moment_full(value: datetime | str | None) -> str:
    """Day with year and time: 2026年11月12日 9:30."""
    return f"{date_full(moment(value).date())} {time_cn(value)}" if value else UNKNOWN


def tail(value: str, digits: int = 4) -> str:
    """The end of a long number: 尾号 0426."""
    return f"尾号 {value[-digits:]}" if value else UNKNOWN


def spoken(value: str) -> str:
    """A number read digit by digit: 0 4 2 6."""
    return " ".join(value)


def phone(value: str) -> str:
    """A mobile number in groups: 138 0000 0000; other numbers as they are."""
    return f"{value[:3]} {value[3:7]} {value[7:]}" if len(value) == 11 and value.isdigit() else value


def groups(code: str, size: int = 4) -> str:
    """A long code in groups of four."""
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def count(number: int) -> str:
    """A counted number with grouping: 8,403,217."""
    return f"{number:,}"
