"""委托事项: what a person may entrust to a helper, item by item, and what she does herself, with the reason."""

from collections.abc import Iterable

from shebao.cases.item import Item
from shebao.identity import mandates
from shebao.identity.mandates import Business
from shebao.items import catalogue, progress


def may(item: Item) -> bool:
    """Whether a helper with a mandate may do this item; a bundle is entrusted part by part."""
    return "mandate" in item.applicants and not item.bundle and mandates.entrustable(item.purpose)


def business(item: Item) -> Business:
    """The item with the purposes its doing needs: its own, and the page of the case."""
    return Business(item.code, item.plain, (item.purpose, progress.PROCESS))


def businesses() -> dict[str, Business]:
    """Everything that may be entrusted in this deployment: enquiries first, then items."""
    return mandates.enquiries() | {item.code: business(item) for item in catalogue.offered() if may(item)}


def own() -> list[Item]:
    """The items that only the person (or her guardian) may do; each says why (`own`)."""
    return [item for item in catalogue.offered() if item.own]


def named(codes: Iterable[str]) -> list[str]:
    """The names of entrusted items and enquiries, also of those no longer offered."""
    known = businesses()
    return [known[code].name if code in known else catalogue.named(code) for code in codes]
