"""到访 at the desk: the day's list without names, arrival, and finding a person who books on the phone."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections, transaction

from shebao.appointments import actions, matters
from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys
from shebao.rules.identity import documents

LEAST_REASON = 4
STATES = {
    "booked": "等着",
    "attended": "来了",
    "missed": "没有来",
    "cancelled": "取消了",
    "moved": "改了时间",
}
CHANNELS = {"app": "网上", "phone": "电话", "window": "窗口"}


@dataclass(frozen=True)
class Visit:
    """One line of the day: a number to call, no name."""

    number: str
    service: str
    service_name: str
    item: str
    case_no: str
    channel: str
    state: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, repr=False)
class Found:
    """A person found by the exact number, for one booking within a quarter of an hour."""

    subject: int
    visit_no: str


def day(actor: gate.Actor, *, office: int, on: date) -> list[Visit]:
    """The visits of an office on a day; empty for anyone but staff of the windows."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select number, service, item, case_no, channel, state, starts_at, minutes"
            " from appointments.day_list(%s, %s, %s)",
            [actor.token, office, on],
        )
        return [
            Visit(number, service, matters.named(service), item, case_no, CHANNELS[channel], state, at, length)
            for number, service, item, case_no, channel, state, at, length in cursor.fetchall()
        ]  # fmt: skip


def find(*, id_number: str, reason: str, by: gate.Actor) -> Found:
    """The person with exactly this number. Refuses a missing reason, a malformed or unknown number."""
    if len(reason.strip()) < LEAST_REASON:
        raise Refusal("precondition_unmet", "请写明为什么要查，至少四个字。", field="reason")
    checked = documents.inspect(id_number.strip())
    if not checked.valid:
        raise Refusal("invalid_input", "证件号不完整或校验位不对，请照证件再核一遍。", field="id_number")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome, subject, visit_no from appointments.find(%s, %s, %s, %s)",
            [by.token, keys.blind("id_number", checked.normalised), reason.strip(), gate.request_id.get()],
        )
        outcome, subject, visit_no = cursor.fetchone()
    if outcome == "not_found":
        raise Refusal("not_found", "登记库里没有这个证件号。", "请核对后再查", "/desk/visits/", "id_number")
    if outcome != "allowed":
        raise Refusal(outcome)
    return Found(int(subject), str(visit_no))


def done(found: Found, *, by: gate.Actor) -> None:
    """Ends what the search opened."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select appointments.done(%s, %s)", [by.token, found.visit_no])


def mark(
    *, number: str, state: str, now: datetime, by: gate.Actor, tell: actions.Tell | None = None
) -> None:  # fmt: skip
    """Notes that a person came (attended) or did not (missed). Refuses other states, days and roles."""
    if state not in ("attended", "missed"):
        raise Refusal("invalid_input", field="state")
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        cursor.execute(
            "select appointments.mark(%s, %s, %s, %s, %s, %s)",
            [by.token, number, state, now, actions.rules()["grace_minutes"], gate.request_id.get()],
        )
        (raw,) = cursor.fetchone()
        answer = json.loads(raw) if isinstance(raw, str) else raw
        if answer["outcome"] == "ok" and state == "missed" and tell is not None:
            tell(actions.event(answer, "visit.missed", alias="default"))
    if answer["outcome"] != "ok":
        raise Refusal(*actions.REFUSED.get(answer["outcome"], (answer["outcome"],)))
