"""我有疑问: a person's question about one access, answered within the clock (个人信息保护法第五十条)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connections

from shebao.base import workdays
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import aead, availability, gate, keys, master
from shebao.privacy.models import Question

PROCESS = "privacy.question"
KEY_CLASS = "statutory"
MOST = 1000
NOTHING_SAID = "请核查这次查看。"


@dataclass(frozen=True)
class Asked:
    """The receipt of a question: number and the last day of the answer."""

    no: str
    entry_id: int
    asked_at: datetime
    due_on: date
    state: str
    text: str


def answer_days() -> int:
    """Working days to answer, from the profile."""
    return int(settings.DEPLOYMENT.get("contact", {}).get("answer_workdays", 15))


def ask(*, entry_id: int, text: str, now: datetime, by: gate.Actor) -> Asked:
    """Records a question about an entry of the actor's own; asking twice about one entry gives the first receipt.

    Refuses an entry about somebody else and a text over 1000 characters.
    """
    said = text.strip() or NOTHING_SAID
    if len(said) > MOST:
        raise Refusal("invalid_input", f"最多写 {MOST} 个字，请删短一些。", field="text")
    if not _owns(by, entry_id):
        raise Refusal("out_of_reach", "这条记录不是关于您的。", "看自己的记录", "/privacy/who-looked/")
    with gate.open(by, PROCESS, items=("question.text",), writes=("question.text",)) as grant:
        rows = Question.objects.using(grant.alias).filter(subject_id=grant.subject_id)
        known = rows.filter(entry_id=entry_id).first()
        if known is None:
            due = workdays.add_working_days(today_in_china(now), answer_days())
            key = keys.data_key(grant.subject_id, KEY_CLASS)
            number = f"YW{today_in_china(now):%y%m%d}-{grant.entry_id:07d}"
            sealed = key.version.to_bytes(2) + aead.encrypt(
                key.key, said.encode(), _context(grant.subject_id, number), master.cipher()
            )
            known = rows.create(
                no=number,
                subject_id=grant.subject_id,
                entry_id=entry_id,
                text=sealed,
                state="open",
                asked_at=now,
                due_on=due.day,
            )
        return _asked(known)


def mine(by: gate.Actor) -> list[Asked]:
    """The actor's questions, newest first."""
    with gate.open(by, PROCESS, items=("question.text",)) as grant:
        rows = Question.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("-id")
        return [_asked(row) for row in rows]


def _asked(row: Question) -> Asked:
    sealed = bytes(row.text)
    key = keys.key_of_version(row.subject_id, KEY_CLASS, int.from_bytes(sealed[:2]))
    text = aead.decrypt(key, sealed[2:], _context(row.subject_id, row.no)).decode()
    due = availability.moved(row.due_on, service="who-looked")
    return Asked(row.no, row.entry_id, row.asked_at, due, row.state, text)


def _context(subject_id: int, number: str) -> bytes:
    return f"privacy_question|text|{subject_id}|{number}".encode()


def _owns(by: gate.Actor, entry_id: int) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("select privacy.owns_entry(%s, %s)", [by.token, entry_id])
        (owns,) = cursor.fetchone()
    return bool(owns)
