"""服务目录: what a profile offers, each service once, with operator, purposes, data items, conditions, clause, probe.

An entry that is not complete cannot be opened; a fee has no place in it (平台的服务全部免费).
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from shebao.privacy.book import Register
from shebao.privacy.declared import Problem, RegisterError, Row

KINDS = {
    "enquiry": "查询",
    "certificate": "证明",
    "item": "办事",
    "account": "账号",
    "rights": "个人信息权利",
    "public": "公开信息",
}
PRECONDITIONS = {
    "login": "先登录",
    "card": "先绑定社保卡",
    "consent": "先同意这个用途",
    "twice": "再确认一次是本人",
    "staff": "工作人员登录",
}
HANDLER = "handler"
EVERY = ""
CODE = re.compile(r"[a-z][a-z0-9.-]{1,60}")
FEE = re.compile(r"fee|price|cost|charge|amount|order|pay|费|价|收款")


@dataclass(frozen=True)
class Service(Row):
    """服务: one entry. `paths` are its pages and calls, the first leads there; `probe` says what must answer.

    `open` stays so in maintenance and after closing (权利、政策、联系). `impersonal` uses no personal data at all.
    `draft` is hidden until an operator opens it. `reading` are those of its addresses that are open to
    whoever is not registered; a star stands for what follows.
    """

    code: str
    name: str
    kind: str
    paths: tuple[str, ...]
    probe: tuple[str, ...]
    purposes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    preconditions: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    operator: str = HANDLER
    open: bool = False
    impersonal: bool = False
    draft: bool = False
    reading: tuple[str, ...] = ()
    icon: str = "work"

    @property
    def page(self) -> str:
        """Where the service begins."""
        return self.paths[0]

    def role(self, path: str) -> str:
        """registered, or everyone: who may call this address of the service."""
        is_open = "login" not in self.preconditions or any(fnmatchcase(path, one) for one in self.reading)
        return "everyone" if is_open else "registered"

    @property
    def health(self) -> str:
        """Address of its probe."""
        return f"/healthz/services/{self.code}"


class Directory:
    """服务目录 of one profile; looks a service up by code and by address."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services = tuple(services)
        self.by_code = {one.code: one for one in self.services}
        pairs = [(path, one) for one in self.services for path in one.paths]
        self._longest_first = sorted(pairs, key=lambda pair: -len(pair[0]))

    def serving(self, path: str) -> Service | None:
        """The service an address belongs to: the longest path that fits; none for pages without a service."""
        for own, service in self._longest_first:
            if path == own:
                return service
            if own != "/" and path.startswith(own if own.endswith("/") else (f"{own}/", f"{own}.")):
                return service
        return None

    def closed_purposes(self, ceased: Iterable[str]) -> tuple[str, ...]:
        """Purposes that no running service needs once these have ceased; a purpose of an open service never."""
        gone = set(ceased)
        stopped = {code for one in self.services if one.code in gone for code in one.purposes}
        needed = {code for one in self.services if one.code not in gone for code in one.purposes}
        return tuple(sorted(stopped - needed))


def read(profiles: Path, book: Register, extra: Iterable[Service] = ()) -> tuple[Service, ...]:
    """The entries of a profile as written: shared files, its own, and those of rooms above (`extra`).

    A shared entry whose purposes this register does not have is no service of the profile.
    """
    files = (*sorted((profiles / "services").glob("*.toml")), profiles / book.profile / "services.toml")
    rows = [entry for file in files if file.exists() for entry in _entries(file)]
    return tuple(one for one in (*rows, *extra) if set(one.purposes) <= book.process.keys())


def accept(services: tuple[Service, ...], book: Register) -> Directory:
    """The directory of these entries. Raises RegisterError with every reason; a draft may still be incomplete."""
    found = [problem for one in services if not one.draft for problem in problems(one, book)]
    found += list(_twice(services))
    if found:
        raise RegisterError(found)
    return Directory(services)


def problems(service: Service, book: Register) -> Iterator[Problem]:
    """Why an entry cannot be opened; none means complete."""
    where = f"service {service.code}"
    if not CODE.fullmatch(service.code) or not service.name or service.kind not in KINDS:
        yield Problem("bad_value", where, "编号、名称或种类不对")
    if not service.paths or not service.probe:
        yield Problem("no_probe", where, "要写明地址和健康探测")
    if not service.impersonal and not service.purposes:
        yield Problem("no_purpose", where, "没有写明用途")
    if not service.impersonal and not service.items:
        yield Problem("no_items", where, "没有写明用到哪些信息")
    if service.impersonal and (service.purposes or service.items):
        yield Problem("not_impersonal", where, "写了不用个人信息，又列了用途或信息")
    known = [book.process[code] for code in service.purposes if code in book.process]
    if len(known) < len(service.purposes):
        yield Problem("unknown_purpose", where, "用途不在登记册里")
    declared = {item for process in known for item in process.data}
    for item in sorted(set(service.items) - declared):
        yield Problem("unknown_item", where, f"用途里没有登记 {item}")
    for code in sorted(set(service.preconditions) - PRECONDITIONS.keys()):
        yield Problem("bad_value", where, f"没有 {code} 这种条件")
    if "visitor" not in {role for one in known for role in one.roles} and known and not service.preconditions:
        yield Problem("no_preconditions", where, "没有写明先要做什么")
    if service.operator != HANDLER and service.operator not in book.party:
        yield Problem("unknown_party", where, f"当事方里没有 {service.operator}")
    if not clause(service, book):
        yield Problem("no_clause", where, "没有对应的政策条款")


def clause(service: Service, book: Register) -> str:
    """The row of the policy that promises the service: its own, else the one of its first purpose's use."""
    document = book.handler.clause.partition("-")[0]
    own = [code for code in service.clauses if code.partition("-")[0] == document]
    if own:
        return own[0]
    uses = [book.use.get(book.process[code].use) for code in service.purposes if code in book.process]
    return next((use.clause for use in uses if use and use.clause), "")


def operator(service: Service, book: Register) -> str:
    """Who runs it, by name."""
    party = book.handler if service.operator == HANDLER else book.party.get(service.operator)
    return party.name if party else ""


def conditions(service: Service, book: Register) -> tuple[str, ...]:
    """What comes first; a bound card where the register reaches the person through it."""
    linked = any(book.process[code].row_rule == "linked" for code in service.purposes)
    return (*service.preconditions, *(("card",) if linked and "card" not in service.preconditions else ()))


def _entries(file: Path) -> Iterator[Service]:
    for raw in tomllib.loads(file.read_text("utf-8")).get("service", []):
        where = f"service {raw.get('code', '?')}"
        fees = [key for key in raw if FEE.search(key)]
        if fees:
            raise RegisterError([Problem("fee", where, f"服务全部免费，不能写 {key}") for key in fees])
        yield Service.read(where, raw)


def _twice(services: tuple[Service, ...]) -> Iterator[Problem]:
    codes: set[str] = set()
    paths: set[str] = set()
    for one in services:
        if one.code in codes:
            yield Problem("repeated", f"service {one.code}", "编号重复")
        for path in one.paths:
            if path in paths:
                yield Problem("repeated", f"service {one.code}", f"地址 {path} 已经属于别的服务")
        codes.add(one.code)
        paths.update(one.paths)
