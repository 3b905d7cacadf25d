"""The office's own part of a case (经办意见): what it enters, another limit of the law, time that stands still."""

from collections.abc import Mapping
from datetime import date, datetime

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import answering, terms, writing
from shebao.cases.item import Item
from shebao.items import office, telling
from shebao.privacy import gate


def enter(no: str, values: Mapping[str, str], *, now: datetime, by: gate.Actor) -> None:
    """经办填写. Refuses what the item does not ask of the office, and what cannot be read, with the field.

    With a public notice it comes in parts: what only its end will show may still be empty.
    """
    with office.deciding_grant(no, by=by) as (item, grant):
        said = writing.answers(writing.locked(grant, no)) | {
            key: value for key, value in values.items() if value
        }
        asked = {entry.key: entry for entry in item.to_enter(said)}
        strange = sorted(values.keys() - {entry.key for entry in item.entries})
        if strange:
            raise Refusal("field_not_declared", field=strange[0])
        told = {
            key: value
            for key, value in values.items()
            if key in asked and (value or not item.publicity or asked[key].optional)
        }
        kept = answering.read_all(asked, told, today=today_in_china(now))
        terms.enter(grant, no, kept, now=now)
        _publish(grant, item, no, said | kept, now)


def _publish(grant: gate.Grant, item: Item, no: str, said: Mapping[str, str], now: datetime) -> None:
    """公示: both days are there; applicant and worker are told of them, once."""
    days = [said.get(item.publicity.get(which, ""), "") for which in ("since", "until")]
    if not all(days):
        return
    since, until = map(date.fromisoformat, days)
    if terms.publish(grant, item, no, since, until, now=now):
        telling.published(grant, item, writing.locked(grant, no), since, until)


def hold_to(no: str, *, term: str, now: datetime, by: gate.Actor) -> None:
    """Another limit of the law that the item names: shorter for a clear case, longer where the law allows."""
    with office.deciding_grant(no, by=by) as (item, grant):
        terms.hold_to(grant, item, no, term=term, now=now)


def halt(no: str, *, note: str, now: datetime, by: gate.Actor) -> None:
    """中止: until a court or another authority has concluded; the person is told."""
    with office.deciding_grant(no, by=by) as (item, grant):
        if not item.halts:
            raise Refusal("precondition_unmet", "这件事没有中止的规定。", "回到办件", f"/desk/cases/{no}/")
        telling.halted(grant, item, terms.halt(grant, no, note=note, now=now), note.strip())


def resume(no: str, *, now: datetime, by: gate.Actor) -> None:
    """恢复: the conclusion is here; the person is told the new last day."""
    with office.deciding_grant(no, by=by) as (item, grant):
        telling.resumed(grant, item, terms.resume(grant, item, no, now=now))
