"""What a run is made of: streams in, one pure function on columns, streams out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shebao.batch.copying import Layout
from shebao.rules.columns import Column

Columns = Mapping[str, Column]


@dataclass(frozen=True)
class Parameters:
    """What was asked, the same for every chunk. `since`: 补差 back to this month (0: none)."""

    period: int
    as_of: date
    since: int = 0
    allow_demo: bool = False

    def as_json(self) -> dict[str, Any]:
        """The parameters as the journal keeps them."""
        return {
            "period": self.period,
            "as_of": self.as_of.isoformat(),
            "since": self.since,
            "allow_demo": self.allow_demo,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Parameters":
        """The parameters of a run in the journal."""
        return cls(kept["period"], date.fromisoformat(kept["as_of"]), kept["since"], kept["allow_demo"])


@dataclass(frozen=True)
class Source:
    """A query over the subjects of a chunk; every column fixed-width and never NULL."""

    query: str
    layout: Layout


@dataclass(frozen=True)
class Target:
    """Where rows go: staged as `layout` in the order of `key`, then `store` puts them in place as one statement."""

    layout: Layout
    key: tuple[str, ...]
    store: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Rows by target, and totals: whole numbers that add up over chunks."""

    rows: Mapping[str, Columns]
    totals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """What a chunk came to. `fresh` is False when it had been done before."""

    position: int
    rows_in: int
    rows_out: int
    checksum: str
    totals: Mapping[str, int]
    seconds: float = 0.0
    fresh: bool = True


@dataclass(frozen=True)
class Balance:
    """A sum that must agree (对账): what, and both sides."""

    name: str
    left: int
    right: int


@dataclass(frozen=True)
class Kind:
    """One kind of run (批量业务) and the purpose under which it opens rows."""

    code: str
    name: str
    unit: str
    items: tuple[str, ...]
    writes: tuple[str, ...]
    sources: Mapping[str, Source]
    targets: Mapping[str, Target]
    compute: Callable[[Parameters, Mapping[str, Columns]], Outcome]
    check: Callable[[Parameters], None]
    balance: Callable[[Mapping[str, int]], list[Balance]]

    @property
    def process(self) -> str:
        """The purpose in the register."""
        return f"run.{self.code}"
