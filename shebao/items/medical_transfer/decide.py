"""医保关系转移接续（转入）: the old place sends years and account; the person brings nothing (经办条例第十三条)."""

from shebao.cases import clock
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.registry.transfers import actions as transfers
from shebao.rules import regions
from shebao.rules.handling import deadlines

LAW, RULE = "社会保险法第三十二条", "医保办发〔2021〕43号"


def check(facts: Facts) -> list[Finding]:
    """Insured here as employee, none under way; with answers: another place, months in order."""
    enrolled = facts.active(cover.EMPLOYEE) is not None
    under_way = any(one.insurance == cover.EMPLOYEE and one.done_on is None for one in facts.transfers)
    found = [
        cover.line(
            "not_enrolled", enrolled, "您在这里参加职工医保。", "您还没有在这里参加职工医保，先参保再转。", LAW,
            step=cover.OWN[1], url=cover.OWN[0],
        ),
        cover.line(
            "under_way", not under_way, "没有在办的医保转移。", "您有一件医保转移正在办，不用再申请。", RULE,
            step="看转到哪了", url="/me/transfers",
        ),
    ]  # fmt: skip
    if facts.said("from"):
        elsewhere = facts.said("from")[:4] != facts.person.region[:4]
        found.append(
            cover.line(
                "same_region", elsewhere, "从别的市转来。", "在同一个市里，年限自动合并，不用转。", RULE
            )
        )
    if facts.said("since") and facts.said("until"):
        ordered = facts.said_month("since") <= facts.said_month("until")
        found.append(
            cover.line("months", ordered, "月份顺序对。", "开始的月份不能晚于结束的月份，请检查。", RULE)
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every line holds."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """A transfer under way; years and money are written when the old place has answered."""
    place = facts.said("from")
    last = deadlines.deadline("medical_transfer", facts.today, region=clock.region()).day
    transfers.request(
        facts.grant, insurance=cover.EMPLOYEE, direction="in", region=place, months=0, account_fen=0, on=facts.today,
        due=last, case=facts.case_no,
    )  # fmt: skip
    return Effect(
        f"已向{regions.name(place)}发出转移联系，最晚 {last.year}年{last.month}月{last.day}日转到。",
        ("缴费年限合并计算，个人账户一起转来。", "中间断缴不超过三个月，可以补缴，不用等。"),
    )
