"""关系转移 shares: one at a time for an insurance, between provinces, each step with its limit."""

from collections.abc import Sequence

from shebao.base import workdays
from shebao.cases.item import Effect, Finding
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.registry import insurances
from shebao.registry.transfers import actions as transfers
from shebao.rules import regions
from shebao.rules.handling import calendars


def free(facts: Facts, insurance: int, rule: str) -> Finding:
    """No transfer of this insurance is under way."""
    under_way = any(one.insurance == insurance and one.done_on is None for one in facts.transfers)
    return holds(
        "under_way",
        not under_way,
        "没有正在办的转移。",
        "这个险种有一件转移正在办，办完再申请。",
        rule,
        "看转到哪了",
        "/me/transfers",
    )


def elsewhere(facts: Facts, rule: str, key: str = "region") -> Finding:
    """The other side lies in another province."""
    here, there = facts.person.region, facts.said(key)
    differs = regions.province(here) != regions.province(there)
    name = regions.name(regions.province(there))
    return holds(
        "same_region", differs, f"另一边是{name}。", f"两边都在{name}，不用转，年限自动一起算。", rule
    )


def ask(
    facts: Facts,
    insurance: int,
    *,
    direction: str,
    months: int = 0,
    account_fen: int = 0,
    region: str = "",
    steps: Sequence[int],
    lines: Sequence[str] = (),
) -> Effect:
    """Asks for the transfer; its last day is the sum of the steps in working days."""
    calendar = calendars.of(facts.person.region)
    due = workdays.add_working_days(facts.today, sum(steps), calendar).day
    transfers.request(
        facts.grant, insurance=insurance, direction=direction, region=region or facts.said("region"), months=months,
        account_fen=account_fen, on=facts.today, due=due, case=facts.case_no,
    )  # fmt: skip
    told = (
        f"一共 {len(steps)} 步，每步最多 {steps[0]} 个工作日。"
        if len(steps) > 1
        else f"最多 {steps[0]} 个工作日。"
    )
    return Effect(
        f"{insurances.name(insurance)}已经发起转移，最晚 {due.year}年{due.month}月{due.day}日办完。",
        (told, *lines),
    )
