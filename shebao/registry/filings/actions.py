"""备案、资格认定和绑定 written by a case. Within an open grant that writes `filing.record`."""

from collections.abc import Mapping
from datetime import date

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.filings.queries import in_force
from shebao.registry.models import Filing


def file(
    grant: gate.Grant, *, kind: str, since: date, until: date | None = None, detail: Mapping[str, str | int] = {},
    other: int | None = None, case: str,
) -> Filing:  # fmt: skip
    """A new filing [since, until). Refuses a second one of the kind in force (`conflict`). No name or illness in it."""
    if in_force(grant, kind, since) is not None:
        raise Refusal("conflict", "这项备案已经在生效。", "看我的办件", "/cases/")
    return Filing.objects.using(grant.alias).create(
        subject_id=grant.subject_id, other_id=other, kind=kind, since=since, until=until, detail=dict(detail),
        case_no=case,
    )  # fmt: skip


def add(
    grant: gate.Grant, *, kind: str, since: date, detail: Mapping[str, str | int], other: int, case: str
) -> Filing:
    """One more of a kind that several people may have beside each other. No name or illness in it."""
    return Filing.objects.using(grant.alias).create(
        subject_id=grant.subject_id, other_id=other, kind=kind, since=since, detail=dict(detail), case_no=case
    )


def end(grant: gate.Grant, *, kind: str, on: date) -> Filing:
    """Ends the filing in force. Refuses when there is none."""
    row = in_force(grant, kind, on)
    if row is None:
        raise Refusal("conflict", "现在没有这项备案。", "看我的办件", "/cases/")
    row.until, row.state = on, "ended"
    row.save(using=grant.alias, update_fields=["until", "state"])
    return row


def entitle(grant: gate.Grant, *, kind: str, since: date, until: date, case: str) -> Filing:
    """认定 that its person still has to activate (state `granted`); several may stand side by side."""
    return Filing.objects.using(grant.alias).create(
        subject_id=grant.subject_id, kind=kind, since=since, until=until, state="granted", case_no=case
    )


def activate(grant: gate.Grant, *, kind: str, on: date) -> Filing:
    """启用: the newest granted entitlement becomes usable from this day. Refuses when there is none."""
    rows = Filing.objects.using(grant.alias).select_for_update()
    row = (
        rows.filter(subject_id=grant.subject_id, kind=kind, state="granted", until__gt=on)
        .order_by("-id")
        .first()
    )
    if row is None:
        raise Refusal("conflict", "没有等着启用的待遇。", "看我的办件", "/cases/")
    row.since, row.state = on, "active"
    row.save(using=grant.alias, update_fields=["since", "state"])
    return row
