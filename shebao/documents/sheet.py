"""A certificate as words and tables, the frame around them included (证明的共同部分)."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime

from shebao.base import clock, month
from shebao.documents import codes
from shebao.documents.content import SEX, Content, Decision, Statement
from shebao.documents.issuer import Issuer
from shebao.documents.tables import Table, tables


@dataclass(frozen=True)
class Sheet:
    """All that is printed."""

    title: str
    agency: str
    system: str
    serial: str
    code: str
    verify_at: str
    verify_link: str
    issued: str
    issued_on: str
    valid_until: str
    period: str
    as_of: str
    person: tuple[tuple[str, str], ...]
    statement: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    period_label: str = "查询期间"
    until_label: str = "有效到"
    fingerprint: str = ""


def day(value: date) -> str:
    """2026年11月12日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2026年11月12日 9:05, on the clock in China."""
    there = clock.china(value)
    return f"{day(there.date())} {there.hour}:{there.minute:02d}"


def period(since: int, until: int) -> str:
    """2023年11月至2024年3月, both months included."""
    return month.to_text(since) if since == until else f"{month.to_text(since)}至{month.to_text(until)}"


def _person(content: Content) -> tuple[tuple[str, str], ...]:
    holder = content.holder
    lines = [
        ("姓名", holder.shown_name),
        ("社会保障号码", holder.shown_number),
        ("性别", SEX.get(holder.sex, "未登记")),
    ]
    if holder.employer:
        lines.append(("当前单位", holder.employer))
    return tuple(lines)


def _notes(content: Content, issuer: Issuer) -> tuple[str, ...]:
    after = "" if isinstance(content, Decision) else "过了有效期仍可核验，会注明出具时是真的。"
    hidden = "姓名和号码已隐去一部分，可以交给别人看。" if content.holder.masked else ""
    return (
        f"内容打印自系统，可扫码或在网站核验。{after}",
        f"{hidden}上面是个人信息，请只交给需要的人。每次核验，本人都看得到。",
        f"数据来自{issuer.provider}的{issuer.system}，权利归出具单位。可为本人办事复印出示，不得用于商业目的。"
        f"有疑问可拨 {issuer.hotline}。",
    )


def _period(content: Content) -> str:
    if isinstance(content, Statement):
        return f"{content.year}年"
    return day(content.as_of) if isinstance(content, Decision) else period(content.since, content.until)


def _statement(content: Content, span: str) -> str:
    if isinstance(content, Decision):
        return f"关于上面这位的「{content.matter}」，经审核作出下面的决定。"
    return f"经系统记录，上面这位参保人{span}的情况如下。数据截至{day(content.as_of)}。"


def compose(
    content: Content, issuer: Issuer, *, serial: str, code: str, issued_at: datetime, valid_until: date
) -> Sheet:
    """The sheet of one certificate; its fingerprint covers all words but itself."""
    yearly = isinstance(content, Statement)
    span = "这一年" if yearly else "这段时间"
    sheet = Sheet(
        title=issuer.forms[content.kind].title,
        agency=issuer.agency,
        system=issuer.system,
        serial=serial,
        code=codes.grouped(code),
        verify_at=f"{issuer.base_url}/verify/",
        verify_link=f"{issuer.base_url}/verify/{code}",
        issued=moment(issued_at),
        issued_on=day(clock.today_in_china(issued_at)),
        valid_until=day(valid_until),
        period=_period(content),
        as_of=day(content.as_of),
        person=_person(content),
        statement=_statement(content, span),
        tables=tables(content, issuer),
        notes=_notes(content, issuer),
        period_label="决定日期" if isinstance(content, Decision) else "查询期间",
        until_label="可核验到" if isinstance(content, Decision) else "有效到",
    )
    body = json.dumps(asdict(sheet), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(body.encode()).hexdigest()[:16]
    return Sheet(**{**vars(sheet), "fingerprint": " ".join(digest[i : i + 4] for i in range(0, 16, 4))})
