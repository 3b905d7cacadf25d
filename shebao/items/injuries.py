"""工伤 shares: the injury recognised, whether it was insured, wages before it, the time limits (工伤保险条例)."""

from datetime import date

from shebao.base import month as months
from shebao.cases import deciding
from shebao.cases.deciding import Said
from shebao.cases.item import Finding
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.notices import actions as notices
from shebao.privacy import vault
from shebao.registry.injuries import actions as registry
from shebao.registry.models import Appraisal, Injury
from shebao.rules.handling import deadlines

INSURANCE = 410
RECOGNITION = ("申请工伤认定", "/items/injury-recognition/")
EMPLOYER_LIMIT, WORKER_LIMIT = "work_injury_application_employer", "work_injury_application_worker"
LUMP, ALLOWANCE, NURSING = "injury_lump", "injury_allowance", "injury_nursing"
OLD_WOUND = "15-3"
NO_RECOGNITION = "没有查到工伤认定，请先申请认定。"
UNINSURED = "受伤时没有工伤保险，由单位支付。单位不付的，可以投诉。"
ARTICLE_62 = "工伤保险条例第六十二条"


def day(value: date) -> str:
    """2026年11月22日."""
    return f"{value.year}年{value.month}月{value.day}日"


def insured(facts: Facts, on: date) -> bool:
    """Whether a spell of work-injury insurance covers the day."""
    month = months.of(on)
    return any(
        s.insurance == INSURANCE and s.since <= month and (s.until is None or month < s.until)
        for s in facts.spells
    )


def wages(facts: Facts, accident: date) -> list[int]:
    """Contribution bases (fen) of the months before the accident, newest first."""
    before = {
        row.month: row.base_fen
        for row in facts.paid
        if row.insurance == INSURANCE and row.month < months.of(accident) and row.state == "paid"
    }
    return [before[month] for month in sorted(before, reverse=True)]


def newest(facts: Facts) -> Injury | None:
    """The last injury recognised."""
    return facts.injuries[0] if facts.injuries else None


def conclusion(facts: Facts) -> Appraisal | None:
    """The conclusion in force on the last injury."""
    injury = newest(facts)
    found = (one for one in facts.appraisals("injury") if injury is not None and one.injury_id == injury.id)
    return next(found, None)


def recognised(facts: Facts, rule: str) -> Finding:
    """A condition of every benefit: there is a recognised injury."""
    injury = newest(facts)
    yes = f"{day(injury.accident_on)}的伤认定为工伤。" if injury else ""
    return holds("not_recognised", injury is not None, yes, NO_RECOGNITION, rule, *RECOGNITION)


def covered(facts: Facts, injury: Injury | None) -> list[Finding]:
    """The fund pays only for who was insured on the day; else the employer does (第六十二条)."""
    if injury is None:
        return []
    had = insured(facts, injury.accident_on)
    return [
        holds(
            "not_insured", had, "受伤时有工伤保险。", UNINSURED, ARTICLE_62, "投诉或举报", "/items/complaint/"
        )
    ]


def last_day(limit: str, accident: date) -> date:
    """The last day to apply for recognition."""
    return deadlines.deadline(limit, accident).day


def employer_late(facts: Facts, accident: date) -> bool:
    """Whether the employer's time had run out when the application came, with what the office allowed it."""
    last = max(last_day(EMPLOYER_LIMIT, accident), facts.said_day("extended") or accident)
    return facts.applied_on > last


def recognise(facts: Facts, person: Facts, *, applied_by: str) -> Injury:
    """The conclusion on the worker's file; a late application leaves the costs before 受理 with the employer."""
    accident = facts.said_day("accident")
    if accident is None:
        raise ValueError("no day of the accident")
    return registry.recognise(
        person.grant, accident_on=accident, ground=facts.said("ground"), applied_by=applied_by,
        applied_on=facts.applied_on, decided_on=facts.today, case=facts.case_no,
        employer_bears_until=facts.accepted_on if employer_late(facts, accident) else None,
    )  # fmt: skip


def told(injury: Injury) -> tuple[str, tuple[str, ...]]:
    """The recognition in words, and what follows from it."""
    what = "视同工伤" if injury.ground.startswith("15") else "认定为工伤"
    lines: tuple[str, ...] = ("伤情稳定后，可以申请劳动能力鉴定。",)
    if injury.employer_bears_until is not None:
        lines = (f"到 {day(injury.employer_bears_until)}的费用由单位负担。", *lines)
    return f"{day(injury.accident_on)}的伤，{what}。", lines


def tell_employer(facts: Facts, person: Facts, said: Said, worker: str) -> None:
    """The decision, granted or not, to the employer who insured the worker that day (条例第二十条)."""
    accident = facts.said_day("accident")
    if accident is None:
        return
    unit = registry.employer(person.grant, month=months.of(accident), case=facts.case_no)
    if unit is None:
        return
    last = deciding.remedy(facts.today)
    what = "，".join(value for _, value, _ in said.figures) or "认定为工伤"
    words: dict[str, str | int] = {
        "worker": worker,
        "day": day(accident),
        "result": what
        if said.granted
        else f"不认定为工伤。{''.join(text for _, text, _ in said.reasons)}".rstrip("。"),
        "reconsider": day(last.reconsider_by) if last.reconsider_by else "",
        "sue": day(last.sue_by) if last.sue_by else "",
    }
    notices.post(subject=unit, template="injury.concluded", params=words, alias=person.grant.alias)


def account(facts: Facts) -> None:
    """Keeps the account named, where it is another one."""
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))


def tail(facts: Facts) -> str:
    """打到尾号 0000 的账户."""
    return f"打到尾号 {facts.said('account')[-4:]} 的账户"
