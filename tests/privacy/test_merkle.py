"""The tree of RFC 6962 and RFC 9162: hashes, roots, proofs and, above all, what a verifier must not accept."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHED = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ROOT_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def mth(hashes: list[bytes]) -> bytes:
    """Merkle Tree Hash by the definition of RFC 6962 section 2.1, word for word."""
    if not hashes:
        return sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha256(b"\x01" + mth(hashes[:k]) + mth(hashes[k:])).digest()


def tree(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(size)]


def inclusion(hashes: list[bytes], index: int) -> list[bytes]:
    return merkle.inclusion_proof(index, len(hashes), lambda begin, end: mth(hashes[begin:end]))


def consistency(hashes: list[bytes], old: int) -> list[bytes]:
    return merkle.consistency_proof(old, len(hashes), lambda begin, end: mth(hashes[begin:end]))


def test_hash_constants_of_rfc_6962() -> None:
    assert sha256(b"").digest() == merkle.EMPTY_ROOT
    assert merkle.leaf_hash(b"") == sha256(b"\x00").digest()
    assert merkle.leaf_hash(b"L123456") == sha256(bytes.fromhex("004c313233343536")).digest()
    assert merkle.node_hash(b"N123", b"N456") == sha256(bytes.fromhex("014e3132334e343536")).digest()


def test_an_inner_node_is_never_a_leaf() -> None:
    left, right = HASHED[:2]

    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    assert merkle.node_hash(left, right) != merkle.node_hash(right, left)


def test_the_tree_of_the_eight_known_leaves_has_its_published_root() -> None:
    assert merkle.root_of(HASHED).hex() == ROOT_8
    assert (
        merkle.root_of(HASHED[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert (
        merkle.root_of(HASHED[:7]).hex() == "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"
    )


@pytest.mark.parametrize("size", range(70))
def test_every_way_to_the_root_agrees_with_the_definition(size: int) -> None:
    hashes = tree(size)
    grown = merkle.CompactRange()
    for hashed in hashes:
        grown.append(hashed)

    assert merkle.root_of(hashes) == grown.root() == mth(hashes)
    assert len(grown.hashes) == size.bit_count()


def test_the_paths_of_the_example_in_rfc_6962_section_2_1_3() -> None:
    hashes = tree(7)
    a, b, c, d, e, f, j = hashes
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k, m = merkle.node_hash(g, h), merkle.node_hash(i, j)

    assert inclusion(hashes, 0) == [b, h, m]
    assert inclusion(hashes, 3) == [c, g, m]
    assert inclusion(hashes, 4) == [f, j, k]
    assert inclusion(hashes, 6) == [i, k]
    assert consistency(hashes, 3) == [c, d, g, m]
    assert consistency(hashes, 4) == [m]
    assert consistency(hashes, 6) == [i, j, k]
    assert merkle.root_of(hashes) == merkle.node_hash(k, m)


@given(st.integers(1, 200).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_an_inclusion_proof_holds_for_its_leaf_and_no_other(place: tuple[int, int]) -> None:
    index, size = place
    hashes = tree(size)
    path, root = inclusion(hashes, index), mth(hashes)

    assert merkle.proves_inclusion(index, size, hashes[index], path, root)
    for other in {0, index - 1, index + 1, size - 1, size, -1} - {index}:
        assert not merkle.proves_inclusion(other, size, hashes[index], path, root)
    assert not merkle.proves_inclusion(index, size, merkle.leaf_hash(b"other"), path, root)


@given(st.integers(1, 200).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_consistency_proof_holds_for_its_two_trees_only(sizes: tuple[int, int]) -> None:
    old, new = sizes
    hashes = tree(new)
    proof, first, second = consistency(hashes, old), mth(hashes[:old]), mth(hashes)

    assert merkle.proves_consistency(old, new, first, second, proof)
    assert not merkle.proves_consistency(old, new, merkle.leaf_hash(b"x"), second, proof)
    assert not merkle.proves_consistency(old, new, first, merkle.leaf_hash(b"x"), proof)
    assert not merkle.proves_consistency(old, new, first, second, [*proof, first])
    if old < new:
        assert not merkle.proves_consistency(new, old, second, first, proof)


@given(
    st.integers(2, 130).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))),
    st.integers(0, 255),
    st.data(),
)
def test_a_bent_inclusion_proof_is_refused(place: tuple[int, int], bit: int, data: st.DataObject) -> None:
    index, size = place
    hashes = tree(size)
    path, root = inclusion(hashes, index), mth(hashes)
    at = data.draw(st.integers(0, len(path) - 1))
    bent = (int.from_bytes(path[at]) ^ (1 << bit)).to_bytes(32)

    for wrong in (
        [*path[:at], bent, *path[at + 1 :]],
        path[:at] + path[at + 1 :],
        [*path[:at], b"", *path[at:]],
        [*path, b""],
        [*path, root],
        [root, *path],
        [*path[:at], path[at][:31], *path[at + 1 :]],
    ):
        assert not merkle.proves_inclusion(index, size, hashes[index], wrong, root)


@given(st.integers(3, 130).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))), st.data())
def test_a_bent_consistency_proof_is_refused(sizes: tuple[int, int], data: st.DataObject) -> None:
    old, new = sizes
    hashes = tree(new)
    proof, first, second = consistency(hashes, old), mth(hashes[:old]), mth(hashes)
    at = data.draw(st.integers(0, len(proof) - 1))
    bent = bytes([proof[at][0] ^ 1]) + proof[at][1:]

    for wrong in (
        [*proof[:at], bent, *proof[at + 1 :]],
        proof[:-1],
        proof[1:],
        [first, *proof],
        [second, *proof],
        [*proof, second],
        [*proof, b""],
        [b"", *proof],
    ):
        assert not merkle.proves_consistency(old, new, first, second, wrong)
    assert not merkle.proves_consistency(old, new, second, first, proof)


@pytest.mark.parametrize("root", [merkle.EMPTY_ROOT, b"", HASHED[0]])
@pytest.mark.parametrize("proof", [[], [HASHED[0]], [b""]])
def test_an_empty_tree_proves_nothing(root: bytes, proof: list[bytes]) -> None:
    assert not merkle.proves_consistency(0, 1, root, HASHED[0], proof)
    assert not merkle.proves_consistency(0, 0, root, root, proof)
    assert not merkle.proves_inclusion(0, 0, HASHED[0], proof, root)


def test_equal_trees_need_no_proof_and_accept_none() -> None:
    root = mth(HASHED)

    assert merkle.proves_consistency(8, 8, root, root, [])
    assert not merkle.proves_consistency(8, 8, root, root, [root])
    assert not merkle.proves_consistency(8, 8, root, HASHED[0], [])


def test_proofs_beyond_the_tree_are_not_made() -> None:
    for index, size in ((0, 0), (8, 8), (-1, 8)):
        with pytest.raises(ValueError):
            merkle.inclusion_ranges(index, size)
    for old, new in ((0, 8), (0, 0), (9, 8), (-1, 8)):
        with pytest.raises(ValueError):
            merkle.consistency_ranges(old, new)


def test_a_compact_range_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError):
        merkle.CompactRange(3, [HASHED[0]])
