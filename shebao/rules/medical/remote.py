"""异地就医备案: who files, who counts as filed, how long a filing holds (医保发〔2022〕22号)."""

from datetime import date

from shebao.base import workdays
from shebao.rules.medical.resident import BOOK
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

SINCE = 202301
FILED_WITHOUT_FILING = {"emergency_rescue": "急诊抢救"}
FILING_TYPES = {
    "retired_resettled": "异地安置退休人员",
    "long_term_resident": "异地长期居住人员",
    "posted_worker": "常驻异地工作人员",
    "referred": "异地转诊人员",
    "other_temporary": "其他临时外出就医人员",
    "unfiled": "没有备案的非急诊就医",
}
LONG_TERM = {"long_term", "retired_resettled", "long_term_resident", "posted_worker"}
TEMPORARY = {"temporary", "referred", "other_temporary"}


def counts_as_filed(situation: str, *, filed: bool = False) -> bool:
    """Whether care away from home is settled as filed; an emergency rescue always is."""
    if situation not in FILING_TYPES and situation not in FILED_WITHOUT_FILING:
        raise invalid("situation", "没有这种异地就医情形。")
    return filed or situation in FILED_WITHOUT_FILING


def least_validity_months(kind: str) -> int | None:
    """The shortest validity of a filing; None when a long-term filing holds until it is changed."""
    if kind in LONG_TERM:
        return None
    if kind not in TEMPORARY:
        raise invalid("type", "没有这种备案类型。")
    return BOOK.at("temporary_filing_months", NATION, SINCE).fen


def valid_until(kind: str, since: date) -> date | None:
    """The day on which a temporary filing ends; None for a long-term one."""
    months = least_validity_months(kind)
    return workdays.add_months(since, months).raw if months else None
