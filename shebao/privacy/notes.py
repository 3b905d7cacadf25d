"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), signed with Ed25519."""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 64


class Malformed(ValueError):
    """Text that is not a note, checkpoint or proof at all."""


class Unproved(ValueError):
    """Well-formed text whose signature or hashes do not hold."""


def base64_text(data: bytes) -> str:
    """Standard base64 (RFC 4648 section 4)."""
    return b64encode(data).decode()


def base64_bytes(text: str, length: int | None = None) -> bytes:
    """Decode canonical base64 and nothing else; refuses another length."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as wrong:
        raise Malformed("not base64") from wrong
    if base64_text(data) != text or (length is not None and len(data) != length):
        raise Malformed("not canonical base64 of the right length")
    return data


def decimal(text: str) -> int:
    """A decimal without sign, leading zero or other script; below 2^63."""
    if not text.isascii() or not text.isdigit() or (text[0] == "0" and text != "0") or len(text) > 18:
        raise Malformed("not a decimal number")
    return int(text)


def _name_is_good(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def key_id(name: str, public: bytes) -> bytes:
    """First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key)."""
    return sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key with its name, as a verifier key `name+id+base64` says it."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public)

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a verifier key; refuses another algorithm and an id that does not match."""
        name, _, rest = vkey.partition("+")
        shown, _, encoded = rest.partition("+")
        material = base64_bytes(encoded, 33)
        if not _name_is_good(name) or material[:1] != ED25519:
            raise Malformed("not an Ed25519 verifier key")
        verifier = cls(name, material[1:])
        if verifier.id.hex() != shown:
            raise Malformed("the key id does not match the key")
        return verifier

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64_text(ED25519 + self.public)}"

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A named Ed25519 private key (32-byte seed)."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self._private().public_key().public_bytes_raw())

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def sign(self, text: str) -> str:
        """The text as a signed note; refuses text that does not end its last line."""
        if not text.endswith("\n") or not _name_is_good(self.name):
            raise Malformed("a note text ends in a newline and its key has a plain name")
        signature = self.verifier.id + self._private().sign(text.encode())
        note = f"{text}\n— {self.name} {base64_text(signature)}\n"
        parse(note)
        return note


@dataclass(frozen=True)
class Signature:
    """One signature line: key name, key id and the signature itself."""

    name: str
    id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A parsed note; its text means nothing until a known key verifies."""

    text: str
    signatures: tuple[Signature, ...]

    def verify(self, verifiers: Sequence[Verifier]) -> Verifier:
        """The first known key that signed; refuses when a known key fails or none signed."""
        known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
        found: Verifier | None = None
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.id))
            if verifier is None:
                continue
            if not verifier.holds(self.text, signature.value):
                raise Unproved("a signature of a known key does not hold")
            found = found or verifier
        if found is None:
            raise Unproved("no known key has signed")
        return found


def parse(note: str) -> Note:
    """Split a signed note into its text and signature lines; refuses anything malformed."""
    if len(note.encode(errors="surrogatepass")) > MAX_NOTE_BYTES:
        raise Malformed("the note is too long")
    if any((ord(letter) < 32 and letter != "\n") or 0xD800 <= ord(letter) < 0xE000 for letter in note):
        raise Malformed("a note holds no control characters")
    body, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise Malformed("a note is a text, an empty line and signature lines")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("the note has too many signatures")
    return Note(body + "\n", tuple(_signature(line) for line in lines))


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not _name_is_good(name):
        raise Malformed("not a signature line")
    value = base64_bytes(encoded)
    if len(value) < 5:
        raise Malformed("the signature is too short")
    return Signature(name, value[:4], value[4:])


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: origin, number of leaves, root hash, extension lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note text of this checkpoint."""
        return "\n".join((self.origin, str(self.size), base64_text(self.root), *self.extensions)) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a checkpoint's note text; refuses empty lines and odd numbers."""
        lines = text[:-1].split("\n")
        if not text.endswith("\n") or len(lines) < 3 or not all(lines):
            raise Malformed("a checkpoint has at least three lines and no empty one")
        return cls(lines[0], decimal(lines[1]), base64_bytes(lines[2], 32), tuple(lines[3:]))


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """The checkpoint in a signed note; refuses one that its origin's key has not signed."""
    parsed = parse(note)
    checkpoint = Checkpoint.parse(parsed.text)
    parsed.verify([verifier for verifier in verifiers if verifier.name == checkpoint.origin])
    return checkpoint
