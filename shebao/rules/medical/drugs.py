"""药品目录查询: whether a drug is in the catalogue. Only a demonstration extract exists so far."""

from dataclasses import dataclass
from datetime import date

from shebao.rules import dated
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.medical", "drugs.demo.toml")
CLASSES = {"甲": "甲类，全部按比例报", "乙": "乙类，先自付一部分再报"}


@dataclass(frozen=True)
class Drug:
    """通用名、剂型、甲乙类、限定支付范围."""

    name: str
    form: str
    grade: str
    limits: str


def drugs(words: str, day: date, *, allow_demo: bool = False) -> list[Drug]:
    """Drugs whose generic name contains the words, by name; refused unless `allow_demo`."""
    rows = BOOK.at("drugs", NATION, day, allow_demo=allow_demo).value
    found = [Drug(*row) for row in rows if words.strip() in row[0]]
    return sorted(found, key=lambda drug: (drug.name, drug.grade))
