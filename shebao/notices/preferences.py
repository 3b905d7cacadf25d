"""通知偏好: which notices a person wants where, which topics she follows, and leaving without log-in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices import wording
from shebao.notices.mailings import TOPICS
from shebao.notices.models import Preference, Subscription
from shebao.privacy import consent, gate, register

PROCESS, ITEM = "notice.preference", "message.preference"
# What can be chosen: progress always stands in the inbox, the others can be left out altogether.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "progress": ("push", "email", "sms"),
    "feature": ("inbox", "push", "email"),
    "promotion": ("inbox", "push", "email"),
    "partner_offer": ("inbox", "push", "email"),
}


@dataclass(frozen=True)
class Wishes:
    """What the person wants: category -> channels that are off, and her topics."""

    off: Mapping[str, frozenset[str]]
    topics: frozenset[str]


def offered() -> dict[str, tuple[str, ...]]:
    """The choices of this installation: promotion only where its register has the purpose."""
    known = register.current().process
    return {
        category: channels
        for category, channels in CHOICES.items()
        if category not in wording.BY_CHOICE
        or (wording.BY_CHOICE[category] in known and known[wording.BY_CHOICE[category]].in_force)
    }


def open_to(by: gate.Actor) -> dict[str, tuple[str, ...]]:
    """The choices open to this person: promotion only after her own yes, so that no box is ticked for her."""
    found = offered()
    if not found.keys() & wording.BY_CHOICE.keys():
        return found
    said = {one.process: one.state for one in consent.standings(by)}
    return {
        category: channels
        for category, channels in found.items()
        if category not in wording.BY_CHOICE or said.get(wording.BY_CHOICE[category]) in ("given", "renewed")
    }


def wishes(by: gate.Actor) -> Wishes:
    """The person's choices as they stand."""
    with gate.open(by, PROCESS, items=(ITEM,)) as grant:
        rows = Preference.objects.using(grant.alias).filter(subject_id=grant.subject_id, wanted=False)
        off: dict[str, set[str]] = {}
        for row in rows:
            off.setdefault(row.category, set()).add(row.channel)
        topics = Subscription.objects.using(grant.alias).filter(subject_id=grant.subject_id)
        return Wishes(
            {name: frozenset(channels) for name, channels in off.items()},
            frozenset(row.topic for row in topics),
        )


def prefer(wanted: Mapping[str, Collection[str]], *, now: datetime, by: gate.Actor) -> None:
    """Sets the channels of some categories. Refuses to mute what must arrive, and channels that are no choice."""
    for category, channels in wanted.items():
        if category in wording.ALWAYS:
            raise Refusal("purpose_not_allowed", f"{wording.CATEGORIES[category]}关不掉：不收可能误事。")
        if category not in CHOICES or set(channels) - set(CHOICES[category]):
            raise Refusal("field_not_declared", field="category")
    with gate.open(by, PROCESS, items=(ITEM,), writes=(ITEM,)) as grant:
        rows = [
            Preference(
                subject_id=grant.subject_id,
                category=category,
                channel=channel,
                wanted=channel in channels,
                at=now,
            )
            for category, channels in wanted.items()
            for channel in CHOICES[category]
        ]
        Preference.objects.using(grant.alias).bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["subject_id", "category", "channel"],
            update_fields=["wanted", "at"],
        )


def follow(topics: Collection[str], *, by: gate.Actor) -> None:
    """Replaces the topics; none ends them all. Refuses a topic that is not offered."""
    if set(topics) - TOPICS.keys():
        raise Refusal("field_not_declared", field="topics")
    with gate.open(by, PROCESS, items=(ITEM,), writes=(ITEM,)) as grant:
        rows = Subscription.objects.using(grant.alias)
        rows.filter(subject_id=grant.subject_id).delete()
        rows.bulk_create(
            [Subscription(subject_id=grant.subject_id, topic=topic) for topic in sorted(set(topics))]
        )


def unsubscribing(token: bytes) -> str:
    """The category a link speaks of; refuses a link that is none. It names nobody."""
    return _category("select notices.unsubscribing(%s)", token)


def unsubscribe(token: bytes) -> str:
    """Ends a category by its link, without log-in, at once; twice is once. Returns the category."""
    return _category("select notices.unsubscribe(%s, %s)", token, gate.request_id.get())


def _category(statement: str, *values: object) -> str:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, list(values))  # type: ignore[arg-type]
        (category,) = cursor.fetchone()
    if not category:
        raise Refusal("not_found", "这个退订链接已经失效。", "登录后在通知方式里关", "/inbox/settings/")
    return str(category)
