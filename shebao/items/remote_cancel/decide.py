"""取消异地就医备案: ends the filing in force; another may follow at once."""

from shebao.cases.item import Effect, Finding, Verdict
from shebao.items import cover, remote_treatment
from shebao.items.facts import Facts
from shebao.registry.filings import actions as filings


def check(facts: Facts) -> list[Finding]:
    """A filing in force."""
    return [
        cover.line(
            "not_filed",
            facts.filing(remote_treatment.KIND) is not None,
            "您有一项生效的异地就医备案。",
            "您现在没有异地就医备案，不用取消。",
            remote_treatment.RULE,
            step="去备案",
            url="/items/remote-resident/",
        )
    ]


def decide(facts: Facts) -> Verdict:
    """Granted when there is one."""
    return cover.verdict(check(facts))


def effect(facts: Facts, verdict: Verdict) -> Effect:
    """The filing ends today."""
    filings.end(facts.grant, kind=remote_treatment.KIND, on=facts.today)
    return Effect("已取消。从今天起，回参保地看病直接结算。", ("要去别的地方，可以马上重新备案。",))
