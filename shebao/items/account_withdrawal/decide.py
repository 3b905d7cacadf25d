"""个人账户一次性支取: an emigrant's own balance, or a deceased's for the heir; always two people decide."""

from shebao.base.money import yuan
from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, medical_claims, survivors
from shebao.items.facts import Facts
from shebao.registry.accounts import actions as accounts

KIND = "account_withdrawal"
RULE = "国发〔1998〕44号"
PENDING = ("approved", "listed", "sent", "returned")


def check(facts: Facts) -> list[Finding]:
    """An emigrant: a balance, cover ended, nothing on its way. An heir: nothing that would tell of another's account."""
    if facts.said("why") == "heir":
        return _heir(facts)
    if not facts.said("why"):
        return [Finding("may_ask", True, "出国定居，或者继承，可以取出来。", RULE)]
    balance = facts.account_fen("medical")
    ended = facts.active(cover.EMPLOYEE) is None and not facts.retired(cover.EMPLOYEE)
    states = {one.state for one in facts.payables(KIND)}
    blocked = bool(states & set(PENDING)) or ("paid" in states and balance == 0)
    return [
        cover.line("already_paid", not blocked, "还没有支取过。", "账户里的钱已经支取过。", RULE),
        cover.line(
            "no_account", balance > 0, f"账户里有 {yuan(balance)} 元。", "您的医保个人账户里没有钱。", RULE,
            step="看个人账户", url="/me/account",
        ),
        cover.line(
            "still_enrolled", ended, "您的职工医保已经停了。", "您还在参加职工医保，账户要接着用，不能取。", RULE,
            step=cover.OWN[1], url=cover.OWN[0],
        ),
    ]  # fmt: skip


def decide(facts: Facts) -> Verdict:
    """The whole balance, of the applicant or of the deceased."""
    judged, owner = cover.verdict(check(facts)), _owner(facts)
    if not judged.granted or owner is None:
        return Verdict(
            judged.granted, judged.reasons, 0, (("继承的金额", "核对账户后算出", RULE),), provisional=True
        )
    balance = owner.account_fen("medical")
    return Verdict(True, (), balance, (("个人账户余额", f"{yuan(balance)} 元", RULE),))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """One payment out of the account."""
    owner = _owner(facts)
    if owner is None:
        raise ValueError("the owner of the account is not within reach")
    if owner is not facts:
        survivors.record(facts, owner)
    accounts.take_out(
        owner.grant, kind="medical", amount_fen=verdict.amount_fen, on=facts.today, reason="账户支付",
        case=facts.case_no,
    )  # fmt: skip
    return medical_claims.pay(facts, KIND, verdict, since=facts.month, what="支取")


def _owner(facts: Facts) -> Facts | None:
    return facts.other if facts.said("why") == "heir" else facts


def _heir(facts: Facts) -> list[Finding]:
    if not facts.deciding:
        return [Finding("may_ask", True, "我们来核对去世家人的登记。", RULE)]
    other = facts.other
    found = survivors.dead(facts)
    if other is None:
        return found
    balance = other.account_fen("medical")
    has = cover.line("no_account", balance > 0, f"账户里有 {yuan(balance)} 元。", "账户里没有钱。", RULE)
    return [*found, has]
