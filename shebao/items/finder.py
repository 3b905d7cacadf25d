"""找什么: one search over the pages, items, offices and policy clauses that exist; typing in pinyin or with a slip works."""

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path

from shebao.appointments import queries as appointments
from shebao.base import clock
from shebao.items import catalogue
from shebao.privacy import policy, prose, register
from shebao.privacy.searches import NEUTRAL, Switches

MOST = 20
ENOUGH = 40


@dataclass(frozen=True)
class Page:
    """One place a person can go to, and the words by which she may ask for it."""

    code: str
    kind: str
    title: str
    url: str
    words: tuple[str, ...]
    text: str = ""


def menu() -> tuple[Page, ...]:
    """Enquiries, certificates and privacy pages in the order of the menu, as far as this profile's register goes."""
    purposes = register.current().process
    return tuple(page for needs, page in _written() if needs in purposes)


@cache
def _written() -> tuple[tuple[str, Page], ...]:
    rows = tomllib.loads((Path(__file__).parent / "finder.toml").read_text("utf-8"))["page"]
    return tuple(
        (r["needs"], Page(r["code"], r["kind"], r["title"], r["url"], tuple(r["words"]))) for r in rows
    )


def codes() -> frozenset[str]:
    """Codes of the menu: what can be opened, chosen as a topic, counted."""
    return frozenset(page.code for page in menu())


def services(words: str) -> list[Page]:
    """Items and pages of the menu that fit, best first, the same for everybody; costs no round trip."""
    asked = _asked(words)
    if not asked:
        return []
    scored = [(score(asked, page), page) for page in (*_items(), *menu())]
    found = [(points, page) for points, page in scored if points >= ENOUGH]
    found.sort(key=lambda pair: (-pair[0], pair[1].kind != "item", pair[1].code))
    return [page for _, page in found[:MOST]]


def find(words: str, *, own: Switches = NEUTRAL) -> list[Page]:
    """Pages that fit, best first; without words the menu. The same words give everybody the same order, unless
    her own order is switched on.
    """
    asked = _asked(words)
    if not asked:
        return sorted(menu(), key=lambda page: _up(own, page))
    scored = [(score(asked, page), page) for page in _corpus()]
    found = [(points, page) for points, page in scored if points >= ENOUGH]
    found.sort(key=lambda pair: (_up(own, pair[1]), -pair[0], pair[1].code))
    return [page for _, page in found[:MOST]]


def score(asked: str, page: Page) -> int:
    """0 to 100: the whole title, its beginning, a part, pinyin, one slip; the text of a clause counts last."""
    best = max(_likeness(asked, _plain(word)) for word in (page.title, *page.words))
    return max(best, ENOUGH if len(asked) >= 2 and asked in _plain(page.text) else 0)


def _likeness(asked: str, word: str) -> int:
    if asked == word:
        return 100
    if word.startswith(asked):
        return 90
    if asked in word:
        return 80
    if len(word) >= 2 and word in asked:
        return 70
    if min(len(asked), len(word)) < 3 or abs(len(asked) - len(word)) > 2:
        return 0
    alike = SequenceMatcher(None, asked, word, autojunk=False).ratio()
    return round(alike * 65) if alike >= 0.66 else 0


def _items() -> Iterable[Page]:
    for item in catalogue.offered():
        words = (item.name, *item.words, *item.events)
        yield Page(f"item.{item.code}", "item", item.plain, f"/items/{item.code}/", words)


def _corpus() -> Iterable[Page]:
    yield from menu()
    yield from _items()
    for office in appointments.offices():
        words = (office.district, office.address)
        yield Page(f"office.{office.id}", "office", office.name, f"/offices#{office.id}", words)
    today = clock.today_in_china(clock.now())
    documents = policy.stored()
    for part in ("policy", "agreement"):
        document = policy.in_force(documents, part, today)
        if document:
            yield from _clauses(part, document.text)


@lru_cache(maxsize=8)
def _clauses(part: str, text: str) -> tuple[Page, ...]:
    return tuple(
        Page(f"clause.{c.id}", "clause", c.title, f"/privacy/{part}/#{c.id}", (), c.text())
        for c in prose.clauses(text)
        if c.title
    )


def _up(own: Switches, page: Page) -> tuple[int, int]:
    topic, opened = own.weight(page.code)
    return -topic, -opened


def _asked(words: str) -> str:
    """What was meant: common slips of the pen put right (报消 is 报销)."""
    asked = _plain(words)
    for slip, meant in _slips().items():
        asked = asked.replace(slip, meant)
    return asked


@cache
def _slips() -> dict[str, str]:
    slips: dict[str, str] = tomllib.loads((Path(__file__).parent / "finder.toml").read_text("utf-8"))["slips"]
    return slips


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
