"""救助对象参保资助: what a person on the list of civil affairs still pays for a year of 居民医保 (国办发〔2021〕42号)."""

from dataclasses import dataclass

from shebao.rules import dated
from shebao.rules.columns import share
from shebao.rules.explain import Explained, Working
from shebao.rules.medical import resident
from shebao.rules.refusals import invalid
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.medical", "aid.toml", "aid.demo.toml")
FULL = "destitute"
CATEGORIES = {FULL: "特困人员", "minimum": "最低生活保障对象", "returned": "返贫致贫人口"}


@dataclass(frozen=True)
class Premium:
    """A year of cover in fen: the ordinary personal part, the aid, what is left to pay, and the subsidy with the aid."""

    full: int
    aid: int
    due: int
    subsidy: int


def premium(category: str, cover_year: int, *, region: str, allow_demo: bool = False) -> Explained[Premium]:
    """The premium of a cover year. Refuses an unknown category, and a place whose fixed sum is not established."""
    if category not in CATEGORIES:
        raise invalid("category", "没有这一类救助对象。")
    funding = resident.funding(cover_year - 1)
    note = Working()
    for value in funding.parameters:
        note.use(value)
    month, full = cover_year * 100 + 1, int(funding.value.personal)
    if category == FULL:
        aid = int(share(full, note.use(BOOK.at("full", NATION, month))))
    else:
        aid = min(full, int(note.use(BOOK.at("fixed", region, month, allow_demo=allow_demo))))
    note.step("个人缴费标准", "全国最低标准", full)
    note.step("参保资助", CATEGORIES[category], aid)
    note.step("还要缴", "个人缴费－资助", full - aid)
    return note.explained(Premium(full, aid, full - aid, int(funding.value.subsidy) + aid))
