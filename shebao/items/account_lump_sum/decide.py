"""个人账户一次性待遇: inherited after death, or paid out when the nationality is lost and the end is confirmed."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, pensions, survivors
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.privacy import vault
from shebao.registry.accounts import actions as accounts
from shebao.registry.enrolments import actions as enrolments
from shebao.registry.filings import actions as filings
from shebao.registry.payables import actions as payables
from shebao.rules.pension import account

KIND = "account_lump_sum"
RULE = "社会保险法第十四条"
ENDING = "实施《社会保险法》若干规定第六条"


def check(facts: Facts) -> list[Finding]:
    """The owner of the account is the applicant or the deceased; a balance that was not paid before."""
    match facts.said("why"):
        case "heir":
            found = _heir(facts)
        case "nationality":
            found = _ending(facts)
        case _:
            return [Finding("kept", True, "账户平时不能提前支取，这两种情况可以。", RULE)]
    owner = _owner(facts)
    if owner is None or not all(one.passed for one in found):
        return found
    paid = owner.filing(KIND) is not None
    found.append(holds("already_paid", not paid, "账户里的钱还没有支付过。", "账户里的钱已经支付过。", RULE))
    if not paid:
        has = owner.account_fen("pension") > 0
        found.append(holds("no_balance", has, "账户里有钱。", "账户里没有钱。", RULE))
    return found


def decide(facts: Facts) -> Verdict:
    """The whole balance."""
    found, owner = check(facts), _owner(facts)
    if owner is None or not all(one.passed for one in found):
        return judging.verdict(found)
    amount = int(account.payable_to_heirs(owner.account_fen("pension")))
    return judging.verdict(found, amount_fen=amount, figures=(("个人账户余额", f"{yuan(amount)}元", RULE),))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment out of the account, on file with the owner; with the nationality the insurance ends."""
    owner = _owner(facts)
    if owner is None:
        raise ValueError("the owner of the account is not within reach")
    if facts.said("account") != facts.values.get("person.bank_account"):
        vault.write(facts.grant, "person.bank_account", facts.said("account"))
    payables.order(
        facts.grant, kind=KIND, amount_fen=verdict.amount_fen, since=facts.month, case=facts.case_no
    )
    if owner is not facts:
        survivors.record(facts, owner)
    accounts.take_out(
        owner.grant, kind="pension", amount_fen=verdict.amount_fen, on=facts.today, reason="账户支付",
        case=facts.case_no,
    )  # fmt: skip
    filings.file(owner.grant, kind=KIND, since=facts.today, other=facts.subject_id, case=facts.case_no)
    if owner is facts and facts.active(pensions.INSURANCE):
        enrolments.terminate(
            facts.grant, insurance=pensions.INSURANCE, until=facts.month, reason="丧失国籍终止"
        )
    return Effect(
        f"核定 {yuan(verdict.amount_fen)} 元，打到尾号 {facts.said('account')[-4:]} 的账户。", pays=True
    )


def _owner(facts: Facts) -> Facts | None:
    return facts.other if facts.said("why") == "heir" else facts


def _heir(facts: Facts) -> list[Finding]:
    return [survivors.another(facts), *survivors.dead(facts)] if facts.said("dead_id") else []


def _ending(facts: Facts) -> list[Finding]:
    known = any(spell.insurance == pensions.INSURANCE for spell in facts.spells)
    found = [
        holds("not_enrolled", known, "您参加过职工养老保险。", "没有查到您参加过职工养老保险。", RULE),
        holds("draws_pension", not facts.retired(pensions.INSURANCE), "您还没有领养老金。",
              "您已经在领养老金，出国也照样按月发。", RULE),
    ]  # fmt: skip
    if facts.said("understood"):
        found.append(holds("kept", facts.said("understood") == "yes", "您知道终止以后年限作废。",
                           "您没有确认知道后果，账户为您保留，到年龄照样领。", ENDING))  # fmt: skip
    return found
