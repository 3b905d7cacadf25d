"""个人账户一次性支取: an emigrant's own balance, or an heir's share of another's account; always two people decide."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims
from shebao.items.facts import Facts

KIND = "account_withdrawal"
RULE = "国发〔1998〕44号"


def check(facts: Facts) -> list[Finding]:
    """An emigrant: a balance, cover ended, not paid before. An heir: nothing that would tell of another's account."""
    if facts.said("why") == "heir":
        found = [Finding("not_holder", True, "我们核对账户主人的登记。", RULE)]
        if facts.deciding:
            found = [
                cover.line(
                    "not_holder",
                    facts.other_id is not None,
                    "有这位主人。",
                    "没有查到这位账户主人的登记。",
                    RULE,
                )
            ]
        return found
    if not facts.said("why"):
        return [Finding("may_ask", True, "出国定居或继承，可以取出来。", RULE)]
    balance = facts.account_fen("medical")
    ended = facts.active(cover.EMPLOYEE) is None and not facts.retired(cover.EMPLOYEE)
    paid = any(one.state != "stopped" for one in facts.payables(KIND))
    return [
        cover.line(
            "no_account", balance > 0, f"账户里有 {yuan(balance)} 元。", "您的医保个人账户里没有钱。", RULE,
            step="看个人账户", url="/me/account",
        ),
        cover.line(
            "still_enrolled", ended, "您的职工医保已经停了。", "您还在职工医保里，账户要接着用，不能取。", RULE,
            step=cover.OWN[1], url=cover.OWN[0],
        ),
        cover.line("already_paid", not paid, "还没有支取过。", "账户的钱已经核定支取过。", RULE),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """The whole balance of an emigrant; an heir's amount is put in by the clerk who looks at the owner's account."""
    judged = cover.verdict(check(facts))
    if not judged.granted or facts.said("why") == "heir":
        return Verdict(
            judged.granted, judged.reasons, 0, (("继承的金额", "由经办人核定", RULE),), provisional=True
        )
    balance = facts.account_fen("medical")
    return Verdict(True, (), balance, (("个人账户余额", f"{yuan(balance)} 元", RULE),))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment."""
    return medical_claims.pay(facts, KIND, verdict, since=facts.month, what="支取")
