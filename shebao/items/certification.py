"""资格认证 shares: when it is due, what the data say, and how long it holds (经办条例第二十六条)."""

from datetime import date, timedelta

from shebao.base import workdays
from shebao.cases.item import Finding
from shebao.items.facts import Facts
from shebao.registry.filings import actions as filings

RULE = "社会保险经办条例第二十六条"
KIND = "certification"
MATCH_DAYS = 180
MONTHS = 12


def due(facts: Facts) -> list[Finding]:
    """Draws a pension, and the last certification has run out."""
    draws = (
        facts.retired(110) or facts.retired(120) or (facts.active(170) is not None and bool(facts.received))
    )
    running = facts.filing(KIND)
    until = running.until if running else None
    return [
        Finding("no_pension", draws, "您在领养老金。" if draws else "您没有在领养老金，不用认证。", RULE),
        Finding(
            "certified",
            running is None,
            "该认证了。"
            if until is None
            else f"您已经认证过，到 {until.year}年{until.month}月{until.day}日都有效，不用再办。",
            RULE,
        ),
    ]


def seen_on(facts: Facts) -> date | None:
    """The newest settlement of the last half year: a person who was treated is alive."""
    since = facts.today - timedelta(days=MATCH_DAYS)
    days = [
        claim.served_on
        for year in {since.year, facts.today.year}
        for claim in facts.claims(year)
        if since <= claim.served_on <= facts.today
    ]
    return max(days, default=None)


def certify(facts: Facts, *, way: str) -> date:
    """Files the certification; returns the day it ends."""
    until = workdays.add_months(facts.today, MONTHS).raw
    filings.file(
        facts.grant, kind=KIND, since=facts.today, until=until, detail={"way": way}, case=facts.case_no
    )
    return until
