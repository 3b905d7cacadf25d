"""参保登记 written by a case: new spells, ends of spells. Months YYYYMM. Within an open grant that writes `enrolment.record`."""

from collections.abc import Sequence

from shebao.base.refusal import Refusal
from shebao.privacy import gate
from shebao.registry.models import Enrolment

COVERED = "领失业金期间代缴"


def enrol(
    grant: gate.Grant,
    *,
    insurance: int,
    person_type: str,
    since: int,
    employer: int | None = None,
    reason: str = "",
) -> Enrolment:
    """A new spell from a month. Refuses a second open spell of one insurance (重复参保)."""
    rows = Enrolment.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, until=None
    )
    if rows.filter(state__in=("active", "retired")).exists():
        raise Refusal("conflict", "这个险种已经在参保，不能重复登记。", "看参保信息", "/me/enrolment")
    rows.update(until=since)
    return Enrolment.objects.using(grant.alias).create(
        subject_id=grant.subject_id, insurance=insurance, person_type=person_type, state="active",
        employer_id=employer, since=since, reason=reason,
    )  # fmt: skip


def enrol_all(
    spells: Sequence[tuple[gate.Grant, int, int]], *, person_type: str, employer: int | None = None
) -> None:
    """New spells of several persons: (person, insurance, since). Refuses all when one has an open spell already."""
    if not spells:
        return
    alias = spells[0][0].alias
    open_rows = Enrolment.objects.using(alias).filter(
        subject_id__in={grant.subject_id for grant, _, _ in spells}, until=None
    )
    wanted = {(grant.subject_id, insurance): since for grant, insurance, since in spells}
    ended = []
    for row in open_rows:
        since = wanted.get((row.subject_id, row.insurance))
        if since is not None and row.state in ("active", "retired"):
            raise Refusal("conflict", "名单里有人已经在参保，不能重复登记。", "看名册", "/employer/roster/")
        if since is not None:
            row.until = since
            ended.append(row)
    Enrolment.objects.using(alias).bulk_update(ended, ["until"], batch_size=500)
    Enrolment.objects.using(alias).bulk_create(
        [
            Enrolment(
                subject_id=grant.subject_id, insurance=insurance, person_type=person_type, state="active",
                employer_id=employer, since=since,
            )
            for grant, insurance, since in spells
        ],
        batch_size=1000,
    )  # fmt: skip


def suspend_all(rows: Sequence[tuple[Enrolment, int, str]], *, alias: str) -> None:
    """Suspends spells that are open (停保), each with its month and reason."""
    for row, until, reason in rows:
        row.until, row.state, row.reason = until, "suspended", reason
    changed = [row for row, _, _ in rows]
    Enrolment.objects.using(alias).bulk_update(changed, ["until", "state", "reason"], batch_size=500)


def suspend(grant: gate.Grant, *, insurance: int, until: int, reason: str) -> Enrolment:
    """Ends the active spell with a month and leaves it suspended (停保). Refuses when there is none."""
    return _end(grant, insurance, until, "suspended", reason)


def terminate(grant: gate.Grant, *, insurance: int, until: int, reason: str) -> Enrolment:
    """Ends the open spell for good (终止), also one that draws benefits."""
    return _end(grant, insurance, until, "terminated", reason, was=("active", "retired"))


def leave(grant: gate.Grant, *, insurance: int, until: int, reason: str = "转出") -> int:
    """The relation has moved away (转出、衔接): every spell is over; returns how many."""
    rows = Enrolment.objects.using(grant.alias).filter(subject_id=grant.subject_id, insurance=insurance)
    rows.filter(until=None).update(until=until)
    return rows.exclude(state="retired").update(state="terminated", reason=reason)


def open_spell(grant: gate.Grant, insurance: int) -> Enrolment | None:
    """The spell of an insurance that goes on."""
    rows = Enrolment.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, until=None
    )
    return rows.filter(state__in=("active", "retired")).order_by("-id").first()


def retire(grant: gate.Grant, *, insurance: int, since: int) -> Enrolment:
    """The person draws benefits from a month on (在职转退休), also one whose payments had stopped before."""
    rows = Enrolment.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, insurance=insurance, until=None
    )
    if rows.filter(state="retired").exists():
        raise Refusal("conflict", "已经在领这项待遇。", "看参保信息", "/me/enrolment")
    rows.update(until=since, state="suspended", reason="退休")
    return Enrolment.objects.using(grant.alias).create(
        subject_id=grant.subject_id, insurance=insurance, person_type="retired", state="retired", since=since
    )


def _end(
    grant: gate.Grant, insurance: int, until: int, state: str, reason: str, was: tuple[str, ...] = ("active",)
) -> Enrolment:  # fmt: skip
    row = (
        Enrolment.objects.using(grant.alias)
        .select_for_update()
        .filter(subject_id=grant.subject_id, insurance=insurance, state__in=was, until=None)
        .first()
    )
    if row is None:
        raise Refusal("conflict", "这个险种现在没有在参保。", "看参保信息", "/me/enrolment")
    row.until, row.state, row.reason = until, state, reason
    row.save(using=grant.alias, update_fields=["until", "state", "reason"])
    return row
