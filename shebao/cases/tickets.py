"""Contact from the person's side (联系): ask, read the whole history, add, reopen once, rate once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connections
from django.db.models import QuerySet

from shebao.base import workdays
from shebao.base.clock import china, today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import sealed
from shebao.cases.models import Ticket, TicketNote
from shebao.cases.tickets_kinds import CHANNELS, KINDS, RECORDED, Kind, checked, kind_of
from shebao.cases.tickets_text import MOST, conceal
from shebao.notices import actions as notices
from shebao.privacy import gate, register
from shebao.privacy.declared import days
from shebao.privacy.questions import answer_days

OWN = "contact.ticket"
ITEM = ("ticket.text",)
KEPT = "keep.contact"
REOPEN_DAYS = 30
RECORDING = "这次对话会记录下来，用来答复您和核对服务。工单办结后留 3 年，到期删掉。"
ADVICE = "这是说明，不是决定。它没有文号和印章，不改变您的权利。"
SIGNED_IN = "登录后提交"
NOTES = {
    "recording": "录音提示",
    "said": "您说的",
    "noted": "电话摘要",
    "plan": "处理办法",
    "reply": "我们的答复",
    "result": "处理结果",
    "reopened": "您没有满意",
    "identity": "核对身份",
}


@dataclass(frozen=True)
class Note:
    """One line of the history."""

    kind: str
    role: str
    at: datetime
    text: str

    @property
    def name(self) -> str:
        return NOTES.get(self.kind, self.kind)

    @property
    def is_advice(self) -> bool:
        """An answer of support is information, never a decision."""
        return self.kind in ("reply", "result")


@dataclass(frozen=True)
class Opened:
    """One ticket as its person, or the one who answers it, sees it."""

    no: str
    kind: Kind
    channel: str
    topic: str
    state: str
    owner: str
    received_on: date
    due_on: date
    identity: str
    fields: tuple[tuple[str, str], ...]
    plan: str
    result: str
    closed_at: datetime | None
    reopened: bool
    escalated: bool
    rating: int | None
    keep_until: date | None
    erased: bool
    notes: tuple[Note, ...]

    @property
    def channel_name(self) -> str:
        return CHANNELS.get(self.channel, self.channel)


def ask(
    *, kind: str, fields: Mapping[str, str], text: str, channel: str = "form", key: str = "", now: datetime,
    by: gate.Actor,
) -> Opened:  # fmt: skip
    """A question, opinion or chat of the logged-in person; the same key gives the same ticket.

    Refuses an unknown or undeclared field, an empty or too long text. Numbers in the text are masked first.
    """
    chosen = kind_of(kind)
    if not chosen.forms or channel not in ("form", "chat"):
        raise Refusal("invalid_input", "请选一种问题。", field="kind")
    typed, said = checked(chosen, fields), worded(text)
    with gate.open(by, OWN, items=ITEM, writes=ITEM) as grant:
        if key:
            known = _rows(grant).filter(key=key).first()
            if known is not None:
                return read(grant, known)
        row = Ticket.objects.using(grant.alias).create(
            no=_number(grant),
            subject_id=grant.subject_id,
            kind=kind,
            channel=channel,
            owner=chosen.owner,
            received_on=today_in_china(now),
            due_on=due(today_in_china(now)),
            opened_at=now,
            identity=SIGNED_IN,
            fields=None,
            key=key,
        )
        _write(grant, row, fields=sealed.seal(grant.subject_id, f"{row.no}|fields", typed))
        if channel in RECORDED:
            note(grant, row, "recording", "system", RECORDING, now)
        note(grant, row, "said", "citizen", said, now)
        notices.post(
            subject=grant.subject_id,
            template="contact.received",
            params={"no": row.no, "due": f"{row.due_on.month}月{row.due_on.day}日"},
            alias=grant.alias,
        )
        return read(grant, row)


def mine(by: gate.Actor) -> list[Opened]:
    """The actor's tickets with their whole history, newest first."""
    with gate.open(by, OWN, items=ITEM) as grant:
        return [read(grant, row) for row in _rows(grant).order_by("-opened_at")]


def one(no: str, *, by: gate.Actor) -> Opened:
    """One ticket of the actor's own. Refuses another person's."""
    with gate.open(by, OWN, items=ITEM) as grant:
        return read(grant, _own(grant, no))


def add(no: str, *, text: str, now: datetime, by: gate.Actor) -> None:
    """Says more in an open ticket. Refuses a closed one."""
    said = worded(text)
    with gate.open(by, OWN, items=ITEM, writes=ITEM) as grant:
        row = _own(grant, no)
        if row.state != "open":
            raise Refusal(
                "conflict", "这件已经办结。不满意可以再问一次。", "看这件", f"/contact/tickets/{no}/"
            )
        note(grant, row, "said", "citizen", said, now)


def reopen(no: str, *, text: str, now: datetime, by: gate.Actor) -> None:
    """Asks again about a closed ticket, with a new clock. Refuses a second time and after thirty days."""
    said = worded(text)
    with gate.open(by, OWN, items=ITEM, writes=ITEM) as grant:
        row = _own(grant, no)
        back = f"/contact/tickets/{no}/"
        if row.state != "closed" or row.erased_at is not None:
            raise Refusal("conflict", "这件还在办，直接补充就行。", "去补充", back)
        if row.reopened_at is not None:
            raise Refusal(
                "conflict", "同一件只能再问一次。别的事请新提一件。", "新提一件", "/contact/tickets/new"
            )
        if row.closed_at is None or now - row.closed_at > timedelta(days=REOPEN_DAYS):
            raise Refusal(
                "conflict", f"办结超过 {REOPEN_DAYS} 天，请新提一件。", "新提一件", "/contact/tickets/new"
            )
        note(grant, row, "reopened", "citizen", said, now)
        _write(
            grant, row, state="open", reopened_at=now, closed_at=None, keep_until=None, escalated_at=None,
            due_on=due(today_in_china(now)),
        )  # fmt: skip


def rate(no: str, *, stars: int, by: gate.Actor) -> None:
    """How satisfied the person is, 1 to 5, once, after the end."""
    if not 1 <= stars <= 5:
        raise Refusal("invalid_input", "请选 1 到 5。", field="stars")
    with gate.open(by, OWN, items=ITEM, writes=ITEM) as grant:
        row = _own(grant, no)
        if row.state != "closed" or row.rating is not None:
            raise Refusal("conflict", "办结后评一次，评过就不能改。", "看这件", f"/contact/tickets/{no}/")
        _write(grant, row, rating=stars)


def due(received: date) -> date:
    """The last day for the answer."""
    return workdays.add_working_days(received, answer_days()).day


def keep_until(closed: date) -> date:
    """The day after which the content of a closed ticket ends."""
    return closed + timedelta(days=days(register.current().retention[KEPT].period) or 0)


def worded(text: str) -> str:
    """Free text as it may be kept. Refuses none and too much."""
    said = conceal(text)
    if not said:
        raise Refusal("invalid_input", "请写清楚是什么事。", field="text")
    if len(said) > MOST:
        raise Refusal("invalid_input", f"最多写 {MOST} 个字，请删短一些。", field="text")
    return said


def note(grant: gate.Grant, row: Ticket, kind: str, role: str, text: str, now: datetime) -> None:
    """Keeps one line of the history inside an open grant."""
    place = f"{row.no}|note|{now.isoformat()}|{kind}"
    TicketNote.objects.using(grant.alias).create(
        ticket_id=row.no,
        subject_id=grant.subject_id,
        kind=kind,
        role=role,
        at=now,
        text=sealed.seal(grant.subject_id, place, text),
    )


def read(grant: gate.Grant, row: Ticket) -> Opened:
    """A ticket and its history, opened under a grant."""
    kind = KINDS[row.kind]
    subject = grant.subject_id
    typed = sealed.unseal(subject, f"{row.no}|fields", row.fields) or {}
    labels = {one.name: one.label for one in kind.fields} | {"second_phone": "另外一个电话"}
    lines = TicketNote.objects.using(grant.alias).filter(ticket_id=row.no).order_by("id")
    notes = tuple(
        Note(
            line.kind,
            line.role,
            line.at,
            sealed.unseal(subject, f"{row.no}|note|{line.at.isoformat()}|{line.kind}", line.text) or "",
        )
        for line in lines
    )
    return Opened(
        row.no, kind, row.channel, row.topic, row.state, row.owner, row.received_on, row.due_on, row.identity,
        tuple((labels.get(name, name), value) for name, value in typed.items()),
        sealed.unseal(subject, f"{row.no}|plan", row.plan) or "",
        sealed.unseal(subject, f"{row.no}|result", row.result) or "",
        row.closed_at, row.reopened_at is not None, row.escalated_at is not None, row.rating, row.keep_until,
        row.erased_at is not None, notes,
    )  # fmt: skip


def documents(by: gate.Actor) -> list[dict[str, object]]:
    """Every ticket of the actor as data, for the copy of one's own information."""
    return [
        {
            "no": one.no,
            "kind": one.kind.name,
            "channel": one.channel_name,
            "received_on": one.received_on.isoformat(),
            "due_on": one.due_on.isoformat(),
            "state": one.state,
            "fields": dict(one.fields),
            "history": [
                {"at": china(line.at).isoformat(timespec="minutes"), "what": line.name, "text": line.text}
                for line in one.notes
            ],
            "kept_until": one.keep_until.isoformat() if one.keep_until else None,
        }
        for one in mine(by)
    ]


def _rows(grant: gate.Grant) -> "QuerySet[Ticket]":
    return Ticket.objects.using(grant.alias).filter(subject_id=grant.subject_id)


def _own(grant: gate.Grant, no: str) -> Ticket:
    rows = _rows(grant).select_for_update() if grant.writes else _rows(grant)
    row = rows.filter(no=no).first()
    if row is None:
        raise Refusal("out_of_reach", "这件工单不是您的，所以打不开。", "看我的工单", "/contact/tickets/")
    return row


def _write(grant: gate.Grant, row: Ticket, **changes: object) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(using=grant.alias, update_fields=list(changes))


def _number(grant: gate.Grant) -> str:
    with connections[grant.alias].cursor() as cursor:
        cursor.execute("select cases.next_ticket()")
        (number,) = cursor.fetchone()
    return str(number)
