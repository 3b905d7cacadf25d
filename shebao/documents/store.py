"""PDFs at rest: encrypted with the holder's statutory key, bound to person and serial."""

from shebao.privacy import aead, keys, master

KEY_CLASS = "statutory"
_VERSION_BYTES = 2


def sealed(subject_id: int, serial: str, pdf: bytes) -> bytes:
    """The PDF as the table keeps it; refuses when the person's key was destroyed."""
    key = keys.data_key(subject_id, KEY_CLASS)
    return key.version.to_bytes(_VERSION_BYTES) + aead.encrypt(
        key.key, pdf, _context(subject_id, serial), master.cipher()
    )


def unsealed(subject_id: int, serial: str, kept: bytes) -> bytes:
    """The PDF back; refuses bytes altered or of another person or serial."""
    key = keys.key_of_version(subject_id, KEY_CLASS, int.from_bytes(kept[:_VERSION_BYTES]))
    return aead.decrypt(key, kept[_VERSION_BYTES:], _context(subject_id, serial))


def _context(subject_id: int, serial: str) -> bytes:
    return f"documents_certificate|pdf|{subject_id}|{serial}".encode()
