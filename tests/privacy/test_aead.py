"""Sealed bytes open for their key and context only: flipped, cut, moved or relabelled ones never do."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import aead

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CIPHERS = tuple(aead.CIPHERS)


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("plain", [b"", b"x", "何晓梅".encode(), bytes(10_000)])
def test_what_was_sealed_opens(cipher: str, plain: bytes) -> None:
    assert aead.decrypt(KEY, aead.encrypt(KEY, plain, b"context", cipher), b"context") == plain


@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_flipped_bit_anywhere_is_refused(cipher: str) -> None:
    sealed = aead.encrypt(KEY, b"220104", b"context", cipher)

    for at in range(len(sealed) * 8):
        bent = bytearray(sealed)
        bent[at // 8] ^= 1 << at % 8
        with pytest.raises(aead.Unreadable):
            aead.decrypt(KEY, bytes(bent), b"context")


@pytest.mark.parametrize("cipher", CIPHERS)
def test_cut_or_lengthened_bytes_are_refused(cipher: str) -> None:
    sealed = aead.encrypt(KEY, b"220104", b"context", cipher)

    for wrong in [sealed[:length] for length in range(len(sealed))] + [sealed + b"\x00", b"\x00" + sealed]:
        with pytest.raises(aead.Unreadable):
            aead.decrypt(KEY, wrong, b"context")


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize(
    ("key", "context"), [(OTHER, b"context"), (KEY, b"Context"), (KEY, b""), (KEY, b"context ")]
)
def test_another_key_or_context_is_refused(cipher: str, key: bytes, context: bytes) -> None:
    with pytest.raises(aead.Unreadable):
        aead.decrypt(key, aead.encrypt(KEY, b"220104", b"context", cipher), context)


def test_the_same_value_never_seals_to_the_same_bytes() -> None:
    assert len({aead.encrypt(KEY, b"same", b"") for _ in range(500)}) == 500


def test_short_keys_are_refused() -> None:
    for cipher in CIPHERS:
        with pytest.raises(ValueError):
            aead.encrypt(KEY[:16], b"", b"", cipher)


def test_sm4_gcm_agrees_with_the_example_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    plain = bytes.fromhex(
        "aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8
    )
    sealer = Cipher(algorithms.SM4(key), modes.GCM(bytes.fromhex("00001234567800000000abcd"))).encryptor()
    sealer.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    body = sealer.update(plain) + sealer.finalize()

    assert body[:16].hex() == "17f399f08c67d5ee19d0dc9969c4bb7d"
    assert sealer.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_derived_keys_differ_by_purpose() -> None:
    assert len({aead.derive(KEY, "a"), aead.derive(KEY, "b"), aead.derive(OTHER, "a")}) == 3
    assert aead.derive(KEY, "a") == aead.derive(KEY, "a")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(noise: bytes) -> None:
    with pytest.raises(aead.Unreadable):
        aead.decrypt(KEY, noise, b"context")
