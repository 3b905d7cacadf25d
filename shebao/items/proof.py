"""参保凭证 issued by a case: sealed, with a code that anybody may check, in the case's own transaction."""

from shebao.base import clock
from shebao.base import month as months
from shebao.documents import issue
from shebao.items.certificates.actions import Issued
from shebao.items.certificates.compose import Wish, compose
from shebao.items.facts import Facts

YEAR = 12


def seal(facts: Facts, *, whole: bool = False) -> Issued:
    """参保证明 of the whole time or of the last twelve months."""
    first = min(one.since for one in facts.spells)
    since = first if whole else max(first, months.plus(facts.month, 1 - YEAR))
    said = compose(facts.grant, "enrolment", Wish(since, facts.month), facts.today)
    made = issue.issue(facts.grant, said, masked=False, now=clock.now(), by=facts.grant.actor)
    return Issued(made.id, made.serial, bytes(made.content_hash).hex())
