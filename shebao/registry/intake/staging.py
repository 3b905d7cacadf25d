"""Staging: good rows into a temporary table by COPY. Numbers and names enter it only as keyed digests."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from shebao.privacy import keys
from shebao.registry.intake.checking import Values
from shebao.registry.intake.layouts import Layout

TABLE = "intake"
BATCH = 5_000
PRICED = ("base_fen", "employer_fen", "person_fen")
JUDGED = "subject_id bigint, employer_id int, institution_id int, outcome text not null default '', why text"


def columns(layout: Layout) -> dict[str, str]:
    """Columns of the staging table. Contact details of persons stay out of it: they go to the vault."""
    kept = {
        field.key: field.type
        for field in layout.fields
        if field.key not in ("phone", "address", "bank_account", "declared")
    }
    if layout.kind == "declaration":
        kept |= dict.fromkeys(PRICED, "bigint")
    return kept


def fill(cursor: Any, layout: Layout, rows: Iterable[tuple[int, Values]]) -> None:
    """Makes the table for this transaction and copies the rows into it."""
    kept = columns(layout)
    told = ", ".join(f"{name} {kind}" for name, kind in kept.items())
    cursor.execute(f"create temporary table {TABLE} (line int not null, {told}, {JUDGED}) on commit drop")
    names = ", ".join(("line", *kept))
    source = iter(rows)
    with cursor.copy(f"copy {TABLE} ({names}) from stdin") as copy:
        while batch := list(islice(source, BATCH)):
            for row in _digested(list(kept), batch):
                copy.write_row(row)
    cursor.execute(f"create index on {TABLE} (line)")
    cursor.execute(f"analyze {TABLE}")


def _digested(names: Sequence[str], batch: list[tuple[int, Values]]) -> Iterable[list[Any]]:
    numbers = [values.get("number") or "" for _, values in batch]
    digests: dict[str, list[bytes]] = {}
    if "number" in names:
        digests["number"] = keys.blind_many("id_number", numbers)
    if "legal_number" in names:
        digests["legal_number"] = keys.blind_many(
            "id_number", [v.get("legal_number") or "" for _, v in batch]
        )
    if "name" in names:
        real = [f"{number}|{values['name']}" for number, (_, values) in zip(numbers, batch, strict=True)]
        digests["name"] = keys.blind_many("real_name", real)
    if "card_number" in names:
        digests["card_number"] = keys.blind_many("card", [v.get("card_number") or "" for _, v in batch])
    for at, (line, values) in enumerate(batch):
        yield [
            line,
            *(
                digests[name][at] if name in digests and values.get(name) is not None else values.get(name)
                for name in names
            ),
        ]


def resolve(cursor: Any, layout: Layout) -> None:
    """Finds persons, employers and institutions; refuses unknown ones, mismatched names and repeated lines."""
    kept = columns(layout)
    if layout.about_people:
        cursor.execute(
            f"update {TABLE} i set subject_id = b.subject_id from privacy_blind b"
            " where b.purpose = 'id_number' and b.digest = i.number"
        )
    if "name" in kept:
        cursor.execute(
            f"update {TABLE} i set outcome = 'refused', why = '姓名和登记的不一样' where subject_id is not null"
            " and not exists (select 1 from privacy_blind b where b.purpose = 'real_name' and b.digest = i.name"
            " and b.subject_id = i.subject_id)"
        )
    if layout.about_people and layout.kind != "persons":
        refuse(cursor, "subject_id is null", "没有查到这个人，请先办参保登记")
    if "uscc" in kept and layout.kind not in ("employers", "businesses"):
        cursor.execute(
            f"update {TABLE} i set employer_id = e.id from registry_employer e where e.uscc = i.uscc"
        )
        refuse(cursor, "uscc is not null and employer_id is null", "没有这个统一社会信用代码的单位")
    if "institution" in kept:
        cursor.execute(
            f"update {TABLE} i set institution_id = (select min(p.id) from registry_institution p"
            " where p.name = i.institution)"
        )
        refuse(cursor, "institution_id is null", "没有登记过这家机构")
    refuse_repeated(cursor, ", ".join(layout.same), "和第 ")
    cursor.execute(f"create index on {TABLE} (subject_id)")
    cursor.execute(f"analyze {TABLE}")


def refuse_repeated(cursor: Any, same: str, why: str, among: str = "true") -> None:
    """Refuses every line that repeats an earlier one in these columns."""
    cursor.execute(
        f"update {TABLE} i set outcome = 'refused', why = %s || d.first || ' 行重复' from ("
        f" select line, min(line) over (partition by {same}) as first from {TABLE} where {among}) d"
        " where d.line = i.line and d.first < i.line and i.outcome = ''",
        [why],
    )


def refuse(cursor: Any, condition: str, why: str) -> None:
    """Refuses the rows not yet judged that meet a condition."""
    judge(cursor, condition, "refused", why)


def judge(cursor: Any, condition: str, outcome: str, why: str = "") -> None:
    """Gives the rows not yet judged that meet a condition their outcome."""
    cursor.execute(
        f"update {TABLE} i set outcome = %s, why = %s where outcome = '' and ({condition})",
        [outcome, why or None],
    )
