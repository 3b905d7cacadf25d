"""Binary COPY records: what goes out comes back, and a stream of another shape is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.batch import copying
from shebao.batch.copying import Broken, Layout

LAYOUT = Layout({"a": "int8", "b": "int4", "c": "int2", "d": "date"})
ROW = st.tuples(
    st.integers(-(2**63), 2**63 - 1), st.integers(-(2**31), 2**31 - 1), st.integers(-(2**15), 2**15 - 1),
    st.integers(-10_000, 100_000),
)  # fmt: skip


def whole(rows: "np.ndarray") -> bytes:
    return copying.SIGNATURE + rows.tobytes() + copying.TRAILER


@given(st.lists(ROW, max_size=50))
def test_columns_come_back_from_the_wire(rows):
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    columns = {name: table[:, place] for place, name in enumerate(LAYOUT.columns)}

    back = copying.parse(whole(copying.stream(columns, LAYOUT)), LAYOUT)

    assert all(np.array_equal(back[name], columns[name]) for name in columns)


def test_a_stream_of_another_shape_is_refused():
    columns = {name: np.arange(3) for name in LAYOUT.columns}
    good = whole(copying.stream(columns, LAYOUT))

    for bad in (good[:-1], good[1:], good + b"\0", b"", good.replace(b"PGCOPY", b"PGCOPX")):
        with pytest.raises(Broken):
            copying.parse(bad, LAYOUT)


def test_a_missing_value_is_refused():
    rows = copying.stream({name: np.arange(3) for name in LAYOUT.columns}, LAYOUT)
    rows["b:width"][1] = -1

    with pytest.raises(Broken):
        copying.parse(whole(rows), LAYOUT)


def test_the_server_writes_and_reads_the_same_records(shebao):
    from django.db import connections

    columns = {name: np.array([3, 1, 2]) for name in LAYOUT.columns}
    connections["worker"].ensure_connection()
    connection = connections["worker"].connection
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(LAYOUT.table("staged"))
        copying.write(cursor, "staged", copying.stream(columns, LAYOUT))
        cursor.execute("select a, b, c, (d - date '2000-01-01')::int from staged order by a")
        assert cursor.fetchall() == [(1, 1, 1, 1), (2, 2, 2, 2), (3, 3, 3, 3)]
        back = copying.read(
            connection, "select * from staged where a >= {low} order by a", {"low": 2}, LAYOUT
        )

    assert back["c"].tolist() == [2, 3]
