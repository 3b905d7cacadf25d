"""What the office does with a case (经办): accept, one complete notice, review, decide, deliver. Within an open grant."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shebao.base.clock import today_in_china
from shebao.base.money import yuan
from shebao.base.refusal import Refusal
from shebao.cases import clock, sealed, writing
from shebao.cases.item import Effect, Item
from shebao.cases.models import Case, Halt, Lacking, Outcome
from shebao.privacy import gate
from shebao.rules.handling import deadlines

LEAST_WORDS = 4


@dataclass(frozen=True)
class Lack:
    """One line of the notice (告知事项): the material (or answer) and what is missing, in words for the person."""

    material: str
    note: str
    page: int | None = None


# 劳动能力鉴定 is a committee's conclusion: no 复议, no 诉讼 (工伤保险条例第二十六条、第二十八条).
AGAIN, FINAL = "again", "final"
REMEDIES = {
    AGAIN: "不同意这个结论，可以十五日内向省级劳动能力鉴定委员会申请再次鉴定。",
    FINAL: "这是最终结论。满一年伤情变了，可以申请复查鉴定。",
}


@dataclass(frozen=True)
class Remedy:
    """救济: how to object, in a sentence, and each way with its last day."""

    text: str
    reconsider_by: date | None = None
    sue_by: date | None = None
    again_by: date | None = None


@dataclass(frozen=True)
class Said:
    """What is decided: granted or not, reasons (code, fact, rule), words for the person, fen, the calculation."""

    granted: bool
    text: str
    reasons: Sequence[tuple[str, str, str]] = ()
    amount_fen: int = 0
    figures: Sequence[tuple[str, str, str]] = ()
    remedy: str = ""


def accept(grant: gate.Grant, no: str, *, now: datetime) -> Case:
    """受理."""
    return writing.act(grant, _held(grant, no), "accept", now=now, accepted_at=now)


def ask(grant: gate.Grant, no: str, lacking: Sequence[Lack], *, now: datetime) -> Case:
    """一次性告知: everything that is missing, once. Refuses an empty list and a second notice."""
    case = _held(grant, no)
    if case.asked_at is not None:
        raise Refusal(
            "conflict", "已经一次性告知过，不能再要别的材料。", "按现有材料决定", f"/desk/cases/{no}/"
        )
    if not lacking or any(len(line.note.strip()) < LEAST_WORDS for line in lacking):
        raise Refusal("invalid_input", "每一样都要写明缺什么，至少四个字。", field="lacking")
    today = today_in_china(now)
    for seq, line in enumerate(lacking, 1):
        Lacking.objects.using(grant.alias).create(
            case_id=no, seq=seq, subject_id=case.subject_id, material=line.material, page=line.page,
            note=sealed.seal(case.subject_id, f"{no}|lacking|{seq}", line.note.strip()),
        )  # fmt: skip
    Halt.objects.using(grant.alias).create(
        case_id=no, subject_id=case.subject_id, cause="supplement", since=today + timedelta(days=1)
    )
    return writing.act(grant, case, "ask", now=now, asked_at=now, supply_by=clock.supply_by(today))


def decline(
    grant: gate.Grant, no: str, *, reason: str, certificate: int | None = None, now: datetime
) -> Case:
    """不予受理, with the reason and the remedy."""
    if len(reason.strip()) < LEAST_WORDS:
        raise Refusal("invalid_input", "请写明不予受理的原因，至少四个字。", field="reason")
    kept = _kept(_held(grant, no), Said(False, reason), certificate, now)
    decider = grant.actor.actor_id
    return writing.act(grant, writing.locked(grant, no), "decline", now=now, decided_by_id=decider, **kept)


def propose(grant: gate.Grant, no: str, said: Said, *, now: datetime) -> Case:
    """初审意见: what the first clerk would decide; a second person looks at it."""
    return writing.act(
        grant, _held(grant, no), "propose", now=now, note=_plain(said), proposed_by_id=grant.actor.actor_id,
        holder_id=None, amount_fen=said.amount_fen,
    )  # fmt: skip


def send_back(grant: gate.Grant, no: str, *, note: str, now: datetime) -> Case:
    """退回初审, with the reason."""
    if len(note.strip()) < LEAST_WORDS:
        raise Refusal("invalid_input", "请写明退回的原因，至少四个字。", field="note")
    case = _second(grant, no)
    return writing.act(grant, case, "return", now=now, note=note.strip(), proposed_by_id=None, holder_id=None)


def decide(
    grant: gate.Grant, no: str, act: str, said: Said, *, certificate: int | None = None, now: datetime
) -> Case:
    """决定 (`decide`) or 复核通过 (`confirm`). Refuses a refusal without reasons, and the proposer as the second."""
    if not said.granted and not said.reasons:
        raise Refusal("invalid_input", "不通过要选至少一条理由。", field="reasons")
    case = _second(grant, no) if act == "confirm" else writing.locked(grant, no)
    kept = _kept(case, said, certificate, now)
    return writing.act(grant, case, act, now=now, decided_by_id=grant.actor.actor_id, **kept)


def settle(grant: gate.Grant, case: Case, effect: Effect, *, certificate: int | None, now: datetime) -> None:
    """Keeps what was written in the registry, once; a second effect of one case breaks the transaction."""
    Outcome.objects.using(grant.alias).create(
        case_id=case.no, subject_id=case.subject_id, at=now, certificate=certificate,
        text=sealed.seal(case.subject_id, f"{case.no}|outcome", asdict(effect)),
        delivered_at=None if effect.pays else now,
    )  # fmt: skip


def deliver(grant: gate.Grant, item: Item, no: str, *, now: datetime) -> Case:
    """办结: the money or the paper has gone out; answers that were only for the delivery are erased."""
    case = writing.locked(grant, no)
    said = writing.answers(case)
    asked = item.questions + item.entries
    kept = {q.key: said[q.key] for q in asked if q.key in said and not q.fleeting}
    if kept != said:
        case.answers = writing.seal_answers(case, kept)
    Outcome.objects.using(grant.alias).filter(case_id=no, delivered_at=None).update(delivered_at=now)
    return writing.act(grant, case, "deliver", now=now)


def remedy(decided: date, kind: str = "") -> Remedy:
    """行政复议 and 行政诉讼 (行政复议法第二十、二十四条，行政诉讼法第十八、四十六条), or what `REMEDIES` says of a conclusion."""
    if kind == AGAIN:
        return Remedy(REMEDIES[kind], again_by=_last("labour_capacity_reappraisal_request", decided))
    if kind:
        return Remedy(REMEDIES[kind])
    text = (
        "不同意这个决定，可以请我们换人复核。也可以六十日内向经办机构的同级人民政府申请行政复议，"
        "或者六个月内直接向经办机构所在地的人民法院起诉。"
    )
    return Remedy(text, _last("reconsideration", decided), _last("lawsuit", decided))


def _last(limit: str, decided: date) -> date:
    return deadlines.deadline(limit, decided, region=clock.region()).day


def plain_text(item: Item, *, granted: bool, amount_fen: int, reasons: Sequence[tuple[str, str, str]]) -> str:
    """The first wording of a decision, for the clerk to read and mend."""
    if granted:
        money = f"核定 {yuan(amount_fen)} 元。" if amount_fen else ""
        return f"您申请的{item.name}已经通过。{money}"
    facts = "".join(reason[1] for reason in reasons)
    return f"您申请的{item.name}没有通过。{facts}"


def _kept(case: Case, said: Said, certificate: int | None, now: datetime) -> dict[str, Any]:
    if len(said.text.strip()) < LEAST_WORDS:
        raise Refusal("invalid_input", "请写给当事人一句话，说明结果。", field="text")
    last = remedy(today_in_china(now), said.remedy)
    ways = {name: str(day) for name, day in vars(last).items() if day and name != "text"}
    decision = _plain(said) | {
        "certificate": certificate,
        "remedy": {"kind": said.remedy, "text": last.text} | ways,
    }
    return {
        "granted": said.granted,
        "amount_fen": said.amount_fen,
        "decided_at": now,
        "decision": sealed.seal(case.subject_id, f"{case.no}|decision", decision),
    }


def _plain(said: Said) -> dict[str, Any]:
    return {
        "granted": said.granted,
        "reasons": [list(reason) for reason in said.reasons],
        "text": said.text.strip(),
        "amount_fen": said.amount_fen,
        "figures": [list(line) for line in said.figures],
    }


def _held(grant: gate.Grant, no: str) -> Case:
    case = writing.locked(grant, no)
    if case.holder_id != grant.actor.actor_id:
        raise Refusal("out_of_reach", "这个办件不在您手上。", "回到办件列表", "/desk/")
    return case


def _second(grant: gate.Grant, no: str) -> Case:
    case = _held(grant, no)
    if case.proposed_by_id == grant.actor.actor_id:
        raise Refusal("conflict", "初审和复核要两个人，您提的意见请别人复核。", "回到办件列表", "/desk/")
    if grant.actor.role != "supervisor":
        raise Refusal("purpose_not_allowed", "复核由科长做。", "回到办件列表", "/desk/")
    return case


def outcome(grant: gate.Grant, case: Case) -> Effect | None:
    """What a granted case wrote."""
    row = Outcome.objects.using(grant.alias).filter(case_id=case.no).first()
    if row is None:
        return None
    kept = sealed.unseal(case.subject_id, f"{case.no}|outcome", row.text)
    return Effect(kept["text"], tuple(kept["lines"]), kept["pays"], kept.get("paper", 0))
