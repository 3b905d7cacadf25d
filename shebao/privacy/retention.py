"""Retention (保存期限): when a kind of data ends, and the holds that keep it longer without opening it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from shebao.base.refusal import Refusal
from shebao.privacy.book import Register
from shebao.privacy.declared import Retention, cite

PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?")


@dataclass(frozen=True)
class Lifespan:
    """How long one item is kept, in plain words."""

    item: str
    label_zh: str
    plain_zh: str
    end_action: str
    law: str


@dataclass(frozen=True)
class Hold:
    """延期保存: locks data past its date for one reason; it opens nothing."""

    scope: tuple[str, ...]
    basis: str
    approver: str
    ends_on: date

    @classmethod
    def place(
        cls, *, scope: tuple[str, ...], basis: str, approver: str, ends_on: date | None, today: date
    ) -> "Hold":
        """A hold; refuses one without legal basis, approver or an end in the future."""
        for field, value in (
            ("scope", scope),
            ("basis", basis),
            ("approver", approver),
            ("ends_on", ends_on),
        ):
            if not value:
                raise Refusal(
                    "precondition_unmet", message="延期要写明范围、依据、批准人和截止日。", field=field
                )
        if ends_on is None or ends_on <= today:
            raise Refusal("precondition_unmet", message="延期的截止日要在今天以后。", field="ends_on")
        return cls(scope, basis, approver, ends_on)


def ends_on(rule: Retention, started: date) -> date:
    """The day on which the rule ends a record whose event was on `started`; 29 February ends on the 28th."""
    match = PERIOD.fullmatch(rule.period)
    if match is None:
        raise ValueError(rule.period)
    years, months, left = (int(part or 0) for part in match.groups())
    total = started.year * 12 + started.month - 1 + years * 12 + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(started.day, _last_day(year, month))) + timedelta(days=left)


def _last_day(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def due(rule: Retention, started: date, today: date, holds: tuple[Hold, ...] = ()) -> bool:
    """True when the record's life is over and no hold keeps one of its items."""
    held = any(set(hold.scope) & set(rule.items) and hold.ends_on >= today for hold in holds)
    return not held and ends_on(rule, started) <= today


def lifespans(register: Register) -> tuple[Lifespan, ...]:
    """Every item that a rule ends, as the person reads it."""
    return tuple(
        Lifespan(
            item, register.items[item].label_zh, rule.plain_zh, rule.end_action, cite(rule.legal_reference)
        )
        for rule in register.retention.values()
        for item in rule.items
    )
