"""Contact from the office's side (客服): queue, calls, letters, answers. What an answer may see depends on its kind."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.cases import sealed, tickets
from shebao.cases.models import Ticket
from shebao.cases.tickets_kinds import CHANNELS, KINDS, Kind, checked, kind_of, shows
from shebao.cases.tickets_text import conceal
from shebao.notices import actions as notices
from shebao.privacy import gate, keys, masks, vault
from shebao.rules.identity import documents

QUEUE = "/desk/contact/"
LEAST_WORDS = 4
IDENTITIES = ("姓名和证件号后四位", "回拨登记的手机号", "当面看证件")
TOPICS = ("个人信息", "政策意见", "办事和待遇", "别的")


@dataclass(frozen=True)
class Line:
    """One line of the queue: no name, no text."""

    no: str
    kind: Kind
    channel: str
    topic: str
    state: str
    owner: str
    due_on: date
    opened_at: datetime
    escalated: bool
    matched: bool
    taken: bool
    mine: bool

    @property
    def channel_name(self) -> str:
        return CHANNELS.get(self.channel, self.channel)


@dataclass(frozen=True)
class Answering:
    """An open ticket in the hands of the one who answers it."""

    ticket: tickets.Opened
    subject_id: int
    name: str
    shows: tuple[str, ...]
    entry_id: int


def queue(by: gate.Actor) -> list[Line]:
    """Open tickets this session may answer, the first due first. Empty for other roles."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from cases.ticket_queue(%s)", [by.token])
        rows = cursor.fetchall()
    return [Line(row[0], KINDS[row[1]], *row[2:]) for row in rows]


def take(no: str, *, by: gate.Actor) -> None:
    """Takes a ticket. Refuses another team's, a closed one, a letter without its person."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.take_ticket(%s, %s, %s)", [by.token, no, gate.request_id.get()])
        (outcome,) = cursor.fetchone()
    if outcome == "precondition_unmet":
        raise Refusal(outcome, "这封信还没有对上人，先按证件号对上。", "去对上", f"{QUEUE}letters/{no}/")
    if outcome != "allowed":
        raise Refusal(outcome, "这件工单不归您答。", "回工单队列", QUEUE)


def log_call(
    *, id_number: str, kind: str, fields: Mapping[str, str], text: str, announced: bool, identity: str = "",
    now: datetime, by: gate.Actor,
) -> str:  # fmt: skip
    """Logs a call of a person; returns the number. The first line of the history is the recording notice.

    Refuses a call that began without the notice, a malformed number, a person not found, undeclared fields.
    """
    chosen = kind_of(kind)
    if not announced:
        raise Refusal("precondition_unmet", "先告诉对方会记录，再登记这通电话。", field="announced")
    if identity and identity not in IDENTITIES:
        raise Refusal("invalid_input", "请选一种核对办法。", field="identity")
    typed, said, received = checked(chosen, fields), tickets.worded(text), today_in_china(now)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome, ticket, subject from cases.log_ticket(%s, %s, %s, 'phone', %s, %s, %s, %s, %s, %s)",
            [by.token, _digest(id_number), kind, chosen.owner, received, tickets.due(received), identity,
             "登记来电", gate.request_id.get()],
        )  # fmt: skip
        outcome, no, subject = cursor.fetchone()
    _found(outcome)
    with gate.open(
        by, chosen.process, items=tickets.ITEM, writes=tickets.ITEM, subject=subject, case=no
    ) as grant:
        row = Ticket.objects.using(grant.alias).get(no=no)
        row.fields = sealed.seal(subject, f"{no}|fields", typed)
        row.save(using=grant.alias, update_fields=["fields"])
        tickets.note(grant, row, "recording", "system", tickets.RECORDING, now)
        tickets.note(grant, row, "noted", "staff", said, now)
        _tell(grant, row, "contact.received")
    return str(no)


def register_letter(*, topic: str, received_on: date, now: datetime, by: gate.Actor) -> str:
    """Registers a letter that came in; returns its number. Refuses an unknown topic and a day to come."""
    if topic not in TOPICS:
        raise Refusal("invalid_input", "请选一种事由。", field="topic")
    if received_on > today_in_china(now):
        raise Refusal("invalid_input", "收到的日子不能晚于今天。", field="received_on")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select cases.register_letter(%s, %s, %s, %s, %s, %s)",
            [
                by.token,
                topic,
                KINDS["letter"].owner,
                received_on,
                tickets.due(received_on),
                gate.request_id.get(),
            ],
        )
        (no,) = cursor.fetchone()
    if no is None:
        raise Refusal("purpose_not_allowed")
    return str(no)


def match_letter(no: str, *, id_number: str, text: str, now: datetime, by: gate.Actor) -> None:
    """Joins a letter to its sender, who sees it from now on. Refuses a person not found, a letter already joined."""
    said = tickets.worded(text)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome from cases.match_letter(%s, %s, %s, %s, %s)",
            [by.token, no, _digest(id_number), "来信对上本人", gate.request_id.get()],
        )
        (outcome,) = cursor.fetchone()
    _found(outcome)
    with _writing(no, by) as (grant, row, _):
        tickets.note(grant, row, "noted", "staff", said, now)
        _tell(grant, row, "contact.received")


def open_ticket(no: str, *, by: gate.Actor) -> Answering:
    """The ticket with its history, and the masked name once the identity was checked. Nothing beyond its kind."""
    kind, subject, identity = _held(no, by)
    beyond = shows(kind) if identity else ()
    items = (*tickets.ITEM, *(item for item in beyond if item == "person.name"))
    with gate.open(by, kind.process, items=items, subject=subject, case=no) as grant:
        opened = tickets.read(grant, Ticket.objects.using(grant.alias).get(no=no))
        name = vault.read(grant, ("person.name",)).get("person.name", "") if len(items) > 1 else ""
        return Answering(
            opened, subject, masks.mask("person.name", name) if name else "", beyond, grant.entry_id
        )


def check_identity(no: str, *, method: str, now: datetime, by: gate.Actor) -> None:
    """Records how the caller was recognised; before that no personal answer is given."""
    if method not in IDENTITIES:
        raise Refusal("invalid_input", "请选一种核对办法。", field="identity")
    with _writing(no, by) as (grant, row, _):
        row.identity = method
        row.save(using=grant.alias, update_fields=["identity"])
        tickets.note(grant, row, "identity", "staff", method, now)


def add(no: str, *, text: str, now: datetime, by: gate.Actor) -> None:
    """A summary of what was said or done; numbers are masked before it is kept, the person sees it."""
    said = tickets.worded(text)
    with _writing(no, by) as (grant, row, _):
        tickets.note(grant, row, "noted", "staff", said, now)


def reply(no: str, *, text: str, now: datetime, by: gate.Actor) -> None:
    """Answers; the person gets a message. Refuses an answer before the identity was checked."""
    said = tickets.worded(text)
    with _writing(no, by) as (grant, row, identity):
        _known(identity)
        tickets.note(grant, row, "reply", "staff", said, now)
        _tell(grant, row, "contact.answered")


def close(no: str, *, plan: str, result: str, now: datetime, by: gate.Actor) -> None:
    """Ends a ticket: the person sees plan and result and gets a message. Refuses one without either."""
    planned, came = conceal(plan), conceal(result)
    for name, said, label in (("plan", planned, "处理办法"), ("result", came, "处理结果")):
        if len(said) < LEAST_WORDS:
            raise Refusal("precondition_unmet", f"没有写{label}，不能办结。", field=name)
    with _writing(no, by) as (grant, row, identity):
        _known(identity)
        tickets.note(grant, row, "plan", "staff", planned, now)
        tickets.note(grant, row, "result", "staff", came, now)
        row.plan = sealed.seal(grant.subject_id, f"{no}|plan", planned)
        row.result = sealed.seal(grant.subject_id, f"{no}|result", came)
        row.state, row.closed_at = "closed", now
        row.keep_until = tickets.keep_until(today_in_china(now))
        row.save(using=grant.alias, update_fields=["plan", "result", "state", "closed_at", "keep_until"])
        _tell(grant, row, "contact.answered")
    with connections["default"].cursor() as cursor:
        cursor.execute("select cases.leave_ticket(%s, %s)", [by.token, no])


def ratings() -> list[dict[str, object]]:
    """Tickets by kind: how many, how many late, how satisfied. No person in it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select kind, total, late, rated, stars from cases.ticket_ratings()")
        rows = cursor.fetchall()
    return [
        {"kind": KINDS[kind].name, "total": total, "late": late, "rated": rated, "stars": stars}
        for kind, total, late, rated, stars in rows
    ]


def _held(no: str, by: gate.Actor) -> tuple[Kind, int, str]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select subject_id, kind, identity, state from cases.ticket_of(%s, %s)", [by.token, no]
        )
        row = cursor.fetchone()
    if row is None or row[0] is None or not by.is_staff:
        raise Refusal("out_of_reach", "这件工单不在您手上。", "回工单队列", QUEUE)
    if row[3] != "open":
        raise Refusal("conflict", "这件工单已经办结。", "回工单队列", QUEUE)
    return KINDS[row[1]], int(row[0]), str(row[2])


@contextmanager
def _writing(no: str, by: gate.Actor) -> Iterator[tuple[gate.Grant, Ticket, str]]:
    kind, subject, identity = _held(no, by)
    with gate.open(
        by, kind.process, items=tickets.ITEM, writes=tickets.ITEM, subject=subject, case=no
    ) as grant:
        yield grant, Ticket.objects.using(grant.alias).select_for_update().get(no=no), identity


def _tell(grant: gate.Grant, row: Ticket, template: str) -> None:
    params: dict[str, str | int] = {"no": row.no}
    if template == "contact.received":
        params["due"] = f"{row.due_on.month}月{row.due_on.day}日"
    notices.post(subject=grant.subject_id, template=template, params=params, alias=grant.alias)


def _known(identity: str) -> None:
    if not identity:
        raise Refusal("precondition_unmet", "还没有核对是不是本人，不能答个人的事。", field="identity")


def _digest(id_number: str) -> bytes:
    checked_number = documents.inspect(id_number.strip())
    if not checked_number.valid:
        raise Refusal("invalid_input", "证件号不完整或校验位不对，请再核一遍。", field="id_number")
    return keys.blind("id_number", checked_number.normalised)


def _found(outcome: str) -> None:
    if outcome == "not_found":
        raise Refusal("not_found", "登记库里没有这个证件号。", "请核对后再填", QUEUE)
    if outcome != "allowed":
        raise Refusal(outcome)
