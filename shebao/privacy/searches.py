"""Searches (搜索记录): kept only when switched on, with numbers masked before anything is written; one order for all
unless a person asks for her own.
"""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import aead, consent, gate, keys, master, register
from shebao.privacy.declared import days
from shebao.privacy.models import Search, Topic

HISTORY, PERSONALISE = "service.history", "service.personalise"
ITEM, KEY_CLASS, RETENTION = "search.record", "optional", "keep.search"
ITEMS = (ITEM,)
MASK = "（已隐去）"
LONGEST, MOST, MOST_TOPICS = 60, 100, 10
_DIGIT = r"[0-9〇零一二三四五六七八九]"
_NUMBER = re.compile(
    rf"[A-Za-z]{{0,3}}{_DIGIT}(?:[\s.,_/·‐-―-]{{0,3}}(?:{_DIGIT}|(?<=\d)[Xx])){{6,}}[A-Za-z]*"
)
_MAIL = re.compile(r"\S+@\S+")
_HIDDEN = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


@dataclass(frozen=True)
class Switches:
    """What the asker has switched on. `opened` and `topics` stay empty unless the order is her own."""

    history: bool = False
    personalised: bool = False
    opened: Mapping[str, int] = field(default_factory=dict)
    topics: frozenset[str] = frozenset()

    def weight(self, page: str) -> tuple[int, int]:
        """How far up a page goes in her own order: topics first, then what she opens most."""
        return (int(page in self.topics), self.opened.get(page, 0))


NEUTRAL = Switches()


@dataclass(frozen=True)
class Past:
    """One line of the history."""

    words: str
    page: str
    at: datetime


def redact(words: str) -> str:
    """The words without ID, card, bank and phone numbers or e-mail addresses, in full or half width."""
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", words))
    digits = "".join(str(unicodedata.decimal(c, c)) for c in plain)
    return _NUMBER.sub(MASK, _MAIL.sub(MASK, digits)).strip()[:LONGEST]


def switches(actor: gate.Actor) -> Switches:
    """The asker's switches; a visitor has none and leaves nothing."""
    if actor.token is None:
        return NEUTRAL
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select history, weights from privacy.search_switches(%s, %s)",
            [actor.token, gate.request_id.get()],
        )
        history, weights = cursor.fetchone()
    if weights is None:
        return Switches(history=history)
    found = json.loads(weights)
    return Switches(history, True, found["opened"], frozenset(found["topics"]))


def keep(words: str, *, page: str = "", now: datetime, by: gate.Actor) -> None:
    """Keeps a search, or the page opened from it. Only masked words are sealed and stored."""
    period = timedelta(days=days(register.current().retention[RETENTION].period) or 0)
    with gate.open(by, HISTORY, items=ITEMS, writes=ITEMS) as grant:
        sealed = _seal(grant.subject_id, redact(words))
        Search.objects.using(grant.alias).bulk_create(
            [Search(subject_id=grant.subject_id, words=sealed, page=page, at=now, ends_at=now + period)]
        )


def history(actor: gate.Actor) -> list[Past]:
    """The person's own history, newest first."""
    with gate.open(actor, HISTORY, items=ITEMS) as grant:
        rows = (
            Search.objects.using(grant.alias)
            .filter(subject_id=grant.subject_id)
            .order_by("-at", "-id")[:MOST]
        )
        return [Past(words_of(row), row.page, row.at) for row in rows]


def clear(*, by: gate.Actor) -> int:
    """Deletes the whole history; a personalised order has nothing left to go by."""
    with gate.open(by, HISTORY, items=ITEMS, writes=ITEMS) as grant:
        return Search.objects.using(grant.alias).filter(subject_id=grant.subject_id).delete()[0]


def switch(process: str, *, on: bool, notice_hash: str, now: datetime, by: gate.Actor) -> None:
    """Switches history or the personal order on or off. Off deletes what was kept, at once."""
    if process not in (HISTORY, PERSONALISE) or process not in register.current().process:
        raise Refusal("purpose_not_allowed")
    if on:
        consent.give(by, process, method="switch", notice_hash=notice_hash, now=now)
    else:
        consent.withdraw(by, process, method="switch", now=now)


def topics(actor: gate.Actor) -> list[str]:
    """The topics the person asked to see first."""
    with gate.open(actor, PERSONALISE, items=ITEMS) as grant:
        rows = Topic.objects.using(grant.alias).filter(subject_id=grant.subject_id)
        return sorted(row.topic for row in rows)


def choose(wanted: Sequence[str], *, known: frozenset[str], by: gate.Actor) -> list[str]:
    """Replaces the chosen topics; none clears them. Refuses a topic that is no page of ours."""
    if set(wanted) - known or len(wanted) > MOST_TOPICS:
        raise Refusal("field_not_declared", field="topics")
    with gate.open(by, PERSONALISE, items=ITEMS, writes=ITEMS) as grant:
        rows = Topic.objects.using(grant.alias)
        rows.filter(subject_id=grant.subject_id).delete()
        rows.bulk_create([Topic(subject_id=grant.subject_id, topic=topic) for topic in sorted(set(wanted))])
    return sorted(set(wanted))


def _seal(subject_id: int, words: str) -> bytes:
    key = keys.data_key(subject_id, KEY_CLASS)
    return key.version.to_bytes(2) + aead.encrypt(
        key.key, words.encode(), _context(subject_id), master.cipher()
    )


def words_of(row: Search) -> str:
    """The masked words of a record."""
    sealed = bytes(row.words)
    key = keys.key_of_version(row.subject_id, KEY_CLASS, int.from_bytes(sealed[:2]))
    return aead.decrypt(key, sealed[2:], _context(row.subject_id)).decode()


def _context(subject_id: int) -> bytes:
    return f"privacy_search|words|{subject_id}".encode()
