import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shebao.base import clock
from shebao.documents import seal, sign
from shebao.documents.render import render
from tests.documents import pdf, samples


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    seal.prepare(folder)
    yield folder


@pytest.fixture(scope="module")
def sealed(home: Path) -> bytes:
    plain = render(
        samples.enrolment(),
        samples.issuer(),
        serial="JL-CB-20261122-0000001",
        code="GVJ7HK4CEDEK39FQVNMV",
        issued_at=samples.NOW,
        valid_until=date(2027, 2, 20),
    )
    return sign.sign(plain, home)


def test_pdfsig_calls_the_signature_valid_over_the_whole_document(sealed: bytes, tmp_path: Path) -> None:
    found = pdf.seal(sealed, tmp_path)
    assert "Signature is Valid" in found
    assert "Total document signed" in found
    assert "ETSI.CAdES.detached" in found
    assert "no legal effect" in found


def test_signing_leaves_text_and_fonts_alone(sealed: bytes, tmp_path: Path) -> None:
    assert "社会保险参保证明" in pdf.text(sealed, tmp_path)
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in pdf.fonts(sealed, tmp_path))


def test_one_flipped_byte_breaks_the_seal_for_pdfsig_and_for_us(
    sealed: bytes, home: Path, tmp_path: Path
) -> None:
    broken = bytearray(sealed)
    broken[len(sealed) // 3] ^= 1
    assert "Signature is Valid" not in pdf.seal(bytes(broken), tmp_path)
    assert not sign.check(bytes(broken), home, clock.now()).holds


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_single_changed_byte_survives_the_check(sealed: bytes, home: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(sealed) - 1))
    broken = bytearray(sealed)
    broken[at] ^= data.draw(st.integers(1, 255))
    check = sign.check(bytes(broken), home, clock.now())
    contents = range(sealed.index(b"/Contents <"), sealed.index(b">", sealed.index(b"/Contents <")))
    assert not check.holds or at in contents


def test_the_seal_as_issued_holds_and_an_appended_byte_uncovers_it(sealed: bytes, home: Path) -> None:
    assert sign.check(sealed, home, clock.now()).holds
    added = sign.check(sealed + b"\n%", home, clock.now())
    assert added.intact
    assert not added.whole
    assert not added.holds


def test_a_seal_of_another_root_is_not_ours(sealed: bytes, tmp_path: Path) -> None:
    seal.prepare(tmp_path)
    check = sign.check(sealed, tmp_path, clock.now())
    assert check.intact
    assert not check.ours


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7", b"%PDF-1.7\n" + b"\x00" * 500, b"hello"])
def test_junk_is_unsealed_not_an_error(junk: bytes, home: Path) -> None:
    assert sign.check(junk, home, clock.now()) == sign.UNSEALED


def test_the_root_can_be_handed_out_and_openssl_trusts_the_seal_by_it(home: Path, tmp_path: Path) -> None:
    root = x509.load_pem_x509_certificate(seal.trust_root(home))
    assert root.issuer == root.subject
    (tmp_path / "root.pem").write_bytes(seal.trust_root(home))
    leaf = subprocess.run(
        [
            "openssl",
            "pkcs12",
            "-in",
            str(home / seal.SEAL_FILE),
            "-nokeys",
            "-clcerts",
            "-passin",
            "pass:",
        ],
        capture_output=True,
        check=True,
    ).stdout
    (tmp_path / "leaf.pem").write_bytes(leaf)
    said = subprocess.run(
        [
            "openssl",
            "verify",
            "-CAfile",
            str(tmp_path / "root.pem"),
            str(tmp_path / "leaf.pem"),
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said.strip().endswith("OK")


def test_preparing_again_changes_nothing_until_the_seal_nears_its_end(
    tmp_path: Path,
) -> None:
    seal.prepare(tmp_path)
    first = (tmp_path / seal.SEAL_FILE).read_bytes()
    root = seal.trust_root(tmp_path)
    seal.prepare(tmp_path)
    assert (tmp_path / seal.SEAL_FILE).read_bytes() == first
    seal.prepare(tmp_path, clock.now() + timedelta(days=3 * 365 - 60))
    assert (tmp_path / seal.SEAL_FILE).read_bytes() != first
    assert seal.trust_root(tmp_path) == root


def test_a_seal_the_bureau_brought_is_left_alone(tmp_path: Path) -> None:
    seal.prepare(tmp_path)
    (tmp_path / seal.ROOT_FILE).unlink()
    own = (tmp_path / seal.SEAL_FILE).read_bytes()
    seal.prepare(tmp_path, clock.now() + timedelta(days=10_000))
    assert (tmp_path / seal.SEAL_FILE).read_bytes() == own


def test_key_files_are_readable_by_their_owner_only(home: Path) -> None:
    for name in (seal.ROOT_FILE, seal.SEAL_FILE):
        assert (home / name).stat().st_mode & 0o077 == 0
