"""Merkle tree over SHA-256 (RFC 6962 section 2.1, RFC 9162 section 2.1): hashes, roots, proofs, verdicts. Pure."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

Root = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf: SHA-256(0x00 ‖ leaf)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The roots of the perfect subtrees of a growing tree, largest first; append is O(1) amortised."""

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError("a compact range holds one hash per set bit of its size")

    def append(self, hashed: bytes) -> None:
        """Add the hash of the next leaf."""
        merges = (~self.size & (self.size + 1)).bit_length() - 1
        for _ in range(merges):
            hashed = node_hash(self.hashes.pop(), hashed)
        self.hashes.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Merkle Tree Hash of everything appended."""
        return fold(self.hashes)


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over adjoining perfect subtrees, given from left (largest) to right."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Merkle Tree Hash over leaf (or subtree) hashes."""
    level = list(hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)] + odd
    return level[0]


def perfect_subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """Split [begin, end) into perfect subtrees (height, index), left to right; begin must be aligned."""
    parts: list[tuple[int, int]] = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        parts.append((height, begin >> height))
        begin += 1 << height
    return parts


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees whose roots prove a leaf, from its sibling up (RFC 9162 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    begin, end, ranges = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The subtrees whose roots prove that a tree extends a smaller one (RFC 9162 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError("consistency is defined from a tree of at least one leaf to a later one")
    begin, end, ranges, whole = 0, new, [], True
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin, whole = middle, False
    return ([] if whole else [(begin, end)]) + ranges[::-1]


def inclusion_proof(index: int, size: int, root: Root) -> list[bytes]:
    """Inclusion path of a leaf, leaf side first; `root(begin, end)` gives the hash of a subtree."""
    return [root(begin, end) for begin, end in inclusion_ranges(index, size)]


def consistency_proof(old: int, new: int, root: Root) -> list[bytes]:
    """Proof that the tree of size `new` extends that of size `old`; refuses size 0."""
    return [root(begin, end) for begin, end in consistency_ranges(old, new)]


def proves_inclusion(index: int, size: int, hashed: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path binds a leaf hash at an index to a root (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or any(len(part) != 32 for part in (hashed, root, *path)):
        return False
    node, last, computed = index, size - 1, hashed
    for part in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_hash(part, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, part)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def proves_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that a tree extends a smaller one (RFC 9162 2.1.4.2); size 0 proves nothing."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if any(len(part) != 32 for part in (old_root, new_root, *proof)):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for part in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(part, first), node_hash(part, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, part)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
