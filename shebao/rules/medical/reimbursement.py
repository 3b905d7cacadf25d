"""医保报销: a generic order of payers. Every local figure so far is a demonstration, so `allow_demo` is needed."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shebao.base import money
from shebao.rules import dated
from shebao.rules.columns import least, most, share, within
from shebao.rules.dated import percent
from shebao.rules.explain import Explained, Working
from shebao.rules.refusals import invalid

BOOK = dated.load("shebao.rules.medical", "reimbursement.demo.toml")
SCHEMES = ("employee", "resident")
CARE = ("outpatient", "inpatient")
REMOTE = ("filed_long_term", "filed_referral", "emergency", "unfiled")
NOT_PAYABLE = ("work_injury", "third_party", "public_health", "abroad")


@dataclass(frozen=True)
class Bill:
    """One settlement in fen: total, outside the catalogue, and first-pay part of class-B items."""

    total: Any
    self_funded: Any = 0
    first_pay: Any = 0


@dataclass(frozen=True)
class Terms:
    """Deductible (fen), pool share, room left below the cap (fen), 大病 bands (from, to, share)."""

    deductible: Any
    rate: Fraction
    cap_left: Any
    bands: tuple[tuple[int, int, Fraction], ...] = ()


@dataclass(frozen=True)
class Settlement:
    """Who pays what, in fen; the parts add up to the total."""

    eligible: Any
    pool: Any
    serious_illness: Any
    account: Any
    cash: Any


def settle(bill: Bill, terms: Terms, *, account_balance: Any = 0) -> Settlement:
    """目录内 above the deductible by share up to the cap, then 大病, then 个人账户, then cash."""
    eligible = most(bill.total - bill.self_funded - bill.first_pay, 0)
    pool = least(share(most(eligible - terms.deductible, 0), terms.rate), most(terms.cap_left, 0))
    burden = eligible - pool
    serious: Any = 0
    for low, high, rate in terms.bands:
        serious = serious + share(within(burden, low, high) - low, rate)
    own = bill.total - pool - serious
    account = least(own, most(account_balance, 0))
    return Settlement(eligible, pool, serious, account, own - account)


def demo_terms(
    *,
    scheme: str,
    care: str,
    level: int,
    month: int,
    region: str,
    retired: bool = False,
    remote: str = "filed_long_term",
    paid_this_year_fen: Any = 0,
    allow_demo: bool = False,
    working: Working | None = None,
) -> Terms:
    """Demonstration terms of a region; refused unless `allow_demo`."""
    if scheme not in SCHEMES or care not in CARE or remote not in REMOTE:
        raise invalid("scheme", "参保类型、就医类型或异地情形不对。")
    note = working or Working()

    def used(key: str) -> Any:
        return note.use(BOOK.at(key, region, month, allow_demo=allow_demo))

    table = used(f"{scheme}_{care}")
    if not 1 <= level <= len(table):
        raise invalid("level", "这一级医院没有演示标准。")
    deductible, rate_text = table[level - 1]
    inpatient = care == "inpatient"
    bonus = money.exact(used("retired_bonus")[inpatient]) if retired and scheme == "employee" else 0
    factor = money.exact(used("remote_factor")[REMOTE.index(remote)])
    caps = used("yearly_cap")
    cap = caps[3] if inpatient else caps[2] if scheme == "resident" else caps[int(retired)]
    bands = used("serious_illness") if scheme == "resident" and inpatient else ()
    return Terms(
        deductible=deductible * 100,
        rate=(money.exact(rate_text) + bonus) * factor,
        cap_left=cap * 100 - paid_this_year_fen,
        bands=tuple((low * 100, high * 100, money.exact(rate)) for low, high, rate in bands),
    )


def explain(
    bill: Bill, *, account_balance: int = 0, cause: str = "illness", **where: Any
) -> Explained[Settlement]:
    """One settlement with its steps; causes the fund never pays are refused (社会保险法第三十条)."""
    if cause in NOT_PAYABLE:
        raise invalid("cause", "这类费用基金不支付（社会保险法第三十条）。")
    note = Working()
    terms = demo_terms(working=note, **where)
    result = settle(bill, terms, account_balance=account_balance)
    note.step("目录内费用", "总费用－目录外－先行自付", result.eligible)
    note.step("统筹支付", f"（目录内－起付线）×{percent(terms.rate)}，不超过封顶线", result.pool)
    note.step("大病支付", "个人负担超过起付线的部分分段支付", result.serious_illness)
    note.step("个人账户支付", "账户余额以内", result.account)
    note.step("现金支付", "剩下的部分", result.cash)
    return note.explained(result)
