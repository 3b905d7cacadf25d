"""Acceptance (接受政策): each part of the document by itself, in its version, after the marked clauses were shown."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.conf import settings

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import gate, models, policy
from shebao.privacy.policy import Document

NAMES = {"policy": "个人信息保护政策", "agreement": "用户服务协议"}


def parts() -> tuple[str, ...]:
    """The parts this deployment has (广西医保 has no agreement)."""
    return tuple(settings.DEPLOYMENT["policy"]["parts"])


def needed(documents: Iterable[Document], today: date) -> dict[str, Document]:
    """The text in force of each part. Refuses service while a part has none."""
    found = {}
    documents = tuple(documents)
    for part in parts():
        document = policy.in_force(documents, part, today)
        if document is None:
            raise Refusal("unavailable", message=f"{NAMES[part]}还没有公布。")
        found[part] = document
    return found


def judge(
    ticked: Mapping[str, str], texts: Mapping[str, Document], *, seen_marked_at: datetime | None
) -> None:
    """Refuses a missing or outdated part by name, and acceptance before the marked clauses were shown.

    `ticked`: part and version, as the person's own act brought them.
    """
    for part, document in texts.items():
        name = NAMES[part]
        if part not in ticked:
            raise Refusal("consent_required", message=f"还没有同意{name}。两份要分开同意。", field=part)
        if ticked[part] != document.head.version:
            raise Refusal("consent_required", message=f"{name}已经更新，请看新的一版。", field=part)
    if seen_marked_at is None and any(document.marked for document in texts.values()):
        raise Refusal("precondition_unmet", message="请先看过加粗的重点，再同意。", field="seen_marked_at")


def record(
    actor: gate.Actor,
    ticked: Mapping[str, str],
    *,
    seen_marked_at: datetime | None,
    now: datetime,
    process: str = "privacy.consent",
) -> tuple[int, ...]:
    """Records the acceptance of each part as its own ledger entry; accepting the same version twice is one."""
    account = _account(actor)
    texts = needed(policy.stored("login"), today_in_china(now))
    judge(ticked, texts, seen_marked_at=seen_marked_at)
    entries = []
    for part, document in texts.items():
        with gate.open(
            actor, process, items=("policy.acceptance",), writes=("policy.acceptance",), alias="login"
        ) as grant:
            models.Acceptance.objects.using(grant.alias).bulk_create(
                [
                    models.Acceptance(
                        actor_id=account,
                        subject_id=grant.subject_id,
                        profile=settings.PROFILE,
                        part=part,
                        version=document.head.version,
                        seen_marked_at=seen_marked_at,
                        accepted_at=now,
                    )
                ],
                ignore_conflicts=True,
            )
            entries.append(grant.entry_id)
    return tuple(entries)


def _account(actor: gate.Actor) -> int:
    if actor.actor_id is None:
        raise Refusal("login_required")
    return actor.actor_id


def outstanding(actor: gate.Actor, *, now: datetime) -> tuple[str, ...]:
    """Parts that this account has not accepted in a version that still counts."""
    today = today_in_china(now)
    documents = policy.stored()
    account = _account(actor)
    with gate.open(actor, "privacy.consent", items=("policy.acceptance",)) as grant:
        rows = models.Acceptance.objects.using(grant.alias).filter(actor_id=account, profile=settings.PROFILE)
        accepted = {(row.part, row.version) for row in rows}
    return tuple(
        part
        for part in parts()
        if not any((part, version) in accepted for version in policy.still_counts(documents, part, today))
    )
