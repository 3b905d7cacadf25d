"""城乡居民养老参保 (国发〔2014〕8号): who may join."""

from shebao.cases.item import Finding
from shebao.items import judging
from shebao.items.facts import Facts

RESIDENT = 170
RULE = "国发〔2014〕8号第三条"


def may_join(facts: Facts) -> list[Finding]:
    """Sixteen or older, under sixty, in no other pension insurance."""
    current = facts.active(110, 120, RESIDENT) or (facts.retired(110) and "retired")
    return [
        judging.holds(
            "too_young",
            facts.age >= 16,
            f"您 {facts.age} 岁，已满 16 岁。",
            f"您 {facts.age} 岁，满 16 岁才能参加。",
            RULE,
        ),
        judging.holds(
            "too_old",
            facts.age < 60,
            f"您 {facts.age} 岁，不到 60 岁。",
            f"您 {facts.age} 岁，满 60 岁的不再参保，直接领养老金。",
            "国发〔2014〕8号第七条",
            "申领养老金",
            "/items/resident-pension-claim/",
        ),
        Finding(
            "already_enrolled",
            not current,
            "您已经参加了养老保险，不用再参加。" if current else "您没有参加别的养老保险。",
            RULE,
            "看参保信息",
            "/me/enrolment",
        ),
    ]
