"""The tree on disk as C2SP tlog-tiles: 256 hashes a tile, written durably before the checkpoint that needs them."""

import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from shebao.privacy import merkle

WIDTH = 256
HASH_BYTES = 32
MAX_LEVEL = 63
_PATH = re.compile(r"(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")

Tile = tuple[int, int, int]


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """`<L>/<N>` or `<L>/<N>.p/<W>`; index 1234067 reads x001/x234/067."""
    if not (0 <= level <= MAX_LEVEL and index >= 0 and 1 <= width <= WIDTH):
        raise ValueError("no such tile")
    path = f"{index % 1000:03d}"
    while index >= 1000:
        index //= 1000
        path = f"x{index % 1000:03d}/{path}"
    return f"{level}/{path}" + ("" if width == WIDTH else f".p/{width}")


def parse_tile_path(path: str) -> Tile:
    """Level, index and width of a tile path; refuses any other spelling of it."""
    found = _PATH.fullmatch(path)
    if found is None or len(path) > 64:
        raise ValueError("not a tile path")
    index = int(re.sub("[x/]", "", found[2]))
    tile = int(found[1]), index, int(found[3] or WIDTH)
    if (found[3] and tile[2] == WIDTH) or tile_path(*tile) != path:
        raise ValueError("not a tile path")
    return tile


def tiles_of(size: int, since: int = 0) -> list[Tile]:
    """The tiles of a tree of `size` leaves that a tree of `since` leaves did not have."""
    found: list[Tile] = []
    for level in range(MAX_LEVEL + 1):
        nodes, had = size >> (8 * level), since >> (8 * level)
        if not nodes:
            break
        if nodes == had:
            continue
        found += [(level, index, WIDTH) for index in range(had // WIDTH, nodes // WIDTH)]
        if nodes % WIDTH:
            found.append((level, nodes // WIDTH, nodes % WIDTH))
    return found


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(files: Iterable[tuple[Path, bytes]]) -> None:
    """Write each file beside its place, flush it to disk, move it in; then flush the folders."""
    folders: dict[Path, None] = {}
    for path, data in files:
        for folder in (path.parent, *path.parent.parents):
            if folder.exists():
                break
            folders[folder.parent] = None
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.new")
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        folders[path.parent] = None
    for folder in folders:
        _sync_folder(folder)


class TileStore:
    """Hash tiles under a folder; a reader is told the size of the tree it reads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._full = lru_cache(maxsize=1024)(self._read_full)

    def forget(self) -> None:
        """Drop tiles held in memory, after the files were rebuilt."""
        self._full.cache_clear()

    def path(self, tile: Tile) -> Path:
        """Where a tile lies on disk."""
        return self.folder / tile_path(*tile)

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes; a partial tile may be answered from its full successor."""
        level, index, width = tile
        if width < WIDTH:
            try:
                data = self.path(tile).read_bytes()
            except FileNotFoundError:
                data = self._full(level, index)[: width * HASH_BYTES]
        else:
            data = self._full(level, index)
        if len(data) != width * HASH_BYTES:
            raise ValueError(f"tile {tile_path(*tile)} has the wrong length")
        return data

    def _read_full(self, level: int, index: int) -> bytes:
        return self.path((level, index, WIDTH)).read_bytes()

    def hashes(self, level: int, index: int, size: int) -> list[bytes]:
        """The hashes of a tile in the tree of `size` leaves."""
        width = min((size >> (8 * level)) - index * WIDTH, WIDTH)
        data = self.read((level, index, width)) if width > 0 else b""
        return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]

    def node(self, height: int, index: int, size: int) -> bytes:
        """The root of the perfect subtree number `index` of 2^height leaves."""
        level, rise = divmod(height, 8)
        first = index << rise
        hashes = self.hashes(level, first // WIDTH, size)
        return merkle.root_of(hashes[first % WIDTH : first % WIDTH + (1 << rise)])

    def root(self, begin: int, end: int, size: int) -> bytes:
        """Merkle Tree Hash of leaves [begin, end) in the tree of `size` leaves; begin must be aligned."""
        return merkle.fold([self.node(*part, size) for part in merkle.perfect_subtrees(begin, end)])

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Inclusion path of a leaf in the tree of `size` leaves."""
        return merkle.inclusion_proof(index, size, lambda begin, end: self.root(begin, end, size))

    def consistency_proof(self, old: int, new: int) -> list[bytes]:
        """Proof that the tree of `new` leaves extends that of `old`."""
        return merkle.consistency_proof(old, new, lambda begin, end: self.root(begin, end, new))

    def grow(self, size: int, leaf_hashes: Sequence[bytes]) -> tuple[int, bytes]:
        """Write the tiles that lead from `size` leaves to `size + n`; returns the new size and root."""
        grown = size + len(leaf_hashes)
        files: list[tuple[Path, bytes]] = []
        edges: list[list[bytes]] = []
        fresh, level = list(leaf_hashes), 0
        while (grown >> (8 * level)) > 0:
            had = size >> (8 * level)
            row = self.hashes(level, had // WIDTH, size) + fresh
            first, fresh = had // WIDTH, []
            full = len(row) // WIDTH
            for at in range(full):
                tile = row[at * WIDTH : (at + 1) * WIDTH]
                files.append((self.path((level, first + at, WIDTH)), b"".join(tile)))
                fresh.append(merkle.root_of(tile))
            edge = row[full * WIDTH :]
            if edge and (len(row) > had % WIDTH):
                files.append((self.path((level, first + full, len(edge))), b"".join(edge)))
            edges.append(edge)
            level += 1
        write_durably(files)
        return grown, _edge_root(edges)

    def drop_partials(self, old: int, new: int) -> None:
        """Remove partial tiles whose full tile the tree of `new` leaves has."""
        for level, index, width in tiles_of(new, old):
            folder = self.path((level, index, 1)).parent
            if width == WIDTH and folder.is_dir():
                for partial in folder.iterdir():
                    partial.unlink()
                folder.rmdir()

    def edge_root(self, size: int) -> bytes:
        """Root of the tree of `size` leaves, read from the tiles at its right edge."""
        edges, level = [], 0
        while size >> (8 * level):
            nodes = size >> (8 * level)
            edges.append(self.hashes(level, nodes // WIDTH, size))
            level += 1
        return _edge_root(edges)


def _edge_root(edges: Sequence[Sequence[bytes]]) -> bytes:
    hashes: list[bytes] = []
    for edge in reversed(edges):
        parts = merkle.perfect_subtrees(0, len(edge))
        hashes += [merkle.root_of(edge[index << height : (index + 1) << height]) for height, index in parts]
    return merkle.fold(hashes)
