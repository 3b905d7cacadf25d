"""What changed between two registers, and whether people must be asked again (重大变更, PIPL 14, 23; JL-3.7)."""

from collections.abc import Iterator
from dataclasses import dataclass

from shebao.privacy.book import Register
from shebao.privacy.declared import Process, days

ORDER = {"none": 0, "sensitive": 1, "sensitive_minor": 2}
METHOD = ("row_rule", "roles", "automation", "approval", "min_level")


@dataclass(frozen=True)
class Change:
    """One change: kind, what it concerns, both sides in plain words, and the purposes whose consent it ends."""

    kind: str
    subject: str
    was: str
    now: str
    material: bool
    processes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Diff:
    """All changes between two versions, the grave ones first."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def material(self) -> bool:
        return any(change.material for change in self.changes)

    @property
    def processes(self) -> tuple[str, ...]:
        """Purposes for which consent is asked again; all others keep running."""
        return tuple(
            sorted({code for change in self.changes if change.material for code in change.processes})
        )


def diff(old: Register, new: Register) -> Diff:
    """Compares two versions of a register."""
    found = [
        *_processes(old, new),
        *_items(old, new),
        *_parties(old, new),
        *_sharing(old, new),
        *_rest(old, new),
    ]
    found.sort(key=lambda change: not change.material)
    return Diff(old.version, new.version, tuple(found))


def _processes(old: Register, new: Register) -> Iterator[Change]:
    for code, process in new.process.items():
        before = old.process.get(code)
        if before is None or (process.in_force and not before.in_force):
            yield Change("purpose_added", code, "", process.plain_zh, True, (code,))
        else:
            yield from _process(old, new, before, process)
    for code, before in old.process.items():
        if code not in new.process or (before.in_force and not new.process[code].in_force):
            yield Change("purpose_removed", code, before.plain_zh, "", False)


def _process(old: Register, new: Register, before: Process, process: Process) -> Iterator[Change]:
    code = (process.code,)
    if (before.use, before.purpose, before.legal_basis) != (
        process.use,
        process.purpose,
        process.legal_basis,
    ):
        yield Change("purpose_changed", process.code, before.plain_zh, process.plain_zh, True, code)
    elif before.plain_zh != process.plain_zh:
        yield Change("wording", process.code, before.plain_zh, process.plain_zh, False)
    if any(getattr(before, name) != getattr(process, name) for name in METHOD):
        yield Change("method_changed", process.code, _method(before), _method(process), True, code)
    if before.optional and not process.optional:
        yield Change("choice_removed", process.code, "可以不同意", "不再问您", True, code)
    if before.consent_kind != process.consent_kind and process.consent_kind:
        yield Change(
            "consent_kind_changed", process.code, before.consent_kind, process.consent_kind, True, code
        )
    if before.necessity == "extension" and process.necessity == "core":
        yield Change("choice_removed", process.code, "自选", "必需", True, code)
    added = set(process.data) - set(before.data) | set(process.writes) - set(before.writes)
    if added:
        yield Change(
            "item_added", process.code, _names(old, before.data), _names(new, process.data), True, code
        )
    elif set(before.data) - set(process.data):
        yield Change("item_removed", process.code, _names(old, before.data), _names(new, process.data), False)
    if set(process.recipients) - set(before.recipients):
        was, now = "、".join(before.recipients), "、".join(process.recipients)
        yield Change("recipient_added", process.code, was, now, True, code)
    if _kept(new, process.retention) > _kept(old, before.retention):
        was, now = _plain(old, before.retention), _plain(new, process.retention)
        yield Change("retention_longer", process.code, was, now, True, code)
    if before.rate != process.rate:
        yield Change("rate", process.code, before.rate, process.rate, False)


def _items(old: Register, new: Register) -> Iterator[Change]:
    for code, item in new.items.items():
        before = old.items.get(code)
        users = _users(new, code)
        if before is None:
            yield Change("item_declared", code, "", item.plain_zh, bool(users), users)
        elif ORDER[item.sensitivity] > ORDER[before.sensitivity] or item.level > before.level:
            was, now = f"{before.sensitivity} {before.level}", f"{item.sensitivity} {item.level}"
            yield Change("sensitivity_higher", code, was, now, True, users)
        elif (item.sensitivity, item.level) != (before.sensitivity, before.level):
            was, now = f"{before.sensitivity} {before.level}", f"{item.sensitivity} {item.level}"
            yield Change("sensitivity_lower", code, was, now, False)
    for code in new.items:
        was_rule, now_rule = old.retention_of(code), new.retention_of(code)
        if was_rule and now_rule and was_rule != now_rule:
            longer = (days(now_rule.period) or 0) > (days(was_rule.period) or 0)
            later = now_rule.trigger != was_rule.trigger
            kind = "retention_longer" if longer or later else "retention_shorter"
            grave = longer or later
            yield Change(
                kind, code, was_rule.plain_zh, now_rule.plain_zh, grave, _users(new, code) if grave else ()
            )


def _parties(old: Register, new: Register) -> Iterator[Change]:
    if old.handler.name != new.handler.name:
        everyone = tuple(code for code, process in new.process.items() if process.optional)
        yield Change("handler_changed", new.handler.code, old.handler.name, new.handler.name, True, everyone)
    for kind, was, now in (
        ("handler_contact", old.handler, new.handler),
        ("complaint_channel", old.party.get(old.header["officer"]), new.party.get(new.header["officer"])),
    ):
        if (
            was
            and now
            and (was.contact, was.address, was.statement_url) != (now.contact, now.address, now.statement_url)
        ):
            yield Change(kind, now.code, f"{was.contact} {was.address}", f"{now.contact} {now.address}", True)
    officers = [register.party.get(register.header["officer"]) for register in (old, new)]
    if officers[0] and officers[1] and officers[0].name != officers[1].name:
        yield Change("responsible_department", officers[1].code, officers[0].name, officers[1].name, True)


def _sharing(old: Register, new: Register) -> Iterator[Change]:
    for code, share in new.sharing.items():
        before = old.sharing.get(code)
        users = tuple(name for name, process in new.process.items() if code in process.recipients)
        if share.in_force and (before is None or not before.in_force):
            yield Change("recipient_added", code, "", new.party[share.recipient].name, True, users)
        elif share.in_force and before and before.recipient != share.recipient:
            was, now = old.party[before.recipient].name, new.party[share.recipient].name
            yield Change("recipient_changed", code, was, now, True, users)
        elif (
            share.in_force and before and (before.items, before.purpose_zh) != (share.items, share.purpose_zh)
        ):
            yield Change("sharing_changed", code, before.purpose_zh, share.purpose_zh, True, users)
    for code, before in old.sharing.items():
        if before.in_force and not (code in new.sharing and new.sharing[code].in_force):
            yield Change("recipient_removed", code, old.party[before.recipient].name, "", False)


def _rest(old: Register, new: Register) -> Iterator[Change]:
    for code, permission in new.permission.items():
        before = old.permission.get(code)
        if before is None or before.sole_use != permission.sole_use:
            was = before.sole_use if before else ""
            users = tuple(name for name, process in new.process.items() if process.permission == code)
            yield Change("permission", code, was, permission.sole_use, True, users)
    for code, assessment in new.assessment.items():
        judged = old.assessment.get(code)
        if assessment.risk == "high" and (judged is None or judged.risk != "high"):
            users = tuple(name for name, process in new.process.items() if process.assessment == code)
            yield Change("high_risk", code, judged.risk if judged else "", "high", True, users)
    for code, signal in new.signal.items():
        known = old.signal.get(code)
        if known is None or (known.form, known.purpose) != (signal.form, signal.purpose):
            users = (signal.purpose,) if signal.purpose in new.process else ()
            yield Change(
                "item_added", f"signal {code}", known.plain_zh if known else "", signal.plain_zh, True, users
            )
    for name, stored in new.client_storage.items():
        if name not in old.client_storage:
            yield Change("client_storage", name, "", stored.purpose_zh, not stored.essential)
    for name, script in new.third_party_code.items():
        if name not in old.third_party_code:
            yield Change("third_party_code", name, "", script.purpose_zh, True)


def _users(register: Register, item: str) -> tuple[str, ...]:
    return tuple(code for code, process in register.process.items() if item in process.data)


def _names(register: Register, items: tuple[str, ...]) -> str:
    return "、".join(register.items[item].label_zh for item in items if item in register.items)


def _method(process: Process) -> str:
    return f"{process.row_rule} · {', '.join(process.roles)} · {process.automation} · {process.approval}"


def _kept(register: Register, code: str) -> int:
    return days(register.retention[code].period) or 0


def _plain(register: Register, code: str) -> str:
    return register.retention[code].plain_zh
