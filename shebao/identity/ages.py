"""Ages (年龄): counted in China time; a birthday on 29 February is kept on 1 March."""

from datetime import date

from shebao.identity import limits

ADULT = 18


def years(born: date, today: date) -> int:
    """Full years on a day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """The day on which somebody becomes so old."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def guarded_until(born: date) -> date:
    """The birthday on which a guardian's say ends in this deployment (14, 15 or 18)."""
    return birthday(born, limits.current().guardian_below)


def is_guarded(born: date, today: date) -> bool:
    """Whether a guardian has to agree on this day: up to the day before the birthday."""
    return today < guarded_until(born)
