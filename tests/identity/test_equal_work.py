"""Known or unknown, the same work is done: hashes, statements, seals and entries are counted, never seconds."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.documents import codes as papers
from shebao.documents import verify
from shebao.identity import accounts, passwords, resets, sessions
from shebao.identity.methods import sms
from shebao.privacy import aead
from shebao.rules.identity import citizen
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.documents.people import citizen as a_citizen
from tests.documents.people import paper
from tests.identity.people import PASSWORD, insured, rows
from tests.identity.post import Posted
from tests.identity.test_codes import PHONE, verified

KEPT = ("privacy_entry", "identity_code", "identity_attempt", "notices_message", "documents_attempt")


class Counted:
    """A hasher that counts."""

    def __init__(self, real: Any, seen: Counter[str]) -> None:
        self.real, self.seen = real, seen

    def verify(self, *given: Any) -> Any:
        self.seen["hash"] += 1
        return self.real.verify(*given)

    def hash(self, *given: Any) -> Any:
        self.seen["hash"] += 1
        return self.real.hash(*given)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Statements by connection, hashes, seals."""
    seen: Counter[str] = Counter()
    real = aead.encrypt

    def sealing(*given: Any) -> bytes:
        seen["seal"] += 1
        return real(*given)

    def statement(execute: Any, sql: str, *given: Any) -> Any:
        # A savepoint ends by its release or by going back to it, which is a statement more.
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen[sql.split("(")[0][:60]] += 1
        return execute(sql, *given)

    with ExitStack() as stack, monkeypatch.context() as patch:
        patch.setattr(passwords, "HASHER", Counted(passwords.HASHER, seen))
        patch.setattr(aead, "encrypt", sealing)
        for alias in settings.ROLES:
            if alias != "owner":
                stack.enter_context(connections[alias].execute_wrapper(statement))
        yield seen


def work(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[Counter[str], str]:
    """What a call does, and what it answers."""
    with counting(monkeypatch) as seen:
        try:
            call()
            answer = "done"
        except Refusal as refusal:
            answer = f"{refusal.code}: {refusal.message}"
    return seen, answer


def test_nobody_learns_from_the_work_who_is_known(
    open_house: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now, post = clock.now(), Posted()
    passwords.matches(None, "the first of a process makes the hash of nobody")
    accounts.create(
        role="citizen",
        login="known-one",
        password=PASSWORD,
        subject_id=insured(sequence=77).subject_id,
        by="installation",
    )
    accounts.create(role="clerk", login="desk-one", password=PASSWORD, unit="业务受理科", staff_no="001501",
                    totp_secret="JBSWY3DPEHPK3PXP", by="installation")  # fmt: skip
    verified(post=post)
    code = paper(a_citizen(), tmp_path).code
    name, number = (doors.value(people.CHUNMEI, item) for item in ("person.name", "person.id_number"))
    stranger = citizen.make("220102", date(1979, 3, 2), 987)

    def staff(login: str) -> Callable[[], object]:
        return lambda: sessions.staff_login(
            login=login, password="又一个-Wrong-1", code="000000", device="x", now=now
        )

    def phone(digits: str, source: str) -> Callable[[], object]:
        return lambda: sms.start(phone=digits, source=source, now=now, post=post)

    def reset(whose: str, digits: str, source: str) -> Callable[[], object]:
        return lambda: resets.start(
            name=name, id_number=whose, phone=digits, source=source, now=now, post=post
        )

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "log-in": (
            lambda: sessions.login(login="known-one", password="又一个-Wrong-1", device="x", now=now),
            lambda: sessions.login(login="nobody-one", password="又一个-Wrong-1", device="x", now=now),
        ),
        "log-in of staff": (staff("desk-one"), staff("desk-none")),
        "code by phone": (phone(PHONE, "10.0.0.1"), phone("13912349999", "10.0.0.2")),
        "reset by phone": (reset(number, PHONE, "10.0.0.5"), reset(stranger, PHONE, "10.0.0.6")),
        "verification": (
            lambda: verify.verify(code, "0000", client_key="10.0.0.3"),
            lambda: verify.verify(papers.new_code(), "0000", client_key="10.0.0.4"),
        ),
    }
    for what, (known, unknown) in pairs.items():
        rows("delete from identity_code returning 1")
        before = kept()
        one, said = work(known, monkeypatch)
        rows("delete from identity_code returning 1")
        between = kept()
        other, said_too = work(unknown, monkeypatch)
        assert said == said_too, what
        assert one == other, (what, one - other, other - one)
        assert one.total() > 0
        # What was done for nobody is undone: no message and no entry about anybody stays of it.
        if what not in ("code by phone", "reset by phone"):
            assert {t: kept()[t] - between[t] for t in KEPT} == {t: between[t] - before[t] for t in KEPT}, (
                what
            )
        else:
            assert kept()["notices_message"] == between["notices_message"], what
            assert one["seal"] > 0, what


def kept() -> dict[str, int]:
    return {table: int(rows(f"select count(*) from {table}")[0][0]) for table in KEPT}
