"""办件决定书: the decision as a sealed document that anyone can verify, issued with the decision itself."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shebao.base.clock import today_in_china
from shebao.cases import deciding
from shebao.cases.deciding import Said
from shebao.cases.item import Item, Reason, Verdict
from shebao.documents import issue
from shebao.documents.content import Decision, Holder
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.notices import actions as notices
from shebao.privacy import gate, vault
from shebao.registry.persons import queries as persons

READS = ("person.name", "person.id_number", "person.basic")
WRITES = ("certificate.record",)


def wanted(item: Item) -> bool:
    """Whether a decision on this item is worth a document: every reviewed one, and instant ones that say so."""
    return item.document == "decision" or not item.instant


def document(grant: gate.Grant, item: Item, case_no: str, said: Said, *, now: datetime) -> int | None:
    """The number of the document; none for an employer, who has no certificate of a person."""
    values = vault.read(grant, ("person.name", "person.id_number"))
    if not wanted(item) or len(values) < 2:
        return None
    today = today_in_china(now)
    last = deciding.remedy(today, said.remedy)
    content = Decision(
        holder=Holder(
            name=values["person.name"], id_number=values["person.id_number"], sex=persons.basics(grant).sex
        ),
        as_of=today,
        case_no=case_no,
        matter=item.name,
        granted=said.granted,
        text=said.text,
        amount_fen=said.amount_fen,
        reasons=tuple((fact, rule) for _, fact, rule in said.reasons)
        or tuple((law.says, str(law)) for law in item.laws if said.granted),
        figures=tuple((label, value, rule) for label, value, rule in said.figures),
        remedy=_ways(last),
    )
    return issue.issue(grant, content, masked=False, now=now, by=grant.actor).id


def verdict(kept: Mapping[str, Any]) -> Verdict:
    """A decision once made, as its page shows it again: what the registry says since then does not change it."""
    figures = tuple((str(label), str(value), str(rule)) for label, value, rule in kept["figures"])
    return Verdict(
        bool(kept["granted"]),
        tuple(Reason(str(code), str(text), str(rule)) for code, text, rule in kept["reasons"]),
        int(kept["amount_fen"]) if kept["granted"] else 0,
        figures,
        judging.UNSURE in figures,
    )


def for_other(facts: Facts, said: Said, *, now: datetime) -> None:
    """The same decision for the other person of the matter, in her own name and ledger; she is told (条例第二十条)."""
    if facts.other_id is None:
        return
    grant = gate.beside(
        facts.grant, facts.other_id, items=READS, writes=WRITES, case=facts.case_no, reason=facts.item.name
    )  # fmt: skip
    if grant is None:
        raise ValueError("the other person is not within reach")
    document(grant, facts.item, facts.case_no, said, now=now)
    notices.post(
        subject=facts.other_id, template="case.concluded", params={"item": facts.item.plain}, case="",
        alias=grant.alias,
    )  # fmt: skip


def _ways(last: deciding.Remedy) -> tuple[tuple[str, str], ...]:
    """Each way to object with its last day."""
    if last.again_by:
        return (("十五日内，向省级劳动能力鉴定委员会申请再次鉴定", _day(last.again_by)),)
    if not last.reconsider_by or not last.sue_by:
        return ((last.text.rstrip("。"), "满一年以后"),)
    return (
        ("请我们换人复核，在「我的办件」里申请", "随时"),
        ("六十日内，向经办机构的同级人民政府申请行政复议", _day(last.reconsider_by)),
        ("六个月内，向经办机构所在地的人民法院提起行政诉讼", _day(last.sue_by)),
    )


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"
