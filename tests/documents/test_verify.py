import itertools
import os
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import Error, connections, transaction

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.documents import codes
from shebao.documents.actions import revoke
from shebao.documents.content import Content
from shebao.documents.issue import issue
from shebao.documents.queries import certificate_file, certificates
from shebao.documents.verify import Result, Wait, verify, verify_pdf
from shebao.privacy import gate
from tests.documents import pdf, people, samples
from tests.documents.people import READS

pytestmark = pytest.mark.usefixtures("standing")
LAST4 = samples.NUMBER[-4:]
_clients = itertools.count(1)


@pytest.fixture
def client() -> str:
    """An address nobody has used before."""
    return f"client-{os.getpid()}-{uuid.uuid4()}-{next(_clients)}"


@pytest.fixture
def person() -> people.Person:
    return people.citizen()


@pytest.fixture
def paper(person: people.Person, tmp_path: Path) -> people.Paper:
    return people.paper(person, tmp_path)


@pytest.mark.clause("JL-4.1.1-03")
def test_a_printed_certificate_is_confirmed_by_number_and_hash_and_an_altered_one_is_not(
    person: people.Person, client: str, tmp_path: Path
) -> None:
    paper = people.paper(person, tmp_path, samples.contribution(), masked=False)
    text = pdf.text(paper.pdf, tmp_path)
    assert paper.row.serial in text
    assert "不得用于商业目的" in text
    found = verify(paper.code, LAST4, client_key=client)
    assert (found.state, found.serial) == ("valid", paper.row.serial)
    assert found.content_hash == bytes(paper.row.content_hash).hex()
    assert verify_pdf(paper.pdf, client_key=client).state == "valid"
    broken = bytearray(paper.pdf)
    broken[len(broken) // 3] ^= 1
    assert verify_pdf(bytes(broken), client_key=client).state == "altered"
    wrong = paper.code[:-1] + ("3" if paper.code[-1] != "3" else "4")
    assert verify(wrong, LAST4, client_key=client).state == "unknown"


def test_the_key_fields_match_the_paper_and_stay_masked(
    person: people.Person, client: str, tmp_path: Path
) -> None:
    paper = people.paper(person, tmp_path, masked=False)
    facts = dict(verify(paper.code.lower().replace("-", " "), LAST4, client_key=client).facts)
    assert facts["姓名"] == "何*梅"
    assert facts["证件尾号"] == LAST4
    assert facts["证明编号"] == paper.row.serial
    assert facts["企业职工基本养老保险"] == "正常参保，累计缴费 207 个月"
    assert samples.NUMBER not in str(facts)
    text = pdf.text(paper.pdf, tmp_path)
    for label in ("内容指纹", "有效到", "出具时间", "查询期间", "出具单位"):
        assert facts[label] in text


@pytest.mark.parametrize("content", [samples.contribution(), samples.statement()], ids=lambda c: c.kind)
def test_amounts_are_among_the_key_fields(
    content: Content, person: people.Person, client: str, tmp_path: Path
) -> None:
    paper = people.paper(person, tmp_path, content)
    facts = " ".join(value for _, value in verify(paper.code, LAST4, client_key=client).facts)
    assert ("51,480.00 元" if content.kind == "contribution" else "88,693.08 元") in facts


def test_every_verification_is_an_entry_the_holder_sees_without_the_verifier(
    person: people.Person, paper: people.Paper, client: str
) -> None:
    verify(paper.code, LAST4, client_key=client)
    verify_pdf(paper.pdf, client_key=client)
    verify(paper.code, "9999", client_key=client)
    seen = people.entries(person)
    assert [entry["outcome"] for entry in seen] == ["allowed", "allowed", "not_found"]
    for entry in seen:
        assert (entry["actor_role"], entry["actor_id"], entry["actor_unit"]) == ("visitor", None, "")
        assert entry["reason"] == paper.row.serial
        assert client not in str(entry)


def test_an_expired_certificate_was_genuine_when_issued(
    person: people.Person, client: str, tmp_path: Path
) -> None:
    old = people.paper(person, tmp_path, now=clock.now() - timedelta(days=92))
    found = verify(old.code, LAST4, client_key=client)
    assert (found.state, found.reasons) == ("expired", ("code_matches", "past_validity"))
    assert found.headline == "出具时是真的，已过有效期"
    assert found.facts
    assert verify_pdf(old.pdf, client_key=client).state == "expired"


def test_the_last_day_of_validity_still_counts(person: people.Person, client: str, tmp_path: Path) -> None:
    last_day = people.paper(person, tmp_path, now=clock.now() - timedelta(days=90))
    assert verify(last_day.code, LAST4, client_key=client).state == "valid"


def test_a_revoked_certificate_says_so_with_its_reason_and_only_once(
    person: people.Person, paper: people.Paper, client: str
) -> None:
    revoking = partial(revoke, reason="misused", now=clock.now(), by=person.actor)
    with gate.open(person.actor, "certificate.issue", writes=READS) as grant:
        revoking(grant, paper.row.id)
    found = verify(paper.code, LAST4, client_key=client)
    assert (found.state, found.reasons) == ("revoked", ("code_matches", "misused"))
    with (
        pytest.raises(Refusal, match="conflict"),
        gate.open(person.actor, "certificate.issue", writes=READS) as grant,
    ):
        revoking(grant, paper.row.id)


def test_a_citizen_cannot_give_an_agency_s_reason(person: people.Person, paper: people.Paper) -> None:
    with (
        pytest.raises(Refusal, match="invalid_input"),
        gate.open(person.actor, "certificate.issue", writes=READS) as grant,
    ):
        revoke(grant, paper.row.id, reason="issued_in_error", now=clock.now(), by=person.actor)


def test_an_issued_certificate_cannot_be_rewritten(person: people.Person, paper: people.Paper) -> None:
    for change in ("expires_at = now() + interval '9 years'", "masked = false", "facts = '\\x00'"):
        with (
            pytest.raises(Error, match="can only be revoked"),
            gate.open(person.actor, "certificate.issue", writes=READS),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"update documents_certificate set {change} where id = %s", [paper.row.id])


def test_an_unknown_code_and_a_wrong_last_four_look_the_same(paper: people.Paper, client: str) -> None:
    nobody = verify(codes.new_code(), LAST4, client_key=client)
    wrong = verify(paper.code, "9999", client_key=client)
    assert nobody == wrong == Result("unknown", ("no_match",))
    assert nobody.headline == "没有这份证明"


def test_five_wrong_tries_then_a_wait_that_is_told_and_doubles(paper: people.Paper, client: str) -> None:
    for _ in range(5):
        assert verify(codes.new_code(), LAST4, client_key=client).state == "unknown"
    with pytest.raises(Wait) as refused:
        verify(paper.code, LAST4, client_key=client)
    assert 890 < refused.value.seconds <= 900
    assert re.search(r"先等 15 分钟，到 \d+:\d\d 再试", refused.value.message)
    assert refused.value.status == 429
    assert verify(paper.code, LAST4, client_key=client + "-other").state == "valid"
    with connections["owner"].cursor() as cursor:
        cursor.execute("update documents_attempt set blocked_until = now() where blocked_until is not null")
    for _ in range(5):
        verify(codes.new_code(), LAST4, client_key=client)
    with pytest.raises(Wait) as longer:
        verify(paper.code, LAST4, client_key=client)
    assert longer.value.seconds > 1700


def test_guessing_the_last_four_of_one_code_is_stopped_whoever_guesses(
    paper: people.Paper, client: str
) -> None:
    for n in range(5):
        verify(paper.code, f"000{n}", client_key=f"{client}-{n}")
    with pytest.raises(Wait):
        verify(paper.code, LAST4, client_key=f"{client}-fresh")


def test_parallel_guesses_get_no_more_than_five_answers(paper: people.Paper, client: str) -> None:
    def guess(n: int) -> bool:
        try:
            verify(paper.code, f"00{n:02d}", client_key=f"{client}-{n}")
        except Wait:
            return False
        finally:
            connections["default"].close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(16))) == 5


def test_right_answers_never_make_a_counter_wait(paper: people.Paper, client: str) -> None:
    assert {verify(paper.code, LAST4, client_key=client).state for _ in range(12)} == {"valid"}


def test_files_that_are_not_ours_are_told_apart(client: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="invalid_input"):
        verify_pdf(b"hello", client_key=client)
    with pytest.raises(Refusal, match="invalid_input"):
        verify_pdf(b"%PDF-" + b"0" * 2_000_001, client_key=client)
    assert verify_pdf(b"%PDF-1.7 nothing", client_key=client).reasons == ("file_not_on_record", "seal_absent")


def test_attempts_keep_no_address(paper: people.Paper) -> None:
    verify(paper.code, "9999", client_key="203.0.113.77")
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select string_agg(a::text || encode(a.digest, 'escape'), ' ') from documents_attempt a"
        )
        (everything,) = cursor.fetchone()
    assert "203.0.113.77" not in everything


def test_addresses_of_one_ipv6_household_count_together(paper: people.Paper) -> None:
    prefix = f"2001:db8:{uuid.uuid4().hex[:4]}:1"
    for n in range(5):
        verify(codes.new_code(), LAST4, client_key=f"{prefix}::{n + 1}")
    with pytest.raises(Wait):
        verify(paper.code, LAST4, client_key=f"{prefix}::ffff")


def test_the_application_cannot_list_certificates(
    person: people.Person, paper: people.Paper, client: str
) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from documents_certificate")
        assert cursor.fetchone() == (0,)
    with transaction.atomic(), connections["default"].cursor() as cursor:
        assert verify(paper.code, LAST4, client_key=client).state == "valid"
        cursor.execute("select count(*) from documents_certificate")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from documents_attempt",
        "delete from documents_attempt",
        "select documents.count_failure('client', '\\x00')",
        "select documents.waiting('client', '\\x00')",
        "select documents.write_entry(null::documents_certificate, 'allowed', null)",
        "delete from documents_certificate",
    ],
)
def test_the_application_has_no_other_way_in(statement: str) -> None:
    with pytest.raises(Error, match="permission denied"), connections["default"].cursor() as cursor:
        cursor.execute(statement)


def test_the_row_holds_nothing_readable(person: people.Person, tmp_path: Path) -> None:
    paper = people.paper(person, tmp_path, masked=False)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select c::text, facts, pdf from documents_certificate c where id = %s", [paper.row.id]
        )
        row, facts, kept = cursor.fetchone()
    everything = row.encode() + bytes(facts) + bytes(kept)
    for clear in (
        samples.NAME,
        samples.NUMBER,
        LAST4 + '"',
        paper.code,
        paper.code.replace("-", ""),
        "%PDF",
        "何*梅",
    ):
        assert clear.encode() not in everything


def test_own_certificates_are_listed_and_the_file_is_named_by_kind_and_date(
    person: people.Person, paper: people.Paper, tmp_path: Path
) -> None:
    with gate.open(person.actor, "certificate.issue", items=READS) as grant:
        (listed,) = certificates(grant)
        file = certificate_file(grant, listed.id)
    assert (listed.name, listed.serial, listed.masked) == ("参保证明", paper.row.serial, True)
    assert listed.state(clock.now()) == "valid"
    assert file.name == f"参保证明-{clock.today_in_china(clock.now()):%Y%m%d}.pdf"
    assert listed.content_hash == file.content_hash
    assert "Signature is Valid" in pdf.seal(file.content, tmp_path)


def test_another_person_s_certificate_is_out_of_reach(paper: people.Paper) -> None:
    other = people.citizen()
    with gate.open(other.actor, "certificate.issue", items=READS, writes=READS) as grant:
        assert certificates(grant) == []
        for attempt in (
            partial(certificate_file, grant, paper.row.id),
            partial(revoke, grant, paper.row.id, reason="misused", now=clock.now(), by=other.actor),
        ):
            with pytest.raises(Refusal) as refused:
                attempt()
            assert (refused.value.code, refused.value.status) == ("out_of_reach", 403)


def test_issuing_under_someone_else_s_grant_is_refused(person: people.Person) -> None:
    with (
        pytest.raises(Refusal, match="out_of_reach"),
        gate.open(person.actor, "certificate.issue", writes=READS) as grant,
    ):
        issue(grant, samples.enrolment(), now=clock.now(), by=people.citizen().actor)


def test_a_grant_that_may_only_read_cannot_issue(person: people.Person) -> None:
    with (
        pytest.raises(Error, match="row-level security"),
        gate.open(person.actor, "certificate.issue", items=READS) as grant,
    ):
        issue(grant, samples.enrolment(), now=clock.now(), by=person.actor)
