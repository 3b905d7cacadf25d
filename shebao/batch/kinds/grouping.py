"""Rows that share a key, and rows chosen from columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shebao.batch.kind import Columns
from shebao.rules.columns import Column

Places = NDArray[np.intp]


def only(rows: Columns, chosen: Any) -> dict[str, Column]:
    """The chosen rows, by flags or places."""
    return {name: values[chosen] for name, values in rows.items()}


def groups(keys: Mapping[str, Column]) -> Iterator[tuple[dict[str, int], Places]]:
    """Every combination of keys with the places of its rows, in the order of the keys."""
    columns = list(keys.values())
    if not columns or not len(columns[0]):
        return
    order = np.lexsort(tuple(reversed(columns)))
    changed = np.zeros(len(order), dtype=bool)
    changed[0] = True
    for column in columns:
        sorted_column = column[order]
        changed[1:] |= sorted_column[1:] != sorted_column[:-1]
    starts = np.flatnonzero(changed)
    for start, end in zip(starts, [*starts[1:], len(order)], strict=True):
        places = order[start:end]
        yield {name: int(values[places[0]]) for name, values in keys.items()}, places


def unique_rows(rows: Columns, key: Sequence[str], latest: str) -> tuple[dict[str, Column], int]:
    """Rows in the order of their key, one for each, the one with the largest `latest`; and how many fell away."""
    order = np.lexsort((-rows[latest], *(rows[name] for name in reversed(key))))
    first = np.ones(len(order), dtype=bool)
    if len(order):
        same = np.ones(len(order) - 1, dtype=bool)
        for name in key:
            column = rows[name][order]
            same &= column[1:] == column[:-1]
        first[1:] = ~same
    return only(rows, order[first]), int((~first).sum())


def place_of(sought: Column, among: Column) -> tuple[Places, NDArray[np.bool_]]:
    """Where each value stands in a sorted column of unique values, and whether it is there."""
    if not len(among):
        return np.zeros(len(sought), dtype=np.intp), np.zeros(len(sought), dtype=bool)
    places = np.minimum(np.searchsorted(among, sought), len(among) - 1)
    return places, among[places] == sought
