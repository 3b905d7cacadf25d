"""The register as one value (登记册): its rows by code, its canonical bytes and its hashes."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from cryptography.hazmat.primitives import hashes

from shebao.privacy.declared import (
    Assessment,
    ClientStorage,
    Item,
    Lowered,
    Party,
    Permission,
    Problem,
    Process,
    RegisterError,
    Retention,
    Row,
    Sharing,
    Signal,
    Table,
    ThirdPartyCode,
    Use,
)

KEYED: dict[str, tuple[str, type[Row]]] = {
    "use": ("code", Use),
    "party": ("code", Party),
    "process": ("code", Process),
    "retention": ("code", Retention),
    "assessment": ("code", Assessment),
    "sharing": ("code", Sharing),
    "permission": ("code", Permission),
    "signal": ("code", Signal),
    "client_storage": ("name", ClientStorage),
    "third_party_code": ("name", ThirdPartyCode),
    "lowered": ("item", Lowered),
}
HEADER = ("version", "effective_on", "updated_on", "profile", "handler", "officer")


@dataclass(frozen=True)
class Register:
    """One version of the register of one profile. Equal content has equal hashes."""

    header: Mapping[str, Any]
    items: Mapping[str, Item]
    tables: Mapping[str, Table]
    use: Mapping[str, Use]
    party: Mapping[str, Party]
    process: Mapping[str, Process]
    retention: Mapping[str, Retention]
    assessment: Mapping[str, Assessment]
    sharing: Mapping[str, Sharing]
    permission: Mapping[str, Permission]
    signal: Mapping[str, Signal]
    client_storage: Mapping[str, ClientStorage]
    third_party_code: Mapping[str, ThirdPartyCode]
    lowered: Mapping[str, Lowered]

    @property
    def version(self) -> str:
        return str(self.header["version"])

    @property
    def profile(self) -> str:
        return str(self.header["profile"])

    @property
    def effective_on(self) -> date:
        return _date(self.header["effective_on"])

    @property
    def updated_on(self) -> date:
        return _date(self.header["updated_on"])

    @property
    def handler(self) -> Party:
        return self.party[self.header["handler"]]

    def body(self) -> dict[str, Any]:
        """The content without storage places: what the person is told and the gate enforces."""
        content: dict[str, Any] = {
            "register": dict(self.header),
            "item": [asdict(one) for one in self.items.values()],
        }
        for kind in KEYED:
            content[kind] = [asdict(row) for row in getattr(self, kind).values()]
        plain: dict[str, Any] = json.loads(json.dumps(content, default=_plain))
        return plain

    def canonical(self) -> bytes:
        """Sorted, minimal JSON of `body`, the bytes that are hashed."""
        return json.dumps(self.body(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def sha256(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    def sm3(self) -> str:
        digest = hashes.Hash(hashes.SM3())
        digest.update(self.canonical())
        return digest.finalize().hex()

    def browser_features(self) -> tuple[str, ...]:
        """Browser features this register allows to its own pages; every other one is closed (JL-4.1.2-08)."""
        return tuple(row.feature for row in self.permission.values() if row.feature)

    def retention_of(self, item: str) -> Retention | None:
        """The rule that ends the life of an item."""
        return next((rule for rule in self.retention.values() if item in rule.items), None)

    @classmethod
    def from_body(cls, body: Mapping[str, Any], tables: Mapping[str, Table] | None = None) -> Self:
        """A register from its parts; refuses unknown or missing keys and repeated codes."""
        parts: dict[str, dict[str, Any]] = {}
        for kind, (key, row) in KEYED.items():
            parts[kind] = _keyed(kind, key, row, body.get(kind, ()))
        header = body["register"]
        missing = [Problem("missing_key", "register", f"缺少 {key}") for key in HEADER if key not in header]
        if missing:
            raise RegisterError(missing)
        return cls(
            header=header, items=_keyed("item", "code", Item, body["item"]), tables=tables or {}, **parts
        )


def _keyed(kind: str, key: str, row: type[Row], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for raw in rows:
        name = str(raw.get(key, "?"))
        if name in found:
            raise RegisterError([Problem("repeated", f"{kind} {name}", "编号重复")])
        found[name] = row.read(f"{kind} {name}", _dated(raw))
    return found


def _dated(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _date(value) if key in ("assessed_on", "review_by") else value for key, value in raw.items()}


def _date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"不能写进登记册：{value!r}")
