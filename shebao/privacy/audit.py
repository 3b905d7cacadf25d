"""Audit of the ledger (账本核查): every entry against its leaf, every leaf against the signed tree.

For auditors and the daily job: reports the first place that does not fit. An entry of a person whose ledger key
was destroyed is checked by its leaf alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import keys, leaf, ledger, merkle, notes
from shebao.privacy.notes import Checkpoint

CHUNK = 2_000
COLUMNS = (
    "e.id, e.xid::text, floor(extract(epoch from e.at) * 1000)::bigint, e.kind, e.process, e.register_version, e.basis,"
    " e.actor_id, e.actor_role, e.actor_unit, e.subject_id, e.items, e.writes, e.case_no, e.reason, e.on_behalf,"
    " e.outcome, e.request::text"
)


@dataclass(frozen=True)
class Broken:
    """The first place that does not fit: position in the public tree, and what is wrong."""

    index: int
    why: str


def first_broken(*, alias: str = "owner") -> Broken | None:
    """The first altered, missing or reordered entry; None when entries, leaves and checkpoint agree."""
    tree = merkle.CompactRange()
    expected = 0
    for index, body, digest, entry in _leaves(alias):
        if index != expected:
            return Broken(expected, "这一条的叶子不见了")
        expected += 1
        if merkle.leaf_hash(body) != digest:
            return Broken(index, "叶子和它的摘要对不上")
        if entry is None:
            return Broken(index, "这一条的记录不见了")
        if not _fits(entry, body):
            return Broken(index, "记录和公开总账里的对不上")
        tree.append(digest)
    return _against_checkpoint(tree, expected)


def _fits(entry: leaf.Entry, body: bytes) -> bool:
    log_key = keys.installation_key(settings.SECRET_FILE, "ledger|log")
    person = None
    if entry.subject_id is not None:
        person = keys.live_versions(entry.subject_id, ["ledger"]).get(("ledger", 1))
        if person is None:
            return True
    return leaf.build(entry, person, log_key) == body


def _leaves(alias: str) -> Iterator[tuple[int, bytes, bytes, leaf.Entry | None]]:
    last = -1
    while True:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                f"select l.index, l.leaf, l.leaf_hash, {COLUMNS} from privacy_leaf l"
                " left join privacy_entry e on e.id = l.entry_id where l.index > %s order by l.index limit %s",
                [last, CHUNK],
            )
            rows = cursor.fetchall()
        for index, body, digest, *columns in rows:
            yield index, bytes(body), bytes(digest), leaf.Entry(*columns) if columns[0] is not None else None
        if len(rows) < CHUNK:
            return
        last = rows[-1][0]


def _against_checkpoint(tree: merkle.CompactRange, size: int) -> Broken | None:
    try:
        head = Checkpoint.parse(notes.parse(ledger.checkpoint()).text)
    except Refusal:
        return Broken(0, "没有签名检查点") if size else None
    if head.size > size:
        return Broken(size, "公开总账比数据库长")
    if head.size == size and head.root != tree.root():
        return Broken(0, "总账的根对不上")
    return None
