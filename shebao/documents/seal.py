"""Keys of the test seal (测试用章): a self-issued root and a signing certificate, both P-256."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from shebao.base import clock

ROOT_FILE = "keys/seal-root.p12"
SEAL_FILE = "keys/seal.p12"
ROOT_YEARS = 20
SEAL_YEARS = 3
RENEW_DAYS = 90
_DAY = timedelta(days=1)


def prepare(home: Path, now: datetime | None = None) -> None:
    """Makes what lacks, renews a seal near its end; leaves a bureau's own seal.p12 alone."""
    moment = now or clock.now()
    root, seal = home / ROOT_FILE, home / SEAL_FILE
    (home / "keys").mkdir(parents=True, exist_ok=True, mode=0o700)
    if seal.exists() and not root.exists():
        return
    if not root.exists():
        _make_root(root, moment)
    if not seal.exists() or _load(seal)[1].not_valid_after_utc - moment < RENEW_DAYS * _DAY:
        _make_seal(seal, *_load(root), moment)


def trust_root(home: Path) -> bytes:
    """The root certificate as PEM, for anyone who wants to check a PDF without us."""
    return root_certificate(home).public_bytes(Encoding.PEM)


def root_certificate(home: Path) -> x509.Certificate:
    """The root as the seal file carries it, so that a bureau's own seal brings its own root."""
    bundle = pkcs12.load_pkcs12((home / SEAL_FILE).read_bytes(), None)
    chain = [extra.certificate for extra in bundle.additional_certs]
    for certificate in chain:
        if certificate.issuer == certificate.subject:
            return certificate
    raise ValueError("the seal file carries no root certificate")


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + years * 365 * _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _make_root(file: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Shebao test root (no legal effect)")
    root = (
        _builder(name, name, key.public_key(), now, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, SHA256())
    )
    _save(file, key, root, [])


def _make_seal(
    file: Path, root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate, now: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    seal = (
        _builder(_name("Shebao test seal (no legal effect)"), root.subject, key.public_key(), now, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, SHA256())
    )
    _save(file, key, seal, [root])


def _load(file: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key, certificate, _ = pkcs12.load_key_and_certificates(file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
        raise ValueError(f"{file.name} holds no P-256 key")
    return key, certificate


def _save(
    file: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate]
) -> None:
    body = pkcs12.serialize_key_and_certificates(b"shebao", key, certificate, chain, NoEncryption())
    half = file.with_suffix(".new")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(body)
    half.replace(file)
