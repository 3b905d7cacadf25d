"""Issuing a certificate to the person who asks (即办): one grant, one transaction, one ledger entry."""

from dataclasses import dataclass
from datetime import date, datetime

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.documents import content, issue, queries
from shebao.items.certificates.compose import Wish, compose
from shebao.privacy import gate, register

PROCESS = "certificate.issue"
FIRST_YEAR = 1990


@dataclass(frozen=True)
class Issued:
    """证明 as its holder gets it."""

    id: int
    serial: str
    content_hash: str


def wish(
    kind: str, *, since: int | None, until: int | None, year: int | None, today: date, listed: bool
) -> Wish:
    """A valid period. Refuses months that do not exist, lie in the future or run backwards."""
    now = months.of(today)
    if kind == "statement":
        chosen = year or today.year - 1
        if not FIRST_YEAR <= chosen <= today.year:
            raise Refusal("invalid_input", f"年份要在 {FIRST_YEAR} 到 {today.year} 之间。", field="year")
        return Wish(chosen * 100 + 1, chosen * 100 + 12)
    first, last = since or months.plus(now, -11), until or now
    for name, value in (("since", first), ("until", last)):
        if not months.is_month(value) or value > now or value < FIRST_YEAR * 100:
            raise Refusal(
                "invalid_input", f"月份要在 {FIRST_YEAR}年1月到{months.to_text(now)}之间。", field=name
            )
    if first > last:
        raise Refusal("invalid_input", "开始的月份不能晚于结束的月份。", field="since")
    return Wish(first, last, listed)


def issue_own(*, kind: str, wanted: Wish, masked: bool, now: datetime, by: gate.Actor) -> Issued:
    """One sealed certificate of the actor. Refuses unknown kinds and the gate's codes."""
    if kind not in content.ASKED:
        raise Refusal("invalid_input", "没有这种证明，请从页面上的几种里选。", field="kind")
    process = register.current().process[PROCESS]
    with gate.open(by, PROCESS, items=tuple(process.items), writes=tuple(process.writes)) as grant:
        said = compose(grant, kind, wanted, today_in_china(now))
        made = issue.issue(grant, said, masked=masked, now=now, by=by)
    return Issued(made.id, made.serial, bytes(made.content_hash).hex())


def own_list(by: gate.Actor) -> list[queries.Listed]:
    """The actor's certificates, newest first."""
    with gate.open(by, PROCESS, items=("certificate.record",)) as grant:
        return queries.certificates(grant)


def own_file(certificate_id: int, by: gate.Actor) -> queries.Download:
    """The PDF of one of them. Another person's is out of reach."""
    with gate.open(by, PROCESS, items=("certificate.record",)) as grant:
        return queries.certificate_file(grant, certificate_id)
