"""安全措施清单: each promised protection, the running control behind it, and a probe that can fail.

The probes look at the installation as it is (database catalogue, key files, settings), not at what code intends.
`shebao install` runs them; in production nothing starts while one fails.
"""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from shebao.privacy import accesslog, aead, keys, policy, register, vault
from shebao.privacy.install import VAULT, dictionary
from shebao.privacy.models import ControlResult

PROBE_SUBJECT = 0


@dataclass(frozen=True)
class Control:
    """One control: what it protects against, who answers for it, how it is probed (empty answer: it works)."""

    code: str
    name: str
    kind: str
    owner: str
    promises: tuple[str, ...]
    probe: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """The last outcome of a control."""

    control: Control
    passed: bool
    detail: str


def run(*, now: datetime) -> list[Result]:
    """Probes every control and keeps the results."""
    results = [_probe(control) for control in CONTROLS]
    ControlResult.objects.using("owner").bulk_create(
        ControlResult(code=r.control.code, passed=r.passed, detail=r.detail, at=now) for r in results
    )
    return results


def failing(results: list[Result]) -> list[Result]:
    """Those that fail."""
    return [result for result in results if not result.passed]


def latest() -> list[tuple[Control, ControlResult | None]]:
    """Every control with its newest result, failing ones first."""
    newest: dict[str, ControlResult] = {}
    for row in ControlResult.objects.using("default").order_by("id"):
        newest[row.code] = row
    rows = [(control, newest.get(control.code)) for control in CONTROLS]
    return sorted(rows, key=lambda pair: bool(pair[1] and pair[1].passed))


def _probe(control: Control) -> Result:
    try:
        detail = control.probe()
    except Exception as problem:
        detail = f"检查没有完成：{type(problem).__name__}"
    return Result(control, not detail, detail)


def _encryption() -> str:
    sealed = vault.seal(PROBE_SUBJECT, "person.name", "核对用字")
    if "核对用字".encode() in sealed:
        return "保险箱里的值没有加密"
    try:
        vault.unseal(PROBE_SUBJECT + 1, "person.name", sealed)
    except (aead.Unreadable, keys.Destroyed):
        pass
    else:
        return "别人的密钥也能解开"
    with connections["owner"].cursor() as cursor:
        cursor.execute("select ciphertext from privacy_vault where item = 'person.id_number' limit 200")
        plain = [row for row in cursor.fetchall() if bytes(row[0])[-18:].isdigit()]
    return "保险箱里有没加密的证件号" if plain else ""


def _row_access() -> str:
    personal = [n for n, t in dictionary()["table"].items() if "subject_id" in t["columns"] and t.get("item")]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select relname from pg_class where relname = any(%s) and not relrowsecurity",
            [[*personal, VAULT]],
        )
        open_tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            "select rolname from pg_roles where rolname in ('shebao_app', 'shebao_login', 'shebao_worker')"
            " and (rolsuper or rolbypassrls)"
        )
        mighty = [name for (name,) in cursor.fetchall()]
    if open_tables:
        return f"这些表没有行级控制：{'、'.join(sorted(open_tables))}"
    return f"这些角色权限过大：{'、'.join(mighty)}" if mighty else ""


def _ledger() -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select bool_or(has_table_privilege(r, 'privacy_entry', p)) from unnest(array['shebao_app',"
            " 'shebao_login', 'shebao_worker']) r, unnest(array['INSERT', 'UPDATE', 'DELETE']) p"
        )
        (writable,) = cursor.fetchone()
    if writable:
        return "运行角色能直接改账本"
    return "" if (Path(settings.HOME) / "keys" / "ledger.key").exists() else "账本没有签名密钥"


def _rates() -> str:
    unlimited = [p.code for p in register.current().process.values() if p.in_force and p.rate_limit()[0] <= 0]
    return f"这些用途没有次数限制：{'、'.join(unlimited)}" if unlimited else ""


def _key_files() -> str:
    home = Path(settings.HOME)
    wide = [
        path.name
        for path in (settings.SECRET_FILE, *sorted((home / "keys").iterdir()), home / "database.json")
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    return f"这些密钥文件别人也能读：{'、'.join(wide)}" if wide else ""


def _transport() -> str:
    return (
        ""
        if not settings.PRODUCTION or "Strict-Transport-Security" in settings.SECURITY_HEADERS
        else "没有强制 https"
    )


def _policy_text() -> str:
    changed = policy.altered()
    return f"公布过的政策被改动：{'、'.join(changed)}" if changed else ""


def _access_log() -> str:
    broken = [path.name for path in accesslog.files() if accesslog.broken_line(path)]
    return f"访问日志被改动：{'、'.join(broken)}" if broken else ""


def _handler() -> str:
    """Name in the profile and in the policy in force (JL-3.7-05)."""
    return (
        ""
        if register.current().handler.name == settings.DEPLOYMENT["handler"]["name"]
        else "经办单位的名称和政策不一致"
    )


def _controls() -> Iterator[Control]:
    yield Control(
        "encryption",
        "敏感信息加密存放",
        "technical",
        "信息安全",
        ("JL-0-04", "EB-4-04", "GX-3.1-02"),
        _encryption,
    )
    yield Control(
        "row-access", "每行信息按用途放行", "technical", "信息安全", ("JL-0-04", "GX-3.1-04"), _row_access
    )
    yield Control("ledger", "查看记录只增不改", "technical", "内控审计", ("JL-3.1.2-06", "EB-0-02"), _ledger)
    yield Control("rates", "每种用途有次数限制", "technical", "信息安全", ("JL-3.4-01", "GX-3.1-03"), _rates)
    yield Control(
        "key-files", "密钥文件只有本系统能读", "managerial", "信息安全", ("EB-4-07", "GX-3.1-02"), _key_files
    )
    yield Control("transport", "传输加密", "technical", "信息安全", ("EB-4-02", "JL-3.4-01"), _transport)
    yield Control(
        "policy-text",
        "公布的政策不可改",
        "managerial",
        "个人信息保护",
        ("JL-3.7-01", "GX-7-01"),
        _policy_text,
    )
    yield Control(
        "access-log", "访问日志不可改", "technical", "内控审计", ("JL-3.1.1.2-14", "EB-1.2.2-01"), _access_log
    )
    yield Control("handler", "经办单位名称与政策一致", "managerial", "个人信息保护", ("JL-3.7-05",), _handler)


CONTROLS = tuple(_controls())
