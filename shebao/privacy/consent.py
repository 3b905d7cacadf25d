"""Consent (同意): append-only events, one purpose at a time, in the words of ISO/IEC TS 27560."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from shebao.base.refusal import Refusal
from shebao.privacy import gate, models, register
from shebao.privacy.book import Register
from shebao.privacy.declared import Process

VALID = frozenset({"given", "renewed"})
ANSWERS = frozenset({"given", "refused", "withdrawn"})
DPV_STATES = {
    "requested": "dpv:ConsentRequested",
    "given": "dpv:ConsentGiven",
    "renewed": "dpv:RenewedConsentGiven",
    "refused": "dpv:ConsentRefused",
    "withdrawn": "dpv:ConsentWithdrawn",
    "expired": "dpv:ConsentExpired",
}
NOT_AN_ACT = frozenset({"", "default", "preticked", "silence", "use", "scroll"})


@dataclass(frozen=True)
class Notice:
    """告知: what the person is told before answering; its hash stands in the consent record."""

    process: str
    register_version: str
    name: str
    plain_zh: str
    handler: str
    handler_contact: str
    items: tuple[str, ...]
    sensitive: tuple[str, ...]
    necessity_zh: str
    impact_zh: str
    retention_zh: str
    recipients: tuple[str, ...]
    kind: str
    withdrawal_zh: str = "在隐私中心的「给出的同意」里，点撤回就行，当时生效。"

    @property
    def hash(self) -> str:
        return hashlib.sha256(
            json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()
        ).hexdigest()


@dataclass(frozen=True)
class Event:
    """One consent event as it is kept."""

    process: str
    register_version: str
    notice_hash: str
    kind: str
    state: str
    method: str
    by_subject: int | None
    at: datetime
    cooloff_until: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How the person stands to one optional purpose. `needs_again`: the yes was given before a grave change."""

    process: str
    name: str
    state: str
    since: datetime | None
    may_ask_from: datetime | None
    needs_again: bool
    notice: Notice

    @property
    def valid(self) -> bool:
        return self.state in VALID and not self.needs_again


def notice(book: Register, code: str) -> Notice:
    """The notice of one optional purpose. Refuses a purpose that rests on law, where nobody is asked."""
    process = book.process.get(code)
    if process is None or not process.in_force:
        raise Refusal("purpose_not_allowed")
    if not process.optional:
        raise Refusal("invalid_input", message="这项业务依法办理，不需要您同意。", field="process")
    labels = book.items
    parties = [book.party[book.sharing[share].recipient].name for share in process.recipients]
    return Notice(
        process=code,
        register_version=book.version,
        name=process.name,
        plain_zh=process.plain_zh,
        handler=book.handler.name,
        handler_contact=book.handler.contact,
        items=tuple(labels[item].label_zh for item in process.data),
        sensitive=tuple(labels[item].label_zh for item in process.data if labels[item].sensitivity != "none"),
        necessity_zh=process.necessity_zh,
        impact_zh=process.impact_zh,
        retention_zh=book.retention[process.retention].plain_zh,
        recipients=tuple(parties),
        kind=process.consent_kind,
    )


def judge(
    process: Process,
    former: Sequence[Event],
    event: Event,
    *,
    subject: int,
    expected_notice: str,
    evidence: str = "",
) -> None:
    """Refuses an answer that is no act of will: another notice, a preset, the wrong kind, nothing to withdraw.

    `former`: events of this person and purpose, oldest first. `evidence`: hash of the signed paper where
    written consent is needed.
    """
    last = former[-1].state if former else ""
    if event.state not in ANSWERS:
        raise Refusal("invalid_input", field="state")
    if event.method in NOT_AN_ACT:
        raise Refusal("consent_required", message="同意要由您自己点，不能默认。")
    if event.state == "withdrawn":
        if last not in VALID:
            raise Refusal("conflict", message="这项没有给过同意，不用撤回。")
        return
    if event.notice_hash != expected_notice:
        raise Refusal("consent_required", message="说明已经更新，请看过再决定。")
    if event.state == "given":
        if process.consent_kind == "written" and not evidence:
            raise Refusal("consent_required", message="这项要书面同意，只打勾不行。")
        if process.consent_kind == "guardian" and event.by_subject in (None, subject):
            raise Refusal("guardian_consent_required")


def may_ask(former: Sequence[Event], now: datetime) -> bool:
    """False while the person's refusal still rests (不反复征求, 网络数据安全管理条例 22)."""
    until = former[-1].cooloff_until if former else None
    return until is None or now >= until


def needs_again(former: Sequence[Event], material_since: datetime | None) -> bool:
    """True when the newest answer is a yes from before the last grave change of this purpose."""
    if not former or former[-1].state not in VALID or material_since is None:
        return False
    return former[-1].at < material_since


def give(
    actor: gate.Actor, code: str, *, method: str, notice_hash: str, now: datetime, evidence: str = ""
) -> int:
    """Records a yes to one purpose; effective at the next statement. Returns the ledger entry."""
    return _answer(actor, code, "given", method, notice_hash, now, evidence)


def refuse(actor: gate.Actor, code: str, *, method: str, notice_hash: str, now: datetime) -> int:
    """Records a no; we do not ask again before the rest is over (profile, days)."""
    return _answer(actor, code, "refused", method, notice_hash, now, "")


def withdraw(actor: gate.Actor, code: str, *, method: str, now: datetime) -> int:
    """Takes a yes back; effective at the next statement. Refuses when none was given."""
    return _answer(actor, code, "withdrawn", method, "", now, "")


def _answer(
    actor: gate.Actor, code: str, state: str, method: str, notice_hash: str, now: datetime, evidence: str
) -> int:
    book = register.current()
    shown = notice(book, code)
    with gate.open(actor, "privacy.consent", items=("consent.record",), writes=("consent.record",)) as grant:
        former = _events(grant, [code])[code]
        rest = timedelta(days=int(settings.DEPLOYMENT["policy"]["cooloff_days"]))
        event = Event(
            process=code,
            register_version=book.version,
            notice_hash=notice_hash or shown.hash,
            kind=shown.kind,
            state=state,
            method=method,
            by_subject=grant.subject_id,
            at=now,
            cooloff_until=now + rest if state == "refused" else None,
        )
        judge(
            book.process[code],
            former,
            event,
            subject=grant.subject_id,
            expected_notice=shown.hash,
            evidence=evidence,
        )
        if state == "given" and former and former[-1].state in VALID:
            event = replace(event, state="renewed")
        models.ConsentEvent.objects.using(grant.alias).bulk_create(
            [models.ConsentEvent(subject_id=grant.subject_id, **asdict(event))]
        )
        return grant.entry_id


def standings(actor: gate.Actor) -> list[Standing]:
    """Every optional purpose in force and the person's answer to it."""
    book = register.current()
    codes = [code for code, process in book.process.items() if process.optional and process.in_force]
    with gate.open(actor, "privacy.consent", items=("consent.record",)) as grant:
        events = _events(grant, codes)
        since = dict(
            models.Process.objects.using(grant.alias)
            .filter(in_force=True, code__in=codes)
            .values_list("code", "material_since")
        )
    return [_standing(book, code, events[code], since.get(code)) for code in codes]


def waiting(actor: gate.Actor) -> list[Standing]:
    """Purposes whose yes a grave change has ended; the others keep running."""
    return [standing for standing in standings(actor) if standing.needs_again]


def _standing(book: Register, code: str, former: Sequence[Event], since: datetime | None) -> Standing:
    last = former[-1] if former else None
    return Standing(
        process=code,
        name=book.process[code].name,
        state=last.state if last else "none",
        since=last.at if last else None,
        may_ask_from=last.cooloff_until if last else None,
        needs_again=needs_again(former, since),
        notice=notice(book, code),
    )


def _events(grant: gate.Grant, codes: Iterable[str]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {code: [] for code in codes}
    names = list(Event.__dataclass_fields__)
    rows = models.ConsentEvent.objects.using(grant.alias).filter(
        subject_id=grant.subject_id, process__in=list(found)
    )
    for values in rows.order_by("id").values(*names):
        found[values["process"]].append(Event(**values))
    return found


def receipt(book: Register, event: Event, *, record_id: str, subject_ref: str, entry: int) -> dict[str, Any]:
    """Consent receipt (同意回执) with the field names of ISO/IEC TS 27560; no personal value in it."""
    told = notice(book, event.process)
    process = book.process[event.process]
    return {
        "schema_version": book.header.get("conforms_to", ""),
        "record_id": record_id,
        "pii_principal_id": subject_ref,
        "privacy_notice": {
            "version": event.register_version,
            "hash": event.notice_hash,
            "language": "zh-Hans",
        },
        "pii_processing": [
            {
                "purpose": told.plain_zh,
                "purpose_type": process.purpose,
                "lawful_basis": f"cn:{process.legal_basis}",
                "pii_controllers": [{"party_name": told.handler, "party_contact": told.handler_contact}],
                "pii_information": [
                    {
                        "pii_type": book.items[item].label_zh,
                        "sensitive": book.items[item].sensitivity != "none",
                    }
                    for item in process.data
                ],
                "storage_locations": [book.header.get("storage_zh", "")],
                "retention_period": told.retention_zh,
                "recipient_third_parties": list(told.recipients),
                "withdrawal_method": told.withdrawal_zh,
                "jurisdiction": book.header.get("jurisdiction", "CN"),
            }
        ],
        "event": {
            "event_time": event.at.isoformat(),
            "event_type": event.kind,
            "event_state": DPV_STATES[event.state],
            "expression_method": event.method,
            "ledger_entry": entry,
        },
    }
