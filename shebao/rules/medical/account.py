"""职工医保个人账户: since the 2021 reform only the person's own 2% is credited (国办发〔2021〕14号)."""

from fractions import Fraction
from typing import Any

from shebao.rules import dated
from shebao.rules.columns import share
from shebao.rules.dated import Value, percent
from shebao.rules.explain import Explained, Working
from shebao.rules.regions import NATION

BOOK = dated.load("shebao.rules.medical", "account.toml", "account.demo.toml")
FAMILY = ("配偶", "父母", "子女", "兄弟姐妹", "祖父母", "外祖父母", "孙子女", "外孙子女")


def active_credit(*, base_fen: Any, month: int, region: str, allow_demo: bool = False) -> Explained[Any]:
    """每月计入个人账户 of an active employee (fen)."""
    note = Working()
    rate = Fraction(note.use(BOOK.at("active_credit_rate", region, month, allow_demo=allow_demo)))
    credit = share(base_fen, rate)
    return note.explained(note.step("计入个人账户", f"缴费基数×{percent(rate)}", credit))


def retired_credit(*, month: int, region: str, allow_demo: bool = False) -> Explained[int]:
    """退休人员每月定额 (fen). No amount is established; only a demonstration value exists."""
    note = Working()
    amount = int(note.use(BOOK.at("retired_credit", region, month, allow_demo=allow_demo)))
    return note.explained(note.step("退休人员每月定额", "当地定额", amount))


def interest_rate(year: int, *, allow_demo: bool = False) -> Value:
    """年利率 of the medical account; only a demonstration value exists."""
    return BOOK.at("interest_rate", NATION, year * 100 + 1, allow_demo=allow_demo)


def may_share_with(relation: str) -> bool:
    """Whether family of this relation may use the account (家庭共济)."""
    return relation in FAMILY
