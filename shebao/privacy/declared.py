"""What a processing register declares (登记册的各栏): rows with fixed keys; anything else is refused."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from typing import Any, Self

CONSENT_BASIS = "13-1-1"
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Problem:
    """One reason why a register is not accepted: code, place, plain sentence."""

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}：{self.text}（{self.code}）"


class RegisterError(ValueError):
    """The register is not accepted; `problems` says every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Row:
    """Reads one table of a TOML file or stored body: unknown and missing keys are refused."""

    @classmethod
    def read(cls, where: str, raw: Mapping[str, Any]) -> Self:
        names = {field.name: field for field in fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(raw) - set(names))
        missing = sorted(name for name, field in names.items() if name not in raw and not _has_default(field))
        if unknown or missing:
            raise RegisterError(
                [Problem("unknown_key", where, f"多出 {key}") for key in unknown]
                + [Problem("missing_key", where, f"缺少 {key}") for key in missing]
            )
        return cls(**{key: _freeze(value) for key, value in raw.items()})


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING


def _freeze(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_freeze(one) for one in value)
    if isinstance(value, dict) and set(value) == {"law", "article"}:
        return LegalReference(str(value["law"]), str(value["article"]))
    if isinstance(value, dict) and set(value) == {"number", "signed_on", "valid_until"}:
        return Agreement(value["number"], _day(value["signed_on"]), _day(value["valid_until"]))
    return value


def _day(value: object) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    return value if isinstance(value, date) else None


@dataclass(frozen=True)
class LegalReference:
    """法律依据: a law and one article of it."""

    law: str
    article: str

    def part(self) -> str:
        """第七十四条; a part that is not a number stands in brackets."""
        return f"第{numeral(int(self.article))}条" if self.article.isdigit() else f"（{self.article}）"


@dataclass(frozen=True)
class Agreement:
    """共享协议: number and dates; no number means that none was signed."""

    number: str
    signed_on: date | None
    valid_until: date | None


@dataclass(frozen=True)
class Item(Row):
    """数据项."""

    code: str
    label_zh: str
    plain_zh: str
    sensitivity: str
    level: str
    source: str
    key_class: str
    mask: str
    quasi_identifier: bool


@dataclass(frozen=True)
class Table:
    """数据表: the item that opens its rows and what each column holds."""

    name: str
    label_zh: str
    item: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Use(Row):
    """用途类别: one of the uses that the policy document lists; a general aim alone justifies nothing."""

    code: str
    clause: str
    name: str
    general: bool


@dataclass(frozen=True)
class Party(Row):
    """当事方."""

    code: str
    name: str
    role: str
    address: str
    contact: str
    statement_url: str
    clause: str


@dataclass(frozen=True)
class Process(Row):
    """处理目的: one purpose, the unit that the gate opens and that consent is asked for."""

    code: str
    name: str
    plain_zh: str
    use: str
    purpose: str
    legal_basis: str
    legal_reference: tuple[LegalReference, ...]
    necessity: str
    consent_kind: str
    items: tuple[str, ...]
    writes: tuple[str, ...]
    roles: tuple[str, ...]
    row_rule: str
    rate: str
    min_level: int
    approval: str
    automation: str
    retention: str
    recipients: tuple[str, ...]
    assessment: str
    necessity_zh: str
    impact_zh: str
    in_force: bool
    permission: str = ""

    @property
    def data(self) -> tuple[str, ...]:
        """Items read or written, each once."""
        return tuple(dict.fromkeys(self.items + self.writes))

    @property
    def optional(self) -> bool:
        """True when the person may say no and every other service goes on."""
        return self.legal_basis == CONSENT_BASIS

    def rate_limit(self) -> tuple[int, int]:
        """Count and window in seconds of `rate` (120/m)."""
        count, unit = self.rate.split("/")
        return int(count), {"s": 1, "m": 60, "h": 3600, "d": 86400}[unit]

    def basis_text(self) -> str:
        """The legal basis as the ledger shows it."""
        words = cite(self.legal_reference)
        return f"您的同意（{words}）" if self.optional else words


@dataclass(frozen=True)
class Retention(Row):
    """保存期限: from which event, how long (ISO 8601), and what happens then."""

    code: str
    trigger: str
    period: str
    end_action: str
    items: tuple[str, ...]
    legal_reference: tuple[LegalReference, ...]
    plain_zh: str


@dataclass(frozen=True)
class Assessment(Row):
    """影响评估 (PIPL 55, 56), kept at least three years."""

    code: str
    scope_zh: str
    risk_zh: str
    risk: str
    measures_zh: str
    approved_by: str
    assessed_on: date
    review_by: date
    keep: str


@dataclass(frozen=True)
class Sharing(Row):
    """共享: one recipient, one purpose; in force only under an agreement or a law."""

    code: str
    recipient: str
    relation: str
    direction: str
    items: tuple[str, ...]
    fields_zh: str
    purpose_zh: str
    consent_kind: str
    payment: bool
    onward: bool
    cross_border: bool
    legal_reference: tuple[LegalReference, ...]
    agreement: Agreement
    return_or_delete: str
    record_keep: str
    clause: str
    in_force: bool


@dataclass(frozen=True)
class Permission(Row):
    """设备权限, with the one use it has and the way around it."""

    code: str
    name: str
    sole_use: str
    feature: str
    when: str
    optional: bool
    fallback: str
    clause: str


@dataclass(frozen=True)
class Signal(Row):
    """设备信号: one thing a device or page may send, for one purpose, and the only form in which it stays.

    `grant`: the permission or explained grant it needs. `every`: seconds between two readings that are kept.
    """

    code: str
    name: str
    plain_zh: str
    kind: str
    purpose: str
    grant: str
    form: str
    values: tuple[str, ...]
    every: int
    retention: str
    personal: bool
    clause: str


@dataclass(frozen=True)
class ClientStorage(Row):
    """Cookie 与本地存储."""

    name: str
    kind: str
    purpose_zh: str
    lifetime_zh: str
    first_party: bool
    essential: bool
    personal: bool
    clause: str


@dataclass(frozen=True)
class ThirdPartyCode(Row):
    """第三方代码: none by default."""

    name: str
    supplier: str
    version: str
    purpose_zh: str
    statement_url: str


@dataclass(frozen=True)
class Lowered(Row):
    """降级批准: who agreed, and why, that an item counts as less sensitive than in the version before."""

    item: str
    approver: str
    reason: str


def cite(references: Iterable[LegalReference]) -> str:
    """社会保险法第四条、第七十四条，社会保险经办条例第三十二条."""
    laws: dict[str, list[str]] = {}
    for reference in references:
        laws.setdefault(reference.law, []).append(reference.part())
    return "，".join(law + "、".join(parts) for law, parts in laws.items())


def numeral(number: int) -> str:
    """Chinese numeral of an article number, 1 to 199."""
    if number < 10:
        return NUMERALS[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return ("" if tens == 1 else NUMERALS[tens]) + "十" + (NUMERALS[ones] if ones else "")
    hundreds, rest = divmod(number, 100)
    tail = "" if not rest else ("零" + NUMERALS[rest] if rest < 10 else _with_tens(rest))
    return NUMERALS[hundreds] + "百" + tail


def _with_tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    return NUMERALS[tens] + "十" + (NUMERALS[ones] if ones else "")


def days(period: str) -> int | None:
    """Length of an ISO 8601 period of years, months or days, in days; None when it is none."""
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?", period)
    if match is None or period == "P":
        return None
    years, months, left = (int(part or 0) for part in match.groups())
    return years * 365 + months * 30 + left
