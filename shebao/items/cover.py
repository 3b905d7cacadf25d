"""医保参保 as the medical items see it: who is insured, since when, and lines of the pre-check in one form."""

from collections.abc import Iterable
from datetime import date

from shebao.base import month as months
from shebao.cases.item import Finding, Reason, Verdict
from shebao.items.facts import Facts
from shebao.registry.models import Enrolment

EMPLOYEE, RESIDENT = 310, 390
CHRONIC = "chronic"
OWN = ("/me/enrolment", "看参保信息")
JOIN = ("参加居民医保", "/items/resident-medical-enrolment/")


def line(code: str, passed: bool, yes: str, no: str, rule: str, *, step: str = "", url: str = "") -> Finding:
    """One line: a sentence for each outcome; the way on only where it failed."""
    return Finding(code, passed, yes if passed else no, rule, "" if passed else step, "" if passed else url)


def verdict(findings: Iterable[Finding]) -> Verdict:
    """Granted when every line holds; else the failed ones are the reasons."""
    unmet = [finding for finding in findings if not finding.passed]
    return Verdict(not unmet, tuple(Reason(f.code, f.text, f.rule) for f in unmet))


def spell(facts: Facts, day: date, *insurances: int) -> Enrolment | None:
    """The spell that covered a day, a pensioner's own cover included."""
    month = months.of(day)
    for one in facts.spells:
        if one.insurance in insurances and one.since <= month and (one.until is None or month < one.until):
            return one if one.state != "suspended" or one.until is not None else None
    return None


def insured(facts: Facts, day: date | None = None, *, rule: str = "社会保险法第二十八条") -> Finding:
    """参保 on a day, or today."""
    covered = spell(facts, day or facts.today, EMPLOYEE, RESIDENT) is not None
    yes = "那天您在参加医疗保险。" if day else "您在参加医疗保险。"
    no = "那天您没有参加医疗保险。" if day else "您现在没有参加医疗保险。"
    step, url = (OWN[1], OWN[0]) if day else JOIN
    return line("not_enrolled", covered, yes, no, rule, step=step, url=url)
