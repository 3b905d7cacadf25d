"""Tiles on disk: names, widths, proofs read back, and a tree that survives growth and loss."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.privacy import merkle
from shebao.privacy.tiles import TileStore, parse_tile_path, tile_path, tiles_of, write_durably

HASHES = [merkle.leaf_hash(str(number).encode()) for number in range(70_000)]


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> TileStore:
    store = TileStore(tmp_path_factory.mktemp("tiles"))
    store.grow(0, HASHES)
    return store


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "0/000"),
        (0, 1_234_067, 256, "0/x001/x234/067"),
        (3, 999, 5, "3/999.p/5"),
        (1, 1000, 256, "1/x001/000"),
        (63, 5, 255, "63/005.p/255"),
    ],
)
def test_a_tile_has_one_name(level: int, index: int, width: int, path: str) -> None:
    assert tile_path(level, index, width) == path
    assert parse_tile_path(path) == (level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0/0",
        "0/00",
        "00/000",
        "64/000",
        "-1/000",
        "0/x000/000",
        "0/001/000",
        "0/x001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/000.p/",
        "0/../checkpoint",
        "0/000/",
        "0/000\n",
        "entries/000",
        "0/٠٠٠",
        "0/" + "x999/" * 20 + "999",
    ],
)
def test_any_other_spelling_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        parse_tile_path(path)


@given(st.integers(0, 63), st.integers(0, 2**50), st.integers(1, 256))
def test_names_lead_back_to_their_tile(level: int, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == (level, index, width)


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    found = tiles_of(70_000)

    assert sum(1 for level, _, width in found if level == 0 and width == 256) == 273
    assert (0, 273, 112) in found
    assert (1, 0, 256) in found
    assert (1, 1, 17) in found
    assert (2, 0, 1) in found
    assert len(found) == 277
    assert tiles_of(256) == [(0, 0, 256), (1, 0, 1)]
    assert tiles_of(0) == []


def test_what_is_on_disk_is_what_the_tree_needs(big: TileStore) -> None:
    lying = {path.relative_to(big.folder).as_posix() for path in big.folder.rglob("*") if path.is_file()}

    assert lying == {tile_path(*tile) for tile in tiles_of(70_000)}


def test_the_tiles_give_the_root(big: TileStore) -> None:
    assert big.edge_root(70_000) == merkle.root_of(HASHES) == big.root(0, 70_000, 70_000)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 69_999))
def test_an_inclusion_proof_from_tiles_holds(big: TileStore, index: int) -> None:
    path = big.inclusion_proof(index, 70_000)

    assert merkle.proves_inclusion(index, 70_000, HASHES[index], path, merkle.root_of(HASHES))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 70_000))
def test_a_consistency_proof_from_tiles_holds(big: TileStore, old: int) -> None:
    proof = big.consistency_proof(old, 70_000)

    assert merkle.proves_consistency(old, 70_000, merkle.root_of(HASHES[:old]), merkle.root_of(HASHES), proof)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=6))
def test_growing_in_steps_gives_the_same_tree(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    store, size = TileStore(tmp_path_factory.mktemp("steps")), 0
    for step in steps:
        grown, root = store.grow(size, HASHES[size : size + step])
        assert root == merkle.root_of(HASHES[:grown]) == store.edge_root(grown)
        store.drop_partials(size, grown)
        size = grown

    assert size == sum(steps)
    for old in range(1, size, max(1, size // 7)):
        proof = store.consistency_proof(old, size)
        assert merkle.proves_consistency(
            old, size, merkle.root_of(HASHES[:old]), store.edge_root(size), proof
        )


def test_partial_tiles_go_when_the_full_one_stands(tmp_path: Path) -> None:
    store = TileStore(tmp_path)
    store.grow(0, HASHES[:100])
    store.grow(100, HASHES[100:300])

    store.drop_partials(100, 300)

    assert not store.path((0, 0, 100)).exists()
    assert store.path((0, 0, 256)).exists()
    assert store.read((0, 0, 100)) == b"".join(HASHES[:100])


def test_a_cut_tile_is_not_read(tmp_path: Path) -> None:
    store = TileStore(tmp_path)
    store.grow(0, HASHES[:256])
    store.path((0, 0, 256)).write_bytes(b"".join(HASHES[:255]))

    with pytest.raises(ValueError):
        store.read((0, 0, 256))


def test_a_durable_write_leaves_no_half_file(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "file"

    write_durably([(target, b"one")])
    write_durably([(target, b"two")])

    assert target.read_bytes() == b"two"
    assert [path.name for path in target.parent.iterdir()] == ["file"]
