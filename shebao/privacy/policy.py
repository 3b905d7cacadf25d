"""The policy store (政策库): published texts never change; which one is in force is a matter of dates."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from shebao.base.clock import today_in_china
from shebao.privacy import changes, lists, models, prose
from shebao.privacy.book import Register
from shebao.privacy.prose import Clause, ClauseChange, Head, PolicyError

# Changes that need a major version whatever the editor thinks (JL-3.7-04 to -08) and those that need a reason.
FORCED = frozenset(
    {"purpose_added", "purpose_changed", "method_changed", "item_added", "item_declared", "handler_changed"}
    | {
        "handler_contact",
        "complaint_channel",
        "responsible_department",
        "recipient_added",
        "recipient_changed",
    }
    | {"sharing_changed", "high_risk", "third_party_code"}
)


@dataclass(frozen=True)
class Document:
    """One text of one part, complete with its lists: what is published, hashed, shown and accepted."""

    head: Head
    text: str

    def sha256(self) -> str:
        """Digest over the words, the dates and the register version."""
        head = {key: str(value) for key, value in vars(self.head).items() if key != "summary"}
        body = {**head, "summary": list(self.head.summary), "text": self.text}
        return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        return prose.clauses(self.text)

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Anchors and titles of the main sections."""
        return tuple((clause.id, clause.title) for clause in self.clauses if clause.level == 2)

    @property
    def marked(self) -> tuple[Clause, ...]:
        """Clauses on liability, law and disputes, shown before acceptance."""
        return tuple(clause for clause in self.clauses if clause.marked)

    def html(self) -> str:
        return prose.html(self.clauses)

    def source(self) -> str:
        """Head and text as stored and downloaded."""
        head = self.head
        lines = [
            f'part = "{head.part}"',
            f'version = "{head.version}"',
            f"title = {json.dumps(head.title, ensure_ascii=False)}",
            f'profile = "{head.profile}"',
            f"updated_on = {head.updated_on}",
            f"effective_on = {head.effective_on}",
            f'register_version = "{head.register_version}"',
            f"major = {str(head.major).lower()}",
            f"summary = {json.dumps(list(head.summary), ensure_ascii=False)}",
        ]
        return "+++\n" + "\n".join(lines) + "\n+++\n\n" + self.text


def compose(source: str, register: Register | None) -> Document:
    """A document from its source; with a register its lists are filled and its promises judged."""
    raw, text = prose.split_head(source)
    head = prose.read_head(raw)
    if register is not None:
        if head.profile != register.profile or head.register_version != register.version:
            raise PolicyError("other_register", "政策写的登记册版本不是现在这一版")
        text = lists.fill(text, register)
    elif head.register_version:
        raise PolicyError("other_register", "缺少政策依据的登记册")
    elif lists.PLACE.search(text) or lists.REFERENCE.search(text):
        raise PolicyError("unknown_list", "没有登记册，不能列清单")
    document = Document(head, text)
    prose.clauses(document.text)
    return document


def written(profile: str, register: Register, profiles: Path | None = None) -> tuple[Document, ...]:
    """The texts of a profile folder, former versions first."""
    folder = (profiles or settings.PROFILES) / profile
    former = [compose(file.read_text("utf-8"), None) for file in sorted((folder / "history").glob("*.md"))]
    present = [
        compose(file.read_text("utf-8"), register)
        for file in (folder / "policy.zh.md", folder / "agreement.zh.md")
        if file.exists()
    ]
    return (*former, *present)


ROLES = ("registered", "visitor")


def addressed(document: Document, role: str) -> tuple[prose.Clause, ...]:
    """The clauses that speak to a role: a section of the other role alone, named by the profile, is left out."""
    others = [
        section
        for other, sections in settings.DEPLOYMENT["policy"].get("addressed", {}).items()
        if other != role
        for section in sections
    ]
    return tuple(one for one in document.clauses if not any(_within(one.id, section) for section in others))


def _within(clause: str, section: str) -> bool:
    return clause == section or clause.startswith((f"{section}.", f"{section}-"))


def judge(
    document: Document,
    earlier: Iterable[Document],
    *,
    today: date,
    notice_days: int,
    change: changes.Diff | None = None,
    reason: str = "",
) -> None:
    """Refuses a publication: edited text, too little notice, a grave change called minor.

    `notice_days` counts from the day of publication; the first text of a part needs none. A `reason` lets
    the reviewer call minor what is only suggested as major.
    """
    head = document.head
    former = [other for other in earlier if other.head.part == head.part]
    for other in former:
        if other.head.version == head.version:
            if other.sha256() != document.sha256():
                raise PolicyError("published_is_fixed", "已公布的版本不能改，请另出一版")
            raise PolicyError("published_twice", "这一版已经公布过")
    if not former:
        return
    if head.effective_on < today + timedelta(days=notice_days):
        raise PolicyError("notice_period", f"生效前要先公示 {notice_days} 天")
    if change is not None and change.material and not head.major:
        grave = [one for one in change.changes if one.material]
        if any(one.kind in FORCED for one in grave):
            raise PolicyError("major_needed", f"有重大变化（{grave[0].kind}），只能按重大变更公布")
        if not reason:
            raise PolicyError("reason_needed", f"有变化（{grave[0].kind}），按一般变更公布要写理由")


def in_force(documents: Iterable[Document], part: str, at: date) -> Document | None:
    """The text whose effective date is the latest not after `at` (China date)."""
    started = [one for one in documents if one.head.part == part and one.head.effective_on <= at]
    return max(started, key=lambda one: (one.head.effective_on, one.head.updated_on), default=None)


def upcoming(documents: Iterable[Document], part: str, at: date) -> Document | None:
    """The next published text that is not yet in force."""
    later = [one for one in documents if one.head.part == part and one.head.effective_on > at]
    return min(later, key=lambda one: one.head.effective_on, default=None)


def still_counts(documents: Iterable[Document], part: str, at: date) -> frozenset[str]:
    """Versions whose acceptance is still enough: the last major one in force and the minor ones since."""
    started = sorted(
        (one for one in documents if one.head.part == part and one.head.effective_on <= at),
        key=lambda one: (one.head.effective_on, one.head.updated_on),
    )
    counted: list[str] = []
    for document in started:
        counted = [document.head.version] if document.head.major else [*counted, document.head.version]
    return frozenset(counted)


def difference(old: Document, new: Document) -> tuple[ClauseChange, ...]:
    """Clause by clause, with what fell away and what came."""
    return prose.difference(old.clauses, new.clauses)


def stored(using: str = "default") -> tuple[Document, ...]:
    """Every published text of this deployment, oldest first."""
    rows = models.Policy.objects.using(using).filter(profile=settings.PROFILE).order_by("effective_on", "id")
    return tuple(_document(row) for row in rows)


def _document(row: models.Policy) -> Document:
    raw, text = prose.split_head(row.text)
    head = prose.read_head(raw)
    return Document(
        replace(head, updated_on=row.updated_on, effective_on=row.effective_on, major=row.major), text
    )


def altered(using: str = "default") -> tuple[str, ...]:
    """Versions whose words, dates or flag no longer match the published hash; none when all is well."""
    rows = models.Policy.objects.using(using).filter(profile=settings.PROFILE)
    return tuple(f"{row.part} {row.version}" for row in rows if _document(row).sha256() != row.text_hash)


def publish(
    document: Document,
    *,
    now: datetime,
    by: str,
    register: Register | None = None,
    reason: str = "",
    using: str = "owner",
) -> None:
    """Publishes one text. `by`: who answers for it. Refuses as `judge` does, and another profile's text."""
    if document.head.profile != settings.PROFILE:
        raise PolicyError("other_profile", "这是另一个平台的文本")
    if not by:
        raise PolicyError("nobody", "公布要有负责人")
    earlier = stored(using)
    judge(
        document,
        earlier,
        today=today_in_china(now),
        notice_days=int(settings.DEPLOYMENT["policy"]["notice_days"]),
        change=_register_change(document, earlier, register, using),
        reason=reason,
    )
    _insert(document, now, using)


def install(*, register: Register, now: datetime, using: str = "owner") -> tuple[Document, ...]:
    """Writes the texts of the profile folder that are not stored yet; returns those that follow a stored one.

    Refuses a stored version whose words differ from the file and, in production, a next version that was not
    published with its notice first.
    """
    following = []
    known = {(one.head.part, one.head.version): one.sha256() for one in stored(using)}
    parts = {part for part, _ in known}
    for document in written(settings.PROFILE, register):
        part, version = document.head.part, document.head.version
        if (part, version) not in known:
            if part in parts:
                if settings.PRODUCTION:
                    raise PolicyError(
                        "not_announced", f"{part} {version} 还没有公示，先用 shebao policy publish 公布"
                    )
                following.append(document)
            _insert(document, now, using)
        elif known[part, version] != document.sha256():
            raise PolicyError("published_is_fixed", f"{part} {version} 已公布，文件里的内容却变了")
    return tuple(following)


def _insert(document: Document, now: datetime, using: str) -> None:
    head = document.head
    models.Policy.objects.using(using).create(
        profile=head.profile,
        part=head.part,
        version=head.version,
        updated_on=head.updated_on,
        effective_on=head.effective_on,
        text=document.source(),
        text_hash=document.sha256(),
        register_version=head.register_version,
        major=head.major,
        published_at=now,
    )


def _register_change(
    document: Document, earlier: tuple[Document, ...], register: Register | None, using: str
) -> changes.Diff | None:
    former = [one for one in earlier if one.head.part == document.head.part and one.head.register_version]
    if register is None or not former or former[-1].head.register_version == register.version:
        return None
    row: Any = models.Register.objects.using(using).filter(version=former[-1].head.register_version).first()
    return changes.diff(Register.from_body(row.body), register) if row else None
