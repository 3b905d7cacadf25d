"""Mailings (群发) and public notices (公告): drafted by one person, approved by another, posted span by span."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing, wording
from shebao.notices.delivery import ALIAS, Courier
from shebao.notices.models import Announcement
from shebao.privacy import gate, keys

PROCESS = "run.notices"
SPAN = 2000
TOPICS = {"guides": "办事指南", "policies": "政策解读", "events": "线下活动", "products": "产品消息"}
KINDS = {"service": "服务", "policy": "政策", "ending": "停办", "incident": "安全", "maintenance": "维护"}
# What may go to many at once, and what kind of public notice stands beside it.
OFFERED = {
    "feature": "service",
    "promotion": "",
    "partner_offer": "",
    "policy.changed": "policy",
    "service.ended": "ending",
    "incident": "incident",
}
LONGEST_TITLE, LONGEST_BODY = 60, 4000


@dataclass(frozen=True)
class Mailing:
    """One mailing as the desk sees it."""

    number: int
    template: wording.Template
    params: dict[str, str]
    topic: str
    state: str
    mine: bool
    posted: int
    undelivered: int
    announcement: int | None
    drafted_at: datetime

    @property
    def title(self) -> str:
        return self.template.filled(self.template.title, self.params)

    @property
    def body(self) -> str:
        return self.template.filled(self.template.body, self.params)


def draft(
    *,
    template: str,
    params: Mapping[str, str | int],
    by: gate.Actor,
    topic: str = "",
    announce: bool = True,
    **selection: object,
) -> int:
    """Writes down a mailing and, where its kind has one, the public notice; nothing is sent before the approval.

    Refuses any selection but a general topic, promotion without a registered purpose, and who may not draft.
    """
    if selection or (topic and topic not in TOPICS):
        raise Refusal("field_not_declared", "只能按公开的主题选人，不能按社保或就医信息。", field="topic")
    chosen = wording.newest(template)
    if template not in OFFERED or chosen.to_given:
        raise Refusal("invalid_input", "这种消息不能群发。", field="template")
    chosen.check(params)
    if chosen.category in wording.ALWAYS and wording.PROMOTION.search(
        " ".join(str(one) for one in params.values())
    ):
        raise Refusal("purpose_not_allowed", f"{wording.CATEGORIES[chosen.category]}里不能带推广内容。")
    kind = OFFERED[template]
    title = chosen.filled(chosen.title, params) if announce and kind else ""
    body = chosen.filled(chosen.body, params) if title else ""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select outcome, mailing from notices.draft(%s, %s, %s, %s::jsonb, %s, %s, %s, %s, %s)",
            [by.token, template, chosen.category, json.dumps(dict(params), ensure_ascii=False), topic, kind,
             title, body, gate.request_id.get()],
        )  # fmt: skip
        outcome, number = cursor.fetchone()
    if outcome != "allowed":
        raise Refusal(outcome)
    return int(number)


def announce_end(*, service: str, on: str, records: str, by: gate.Actor, announce: bool = True) -> int:
    """停办告知: a notice to every account holder and one public notice; a second person approves both."""
    params = {"service": service, "on": on, "records": records}
    return draft(template="service.ended", params=params, by=by, announce=announce)


def approve(number: int, *, by: gate.Actor) -> None:
    """A second person lets a mailing go. Refuses whoever drafted it."""
    _done("select notices.approve(%s, %s, %s)", by.token, number, gate.request_id.get())


def finalise(number: int, *, by: gate.Actor) -> None:
    """The end of a service is final. Refuses while somebody got nothing and no public notice stands for it."""
    _done("select notices.finalise(%s, %s)", by.token, number)


def announce(
    *,
    kind: str,
    title: str,
    body: str,
    by: gate.Actor,
    until: datetime | None = None,
    mailing: int | None = None,
) -> int:
    """Publishes a notice; with a mailing it stands for those the mailing did not reach."""
    if kind not in KINDS or not 0 < len(title) <= LONGEST_TITLE or not 0 < len(body) <= LONGEST_BODY:
        raise Refusal("invalid_input", f"公告要有标题和正文，标题最多 {LONGEST_TITLE} 个字。", field="title")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select notices.announce(%s, %s, %s, %s, %s::timestamptz, %s::bigint)",
            [by.token, kind, title, body, until, mailing],
        )
        (number,) = cursor.fetchone()
    if number is None:
        raise Refusal("permission_missing", "公告由科长或个人信息保护负责人来发。")
    return int(number)


def announcements(now: datetime, *, most: int = 20) -> list[Announcement]:
    """Public notices in force, newest first."""
    rows = Announcement.objects.using("default").filter(published_at__lte=now).exclude(ends_at__lte=now)
    return list(rows.order_by("-published_at", "-id")[:most])


def announcement(number: int, now: datetime) -> Announcement:
    """One public notice, also after its end; refuses one that was never published."""
    found = Announcement.objects.using("default").filter(id=number, published_at__lte=now).first()
    if found is None:
        raise Refusal("not_found", "没有这条公告。", "看全部公告", "/announcements/")
    return found


def listed(by: gate.Actor) -> list[Mailing]:
    """The newest mailings, for who may draft or approve."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select * from notices.mailings(%s)", [by.token])
        rows = cursor.fetchall()
    return [_mailing(row) for row in rows]


def report(number: int) -> list[tuple[str, str, int]]:
    """Deliveries of a mailing: channel, state, how many."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select channel, state, count from notices.report(%s)", [number])
        return [(str(channel), str(state), int(count)) for channel, state, count in cursor.fetchall()]


def carry_on(courier: Courier) -> int:
    """Posts the next span of the oldest approved mailing; returns how many persons were looked at."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("select * from notices.next_mailing()")
        row = cursor.fetchone()
    if row is None:
        return 0
    number, code, params, low, last = row[0], row[1], json.loads(row[2]), row[3], row[4]
    template = wording.newest(code)
    high = low + SPAN
    with gate.open_span(
        courier.session(),
        PROCESS,
        low=low,
        high=high,
        items=("message.preference",),
        writes=("message.text",),
        case=f"{PROCESS}/{number}",
        alias=ALIAS,
    ):
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "select * from notices.addressees(%s, %s, %s, %s)", [number, template.category, low, high]
            )
            subjects = [int(subject) for (subject,) in cursor.fetchall()]
        posted = _post(template, params, number, subjects)
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "select notices.count_posted(%s, %s, %s, %s)", [number, posted, high > last, courier.now()]
            )
    return int(high - low)


def _post(template: wording.Template, params: dict[str, Any], number: int, subjects: list[int]) -> int:
    """One message for each, with one question to the key store."""
    held = keys.data_keys_many(subjects, [sealing.KEY_CLASS])
    living = [subject for subject in subjects if (subject, sealing.KEY_CLASS) in held]
    tokens = [sealing.token() for _ in living]
    unsubscribes = template.mutable and template.category != "progress"
    boxes = []
    for subject, token in zip(living, tokens, strict=True):
        values = params | ({actions.HIDDEN + "token": token.hex()} if unsubscribes else {})
        boxes.append(sealing.sealed_with(held[subject, sealing.KEY_CLASS], subject, actions.PARAMS, values))
    digests = [sha256(token).digest() if unsubscribes else None for token in tokens]
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "select count(notices.post(t.subject, %s, %s::int, %s, %s, t.box, %s, '', %s::text[], %s::int, t.digest,"
            " %s::bigint)) from unnest(%s::bigint[], %s::bytea[], %s::bytea[]) t(subject, box, digest)",
            [template.code, template.version, template.category, template.duty, sealing.KEY_CLASS,
             list(template.channels), template.expires_minutes, number, living, boxes, digests],
        )  # fmt: skip
        (count,) = cursor.fetchone()
    return int(count)


def _mailing(row: tuple[Any, ...]) -> Mailing:
    number, code, params, *rest = row
    return Mailing(number, wording.newest(code), json.loads(params), *rest)


def _done(statement: str, *values: Any) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, list(values))
        (outcome,) = cursor.fetchone()
    if outcome == "permission_missing":
        raise Refusal(outcome, "要由另一位审核人员来批准。", "请科长或个人信息保护负责人登录后批准")
    if outcome == "precondition_unmet":
        raise Refusal(outcome, "还有人没有收到，也没有公告，所以不能算停办完成。", "先发公告")
    if outcome != "allowed":
        raise Refusal(outcome)
