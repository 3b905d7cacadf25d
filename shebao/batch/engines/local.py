"""One process, one chunk after the other. Memory is that of one chunk, whatever the population."""

from collections.abc import Callable, Sequence

from shebao.batch import chunk
from shebao.batch.kind import Done


def run(
    token: bytes, no: str, positions: Sequence[int], *, dry: bool, told: Callable[[int], None]
) -> list[Done]:
    """Works through the positions in order and tells how many more are done."""
    results = []
    for position in positions:
        done = chunk.work(token, no, position, dry=dry)
        told(1)
        results.append(done)
    return results
