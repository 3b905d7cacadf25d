"""The ledger (总账): committed entries become leaves, leaves become tiles, tiles a signed checkpoint. In that order."""

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from shebao.base.refusal import Refusal
from shebao.privacy import keys, leaf, master, merkle, notes, proof
from shebao.privacy.gate import Actor
from shebao.privacy.notes import Checkpoint, Signer, Verifier
from shebao.privacy.tiles import TileStore, parse_tile_path, write_durably

WORKER = "worker"
BATCH = 5_000
_LOCK = 0x5EBA0
_CHUNK = 65_536
LOG_KEY = "ledger|log"
_NOT_YET = "这条记录刚写下，还没有排进总账。"


class LedgerBroken(RuntimeError):
    """The published tree and the database disagree; nothing more is signed until a person has looked."""


def sequence_once(*, limit: int = BATCH) -> int:
    """Append up to `limit` committed entries and publish; returns the new leaves (0 also while another works)."""
    with _alone() as alone:
        if not alone:
            return 0
        size = _size()
        new = _append(size, limit)
        _publish(size, new)
        return len(new)


def checkpoint() -> str:
    """The newest signed checkpoint (签名检查点); refuses before the first."""
    try:
        return (_folder() / "checkpoint").read_text("utf-8")
    except FileNotFoundError:
        raise Refusal("unavailable") from None


def verifier_key() -> str:
    """The public key that checkpoints verify under, as `name+id+base64`."""
    try:
        return (_folder() / "key").read_text("ascii").strip()
    except FileNotFoundError:
        raise Refusal("unavailable") from None


def public_file(path: str) -> bytes:
    """`checkpoint`, `key` or `tile/<L>/<N>` as anyone may have it; refuses everything else."""
    if path in ("checkpoint", "key"):
        return (checkpoint() if path == "checkpoint" else verifier_key() + "\n").encode()
    kind, _, rest = path.partition("/")
    try:
        if kind != "tile":
            raise ValueError(path)
        return _store().read(parse_tile_path(rest))
    except (ValueError, FileNotFoundError):
        raise Refusal("not_found") from None


def prove(entry_id: int, *, by: Actor) -> str:
    """Proof file (凭证) of an entry about the actor herself; refuses others' and those not sequenced yet."""
    row = _own_leaf(entry_id, by)
    return _proof(row[0], row[1])


def prove_any(entry_id: int) -> str:
    """Proof file of any entry, for the operator at the command line."""
    with connections[WORKER].cursor() as cursor:
        cursor.execute("select index, leaf from privacy.leaf_of_entry(%s) where known", [entry_id])
        row = cursor.fetchone()
    if row is None:
        raise Refusal("not_found", "没有这条记录。")
    return _proof(*row)


def opening(entry_id: int, *, by: Actor) -> dict[str, Any]:
    """Salt and detail behind the leaf's commitment, for the person it is about; refuses after destruction."""
    index, body, subject, process, items, writes, case_no, reason = _own_leaf(entry_id, by)
    if index is None:
        raise Refusal("precondition_unmet", _NOT_YET)
    key = _key_of(subject)
    words = {
        "entry": entry_id,
        "process": process,
        "items": items,
        "writes": writes,
        "case": case_no,
        "reason": reason,
    }
    salt = leaf.salt(key, entry_id)
    if not leaf.opens(bytes(body), salt, words):
        raise LedgerBroken(f"entry {entry_id} is not what its leaf committed to")
    return {"salt": salt.hex(), "detail": words}


def _key_of(subject: int | None) -> bytes:
    """Whose key salted an entry: the person's, or the installation's where it is about a whole range."""
    if subject is None:
        return keys.installation_key(settings.SECRET_FILE, LOG_KEY)
    return keys.data_key(subject, "ledger").key


def verify(text: str, *, vkeys: Sequence[str] = ()) -> proof.Proved:
    """Check a proof file, by default against this installation's key."""
    return proof.verify(text, [Verifier.parse(vkey) for vkey in vkeys or [verifier_key()]])


def consistency(old: int, new: int) -> list[bytes]:
    """Proof that the tree of `new` leaves extends that of `old`; refuses sizes never published."""
    head = Checkpoint.parse(notes.parse(checkpoint()).text)
    if not 0 < old <= new <= head.size:
        raise Refusal("invalid_input")
    return _store().consistency_proof(old, new)


def origin() -> str:
    """The ledger's name, as the profile gives it."""
    return str(settings.DEPLOYMENT.get("ledger", {}).get("origin", f"shebao.{settings.PROFILE}/ledger"))


def _folder() -> Path:
    return Path(settings.HOME) / "ledger"


def _store() -> TileStore:
    return _store_at(_folder() / "tile")


@lru_cache(maxsize=4)
def _store_at(folder: Path) -> TileStore:
    return TileStore(folder)


def _signer() -> Signer:
    return Signer(origin(), master.read_key(Path(settings.HOME) / "keys" / "ledger.key"))


@contextmanager
def _alone() -> Iterator[bool]:
    with connections[WORKER].cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        (got,) = cursor.fetchone()
    try:
        yield got
    finally:
        if got and connections[WORKER].is_usable():
            with connections[WORKER].cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])


def _size() -> int:
    with connections[WORKER].cursor() as cursor:
        cursor.execute("select privacy.ledger_size()")
        (size,) = cursor.fetchone()
    return int(size)


def _append(size: int, limit: int) -> list[bytes]:
    with transaction.atomic(using=WORKER, durable=True), connections[WORKER].cursor() as cursor:
        cursor.execute("set local synchronous_commit = on")
        cursor.execute("select * from privacy.next_entries(%s)", [limit])
        entries = [leaf.Entry(*row) for row in cursor.fetchall()]
        if not entries:
            return []
        person_keys = _ledger_keys.of({entry.subject_id for entry in entries if entry.subject_id is not None})
        log_key = keys.installation_key(settings.SECRET_FILE, LOG_KEY)
        leaves = [leaf.build(entry, person_keys.get(entry.subject_id or 0), log_key) for entry in entries]
        cursor.execute(
            "select privacy.append_leaves(%s, %s::bigint[], %s::bytea[], %s, %s)",
            [size, [entry.id for entry in entries], leaves, entries[-1].xid, entries[-1].id],
        )
    return [merkle.leaf_hash(body) for body in leaves]


def _publish(size: int, new: list[bytes]) -> None:
    """Bring tiles and checkpoint up to the database, whatever an earlier run left undone."""
    store, signer = _store(), _signer()
    published = _published(signer.verifier)
    done = published.size if published else 0
    total = size + len(new)
    if total < done:
        raise LedgerBroken(f"the database has {total} leaves, but {done} are published")
    if published and total == done:
        return
    if published and _edge(store, done) != published.root:
        _rebuild(store, published)
    root = published.root if published else merkle.EMPTY_ROOT
    while done < total:
        hashes = new if done == size else _hashes(done, min(size, done + _CHUNK))
        done, root = store.grow(done, hashes)
    note = signer.sign(Checkpoint(signer.name, total, root).text())
    folder = _folder()
    write_durably([(folder / "key", f"{signer.verifier}\n".encode()), (folder / "checkpoint", note.encode())])
    store.drop_partials(published.size if published else 0, total)


def _published(verifier: Verifier) -> Checkpoint | None:
    try:
        return notes.open_checkpoint(checkpoint(), [verifier])
    except Refusal:
        return None
    except (notes.Malformed, notes.Unproved) as wrong:
        raise LedgerBroken(f"the published checkpoint is not ours: {wrong}") from wrong


def _edge(store: TileStore, size: int) -> bytes | None:
    try:
        return store.edge_root(size)
    except (FileNotFoundError, ValueError):
        return None


def _rebuild(store: TileStore, published: Checkpoint) -> None:
    done, root = 0, merkle.EMPTY_ROOT
    store.forget()
    while done < published.size:
        done, root = store.grow(done, _hashes(done, min(published.size, done + _CHUNK)))
    store.forget()
    if root != published.root:
        raise LedgerBroken("the leaves in the database do not give the published root")


def _hashes(begin: int, end: int) -> list[bytes]:
    with connections[WORKER].cursor() as cursor:
        cursor.execute("select privacy.leaf_hashes(%s, %s)", [begin, end])
        hashes = [bytes(hashed) for (hashed,) in cursor.fetchall()]
    if len(hashes) != end - begin:
        raise LedgerBroken(f"leaves {begin} to {end} are not all in the database")
    return hashes


def _own_leaf(entry_id: int, by: Actor) -> tuple[Any, ...]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select index, leaf, subject, process, items, writes, case_no, reason from privacy.own_leaf(%s, %s)"
            " where process is not null",
            [by.token, entry_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Refusal("not_found", "没有这条记录。")
    return tuple(row)


def _proof(index: int | None, body: bytes) -> str:
    if index is None:
        raise Refusal("precondition_unmet", _NOT_YET, "过几秒再取")
    note = checkpoint()
    head = Checkpoint.parse(notes.parse(note).text)
    if index >= head.size:
        raise Refusal("precondition_unmet", _NOT_YET, "过几秒再取")
    path = _store().inclusion_proof(index, head.size)
    return proof.Proof(index, tuple(path), note, bytes(body)).text()


class _LedgerKeys:
    """Persons' ledger keys in memory for a minute at most, so that destruction is noticed."""

    def __init__(self, most: int = 50_000, seconds: float = 60.0) -> None:
        self._most, self._seconds = most, seconds
        self._held: OrderedDict[int, tuple[float, bytes | None]] = OrderedDict()

    def of(self, subjects: set[int]) -> dict[int, bytes | None]:
        """Keys by person, made when missing; None where the key was destroyed."""
        now = time.monotonic()
        while self._held and next(iter(self._held.values()))[0] < now - self._seconds:
            self._held.popitem(last=False)
        missing = subjects - self._held.keys()
        found = keys.data_keys_many(missing, ["ledger"]) if missing else {}
        for subject in missing:
            key = found.get((subject, "ledger"))
            self._held[subject] = (now, key.key if key else None)
        answer = {subject: self._held[subject][1] for subject in subjects}
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return answer


_ledger_keys = _LedgerKeys()
