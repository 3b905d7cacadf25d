"""异地就医备案: what the four kinds have in common: insured, nothing on file yet, another city, how long it holds."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover
from shebao.items.facts import Facts
from shebao.registry.filings import actions as filings
from shebao.rules import regions
from shebao.rules.medical import remote

KIND = "remote"
RULE = "医保发〔2022〕22号"


def check(facts: Facts) -> list[Finding]:
    """Insured, no filing in force; with answers: a place outside the own city."""
    found = [cover.insured(facts, rule=RULE), _free(facts)]
    if facts.said("to"):
        elsewhere = facts.said("to")[:4] != facts.person.region[:4]
        found.append(
            cover.line(
                "same_region",
                elsewhere,
                "就医地和参保地不在一个市。",
                "那里就是您参保的市，看病不用备案。",
                RULE,
            )
        )
    return found


def decide(findings: list[Finding]) -> Verdict:
    """即办: granted when every line holds."""
    return cover.verdict(findings)


def file(facts: Facts, kind: str) -> Effect:
    """One filing; its end by the rule. Place and kind only, never why."""
    until = remote.valid_until(kind, facts.today)
    place = facts.said("to")
    filings.file(
        facts.grant, kind=KIND, since=facts.today, until=until, detail={"type": kind, "to": place},
        case=facts.case_no,
    )  # fmt: skip
    span = f"有效到 {until.year}年{until.month}月{until.day}日。" if until else "一直有效，不去了再取消。"
    return Effect(
        f"已备案。在{regions.name(place)}的定点医院看病，可以直接结算。",
        (span, "看病时带上社保卡，或者出示医保电子凭证。", "急诊抢救来不及备案的，也按已备案算。"),
    )


def _free(facts: Facts) -> Finding:
    return cover.line(
        "already_filed",
        facts.filing(KIND) is None,
        "您现在没有别的异地就医备案。",
        "您已有一项异地就医备案，先取消才能换。",
        RULE,
        step="去取消备案",
        url="/items/remote-cancel/",
    )
