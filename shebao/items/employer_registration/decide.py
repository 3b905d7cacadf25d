"""用人单位社会保险登记: code and full name against the shared registration of businesses; no licence is asked for."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging
from shebao.items.facts import Facts
from shebao.registry.employers import business
from shebao.rules.handling import deadlines
from shebao.rules.identity import uscc

RULE = "社会保险法第五十七条"


def check(facts: Facts) -> list[Finding]:
    """A sound code, shared, by its own name, in business, not registered yet; late is a warning."""
    if not facts.said("uscc"):
        return [Finding("shared", True, "执照信息我们从市场监管部门取。", RULE)]
    sound = uscc.inspect(facts.said("uscc")).valid
    text = "代码没有写错。" if sound else "代码不对，请照营业执照再核对一遍。"
    found = [Finding("bad_code", sound, text, RULE)]
    if not sound or not facts.said("name"):
        return found
    held = business.shared(facts.grant.actor, facts.said("uscc"))
    if held is None:
        lacking = "共享登记里还没有这家单位。新办的执照等一天再来。"
        return [*found, Finding("not_shared", False, lacking, RULE)]
    same = _plain(held.name) == _plain(facts.said("name"))
    found.append(
        Finding("other_name", same, "全称对上了。" if same else "全称和营业执照不一样，请核对。", RULE)
    )
    if same:
        found += _open(facts, held)
    return found


def _open(facts: Facts, held: business.Shared) -> list[Finding]:
    limit = deadlines.limit("employer_registration")
    timely = deadlines.deadline("employer_registration", held.registered_on).raw >= facts.today
    alive, free = held.state == "active", not held.known
    known = "这家单位注销过社保登记，要到窗口恢复。" if held.known == "closed" else "这家单位已经登记了。"
    way = ("看办事地点", "/offices/") if held.known == "closed" else ("开通经办人", "/register/agent")
    return [
        Finding("business_closed", alive, "营业执照没有注销。" if alive else "营业执照已经注销，不能登记。", RULE),
        Finding("registered", free, "还没有登记过。" if free else known, RULE, *way),
        Finding("late", True, "在成立三十天内。" if timely else "成立超过三十天了，也能办。", limit.law),
    ]  # fmt: skip


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The employer is registered as its business is; an agent comes next."""
    held = business.shared(facts.grant.actor, facts.said("uscc"))
    business.register(facts.grant, code=facts.said("uscc"))
    mine = held is not None and held.mine
    confirm = "您是法定代表人，经办人由您在「我的单位」确认。" if mine else "经办人由法定代表人或窗口确认。"
    return Effect(
        f"{held.name if held else '单位'}已登记。", ("下一步，请经办人去开通单位经办账号。", confirm)
    )
