"""Proof files that anyone can check offline (C2SP tlog-proof@v1; the extra line carries the leaf)."""

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.privacy import merkle, notes
from shebao.privacy.notes import Malformed, Unproved, Verifier

HEADER = "c2sp.org/tlog-proof@v1"
MAX_LEAF_BYTES = 65_535
MAX_PATH = 63


@dataclass(frozen=True)
class Proof:
    """One leaf, its place, its path to the root, and the signed checkpoint of that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def text(self) -> str:
        """The proof file."""
        extra = [] if self.extra is None else [f"extra {notes.base64_text(self.extra)}"]
        hashes = [notes.base64_text(part) for part in self.path]
        return "\n".join((HEADER, *extra, f"index {self.index}", *hashes, "", self.checkpoint))


@dataclass(frozen=True)
class Proved:
    """What a proof has shown: this leaf stands at this index of the tree that this origin signed."""

    leaf: bytes
    index: int
    size: int
    root: bytes
    origin: str


def parse(text: str) -> Proof:
    """Read a proof file; refuses anything malformed."""
    head, gap, checkpoint = text.partition("\n\n")
    if not gap:
        raise Malformed("a proof is followed by an empty line and a checkpoint")
    lines = head.split("\n")
    if lines.pop(0) != HEADER:
        raise Malformed("not a tlog-proof of version 1")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = notes.base64_bytes(lines.pop(0)[6:])
    if not lines or not lines[0].startswith("index "):
        raise Malformed("the index line is missing")
    index = notes.decimal(lines.pop(0)[6:])
    if len(lines) > MAX_PATH:
        raise Malformed("the path is too long")
    notes.Checkpoint.parse(notes.parse(checkpoint).text)
    return Proof(index, tuple(notes.base64_bytes(line, 32) for line in lines), checkpoint, extra)


def verify(text: str, verifiers: Sequence[Verifier], leaf: bytes | None = None) -> Proved:
    """Check a proof file against trusted keys; the leaf comes from the extra line unless given."""
    proof = parse(text)
    if leaf is None:
        leaf = proof.extra
    if leaf is None:
        raise Malformed("the proof file carries no leaf")
    if len(leaf) > MAX_LEAF_BYTES:
        raise Malformed("the leaf is too long")
    head = notes.open_checkpoint(proof.checkpoint, verifiers)
    hashed = merkle.leaf_hash(leaf)
    if not merkle.proves_inclusion(proof.index, head.size, hashed, proof.path, head.root):
        raise Unproved("the path does not lead from the leaf to the signed root")
    return Proved(leaf, proof.index, head.size, head.root, head.origin)
