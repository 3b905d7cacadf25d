"""医疗费用报销: what the claims have in common: insured on the day, payable, not settled, one payment to an account."""

from datetime import date

from shebao.base import month as months
from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.privacy import vault
from shebao.registry.payables import actions as payables

RULE = "社会保险经办条例第二十条"
NOT_PAYABLE = {
    "third_party": "别人造成的伤，先由对方出。对方不付或者找不到人，医保可以先付。",
    "work": "工作中受的伤，用工伤保险报销。",
}
INJURY = ("工伤医药费报销", "/items/injury-claim/")


def check(facts: Facts, day: date | None) -> list[Finding]:
    """Insured today, or on the day of treatment once it is answered; sums that fit."""
    found = [cover.insured(facts, day)]
    if facts.said("total") and facts.said("own"):
        fits = facts.said_fen("own") < facts.said_fen("total")
        found.append(
            cover.line(
                "sums",
                fits,
                "金额对得上。",
                "扣除自费以后，没有能报的钱。请检查两个金额。",
                "社会保险法第二十八条",
            )
        )
    return found


def payable(facts: Facts) -> list[Finding]:
    """A cause that the medical insurance pays for (第三十条)."""
    cause = facts.said("cause")
    if not cause:
        return []
    step, url = INJURY if cause == "work" else ("", "")
    no = NOT_PAYABLE.get(cause, "")
    return [
        cover.line(
            "not_payable", not no, "这类费用医保可以付。", no, "社会保险法第三十条", step=step, url=url
        )
    ]


def unsettled(facts: Facts, day: date, *kinds: str) -> Finding:
    """No settlement of this kind on the day (直接结算过的不能再报)."""
    settled = any(claim.kind in kinds and claim.served_on == day for claim in facts.claims(day.year))
    return cover.line(
        "already_settled", not settled, "那天的费用还没有结算过。", "那天的费用已经直接结算过，不能再报。", "社会保险法第二十九条",
        step="看就医花费", url="/me/spending",
    )  # fmt: skip


def unordered(facts: Facts, kind: str, day: date) -> Finding:
    """No payment of this kind for the same month yet."""
    ordered = any(one.since == months.of(day) and one.state != "stopped" for one in facts.payables(kind))
    return cover.line(
        "already_paid", not ordered, "这个月的还没有付过。", "这个月的已经核定过，不能再领。", RULE,
        step="看我的办件", url="/cases/",
    )  # fmt: skip


def pay(facts: Facts, kind: str, verdict: Verdict, *, since: int, what: str) -> Effect:
    """One payment to the account named, and the account itself when it is new."""
    account = facts.said("account")
    if account != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", account)
    payables.order(facts.grant, kind=kind, amount_fen=verdict.amount_fen, since=since, case=facts.case_no)
    return Effect(f"核定{what} {yuan(verdict.amount_fen)} 元，打到尾号 {account[-4:]} 的账户。", pays=True)
