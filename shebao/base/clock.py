"""China time (北京时间). Rules take time as an argument; only doors ask what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def china(moment: datetime) -> datetime:
    """The same moment on the wall clock in China."""
    return moment.astimezone(CHINA)


def today_in_china(moment: datetime) -> date:
    """The calendar day in China at a moment."""
    return china(moment).date()
