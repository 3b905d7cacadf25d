"""企业职工养老转入: insured here, not retired, not a temporary account; three steps of fifteen working days."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, moving, pensions
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules.handling import deadlines
from shebao.rules.pension import transfer

RULE = "国办发〔2009〕66号"


def check(facts: Facts) -> list[Finding]:
    """Pays here; nothing under way; young enough for a proper account here, or at home here."""
    here = facts.active(pensions.INSURANCE) is not None
    retired = facts.retired(pensions.INSURANCE)
    found = [
        holds("draws_pension", not retired, "您还没有领养老金。", "您已经在领养老金，关系不再转。", RULE),
        holds("not_enrolled", here, "您在这里参加职工养老保险。", "您还没有在这里参加职工养老，先参保再转。", RULE,
              "参加职工养老", "/items/flexible-enrolment/"),
        moving.free(facts, pensions.INSURANCE, "社会保险经办条例第十二条"),
    ]  # fmt: skip
    if facts.said("region"):
        found.append(moving.elsewhere(facts, "社会保险法第十九条"))
    if facts.said("household"):
        began = min((s.since for s in facts.spells if s.insurance == pensions.INSURANCE), default=facts.month)
        proper = facts.said("household") == "yes" or not transfer.temporary(
            facts.person.birth_date, male=facts.person.sex == pensions.MALE, began=began
        )
        found.append(
            holds(
                "temporary",
                proper,
                "可以转到这里。",
                "您的户口不在这里，年龄也过了，在这里是临时账户。关系留在原来的地方。",
                RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds; the steps are shown."""
    days = deadlines.transfer_steps(str(pensions.INSURANCE))
    names = ("我们审核并发联系函", "转出地核对并划转", "我们接收并合并")
    figures = tuple(
        (f"第 {n} 步：{name}", f"{day} 个工作日", RULE)
        for n, (name, day) in enumerate(zip(names, days, strict=True), 1)
    )
    return judging.verdict(check(facts), figures=figures)


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Asked for, with the last day of all steps."""
    steps = deadlines.transfer_steps(str(pensions.INSURANCE))
    lines = ("联系函由我们发，您不用回原来的地方。",)
    return moving.ask(facts, pensions.INSURANCE, direction="in", steps=steps, lines=lines)
