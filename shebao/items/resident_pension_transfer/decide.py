"""居民养老转入 (国发〔2014〕8号): the household has moved, nothing is drawn yet; the whole account comes along."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import judging, moving
from shebao.items.facts import Facts
from shebao.items.judging import holds
from shebao.rules import regions

RESIDENT = 170
RULE = "国发〔2014〕8号第八条"
PROMISE = 15


def check(facts: Facts) -> list[Finding]:
    """Not drawn yet, from another place, with the household here."""
    found = [
        holds("draws_pension", not facts.retired(RESIDENT), "您还没有领居民养老金。", "您已经在领居民养老金，关系不再转。", RULE),
        moving.free(facts, RESIDENT, "社会保险经办条例第十二条"),
    ]  # fmt: skip
    if facts.said("region"):
        differs = facts.said("region") != facts.person.region
        name = regions.name(facts.said("region"))
        found.append(holds("same_region", differs, f"从{name}转来。", f"您就在{name}参保，不用转。", RULE))
    if facts.said("household"):
        found.append(
            holds(
                "not_moved",
                facts.said("household") == "yes",
                "户口已经迁来。",
                "户口还没有迁来，迁来以后再申请。",
                RULE,
            )
        )
    return found


def decide(facts: Facts) -> Verdict:
    """Granted when every condition holds."""
    return judging.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """Asked for; the years come with the answer of the other side."""
    lines = ("账户里的钱全部转来，年限一起算。",)
    return moving.ask(facts, RESIDENT, direction="in", steps=(PROMISE,), lines=lines)
