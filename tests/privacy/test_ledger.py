"""The sequencer: order, durability, repair, and a public tree that says nothing about anyone."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys, leaf, ledger, merkle, notes, tiles
from shebao.privacy.notes import Checkpoint, Verifier
from tests.conftest import Installation
from tests.privacy.conftest import Write, insert_entry, settle


def head() -> Checkpoint:
    return notes.open_checkpoint(ledger.checkpoint(), [Verifier.parse(ledger.verifier_key())])


def rows(query: str) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def root_in_database() -> bytes:
    return merkle.root_of(
        [bytes(hashed) for (hashed,) in rows("select leaf_hash from privacy_leaf order by index")]
    )


def leaf_of(entry: int) -> dict[str, Any]:
    ((body,),) = rows(f"select leaf from privacy_leaf where entry_id = {entry}")
    return dict(json.loads(bytes(body)))


def test_entries_become_leaves_once_and_in_order(write: Write) -> None:
    written = write(7)

    assert ledger.sequence_once() == 7
    assert ledger.sequence_once() == 0
    assert rows("select index, entry_id from privacy_leaf order by 1") == list(enumerate(written))
    assert head().size == 7


def test_a_batch_takes_no_more_than_its_limit(write: Write) -> None:
    write(5)

    assert [ledger.sequence_once(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert head().size == 5


def test_an_empty_ledger_has_a_checkpoint(home: Path) -> None:
    assert ledger.sequence_once() == 0

    assert (head().size, head().root) == (0, merkle.EMPTY_ROOT)


def test_every_entry_can_be_proved_offline(write: Write) -> None:
    written = write(300)
    ledger.sequence_once()

    for entry in (written[0], written[255], written[256], written[-1]):
        proved = ledger.verify(ledger.prove_any(entry))
        assert proved.origin == ledger.origin()
        assert json.loads(proved.leaf) == leaf_of(entry)


def test_an_entry_waits_for_older_transactions_and_none_is_lost(home: Path, standing: Installation) -> None:
    with psycopg.connect(standing.superuser()) as slow, connections["owner"].cursor() as cursor:
        slow.execute("select pg_current_xact_id()")
        quick = insert_entry(cursor)
        assert ledger.sequence_once() == 0
        late = insert_entry(slow.cursor())
        assert ledger.sequence_once() == 0
        slow.commit()

    settle()
    assert ledger.sequence_once() == 2
    assert [entry for (entry,) in rows("select entry_id from privacy_leaf order by index")] == [late, quick]


def test_a_rolled_back_entry_is_no_leaf(write: Write, standing: Installation) -> None:
    with psycopg.connect(standing.superuser()) as connection:
        insert_entry(connection.cursor())
        connection.rollback()
    write(1)

    assert ledger.sequence_once() == 1


def test_entries_of_a_restored_dump_are_not_left_out(write: Write) -> None:
    write(3)
    ledger.sequence_once()
    imported = write(2)
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_entry set xid = '99999999999'::xid8 where id = any(%s)", [imported])
        cursor.execute("update privacy_sequence set last_xid = '88888888888'::xid8")
    later = write(2)

    assert ledger.sequence_once() == 4
    assert [
        row[0] for row in rows("select entry_id from privacy_leaf where index > 2 order by 1")
    ] == imported + later
    write(1)
    assert ledger.sequence_once() == 1
    assert ledger.sequence_once() == 0


def test_each_checkpoint_extends_every_earlier_one(write: Write) -> None:
    seen = []
    for size in (1, 2, 5, 250, 7, 300, 1):
        write(size)
        ledger.sequence_once()
        seen.append(head())
    for at, old in enumerate(seen):
        for new in seen[at:]:
            proof = ledger.consistency(old.size, new.size)
            assert merkle.proves_consistency(old.size, new.size, old.root, new.root, proof)
    with pytest.raises(Refusal):
        ledger.consistency(0, seen[-1].size)
    with pytest.raises(Refusal):
        ledger.consistency(1, seen[-1].size + 1)


class Crash(Exception):
    """The power went off here."""


CRASHES = {
    "before the tiles": (tiles.TileStore, "grow"),
    "before the checkpoint": (ledger, "write_durably"),
    "while a tile is written": (tiles, "write_durably"),
    "after the checkpoint": (tiles.TileStore, "drop_partials"),
    "before the database": (ledger.leaf, "build"),
}


@pytest.mark.parametrize("place", CRASHES)
def test_a_crash_anywhere_is_repaired_by_the_next_run(write: Write, place: str) -> None:
    write(260)
    ledger.sequence_once()
    before = head()
    write(300)

    def crash(*arguments: object, **more: object) -> None:
        raise Crash(place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(*CRASHES[place], crash)
        with pytest.raises(Crash):
            ledger.sequence_once()
    last = write(1)[0]
    while ledger.sequence_once():
        pass

    after = head()
    assert after.size == 561
    assert after.root == root_in_database()
    proof = ledger.consistency(before.size, after.size)
    assert merkle.proves_consistency(before.size, after.size, before.root, after.root, proof)
    ledger.verify(ledger.prove_any(last))


def test_random_crashes_never_fork_the_tree(write: Write) -> None:
    chance = random.Random(4)
    seen: list[Checkpoint] = []
    for _ in range(40):
        write(chance.randrange(30))
        place = chance.choice([None, *CRASHES])

        def crash(*arguments: object, **more: object) -> None:
            raise Crash

        with pytest.MonkeyPatch.context() as patch:
            if place:
                patch.setattr(*CRASHES[place], crash)
            try:
                ledger.sequence_once(limit=chance.choice([7, 100]))
            except Crash:
                continue
        seen.append(head())
    while ledger.sequence_once():
        pass
    final = head()
    for old in seen:
        if old.size:
            proof = ledger.consistency(old.size, final.size)
            assert merkle.proves_consistency(old.size, final.size, old.root, final.root, proof)
    ((count,),) = rows("select count(*) from privacy_entry")
    assert final.size == count


SEQUENCER = """
import django
django.setup()
from shebao.privacy import ledger
while ledger.sequence_once(limit=20): pass
"""


def test_a_killed_sequencer_is_taken_over(write: Write, standing: Installation, home: Path) -> None:
    write(2000)
    shutil.copy(standing.home / "database.json", home)
    environment = os.environ | {"SHEBAO_HOME": str(home), "SHEBAO_SECRET_FILE": str(home / "secret")}
    sizes = []
    for _ in range(2):
        before = head().size if (home / "ledger" / "checkpoint").exists() else 0
        process = subprocess.Popen([sys.executable, "-c", SEQUENCER], env=environment)
        while process.poll() is None and (
            not (home / "ledger" / "checkpoint").exists() or head().size <= before
        ):
            time.sleep(0.01)
        process.kill()
        process.wait()
        sizes.append(head())
    for _ in range(100):
        if ledger.sequence_once(limit=3000):
            break
        time.sleep(0.1)

    assert (head().size, head().root) == (2000, root_in_database())
    for old in sizes:
        proof = ledger.consistency(old.size, 2000)
        assert merkle.proves_consistency(old.size, 2000, old.root, head().root, proof)


@pytest.mark.parametrize("lost", ["tile", "tile/0", "tile/1", "checkpoint", "."])
def test_lost_files_come_back_from_the_database(write: Write, home: Path, lost: str) -> None:
    write(300)
    ledger.sequence_once()
    before = head()
    place = home / "ledger" / lost
    place.unlink() if place.is_file() else shutil.rmtree(place)
    last = write(1)[0]

    assert ledger.sequence_once() == 1

    assert head().size == 301
    ledger.verify(ledger.prove_any(last))
    proof = ledger.consistency(before.size, 301)
    assert merkle.proves_consistency(before.size, 301, before.root, head().root, proof)


def test_a_damaged_tile_is_rebuilt(write: Write, home: Path) -> None:
    write(300)
    ledger.sequence_once()
    edge = home / "ledger" / "tile" / "0" / "001.p" / "44"
    edge.write_bytes(bytes(44 * 32))
    write(1)

    ledger.sequence_once()

    assert head().root == root_in_database()


def test_a_database_behind_its_own_checkpoint_signs_nothing(write: Write) -> None:
    write(5)
    ledger.sequence_once()
    before = ledger.checkpoint()
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from privacy_leaf where index >= 3")
        cursor.execute("update privacy_sequence set size = 3")

    with pytest.raises(ledger.LedgerBroken):
        ledger.sequence_once()
    assert ledger.checkpoint() == before


def test_a_rewritten_leaf_signs_nothing(write: Write, home: Path) -> None:
    write(5)
    ledger.sequence_once()
    before = ledger.checkpoint()
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_leaf set leaf_hash = sha256('other') where index = 2")
    shutil.rmtree(home / "ledger" / "tile")
    write(1)

    with pytest.raises(ledger.LedgerBroken):
        ledger.sequence_once()
    assert ledger.checkpoint() == before


def test_another_signing_key_does_not_carry_on_in_silence(write: Write, home: Path) -> None:
    write(1)
    ledger.sequence_once()
    (home / "keys" / "ledger.key").unlink()
    keys.prepare(home)
    write(1)

    with pytest.raises(ledger.LedgerBroken):
        ledger.sequence_once()


def test_only_one_sequencer_works_at_a_time(write: Write, standing: Installation) -> None:
    write(3)
    with psycopg.connect(standing.superuser()) as other:
        other.execute("select pg_advisory_lock(%s)", [ledger._LOCK])
        assert ledger.sequence_once() == 0
        other.execute("select pg_advisory_unlock(%s)", [ledger._LOCK])

    assert ledger.sequence_once() == 3


REACHING = (
    "select * from privacy.next_entries(1)",
    "select privacy.append_leaves(0, '{1}', '{x}', '1', 1)",
    "select privacy.leaf_hashes(0, 1)",
    "select * from privacy.leaf_of_entry(1)",
    "select leaf from privacy_leaf",
    "insert into privacy_leaf values (0, 1, 'x', 'x')",
    "update privacy_sequence set size = 0",
    "insert into privacy_entry (kind) values ('read')",
    "delete from privacy_entry",
)


def test_no_role_of_a_request_reaches_the_leaves(home: Path) -> None:
    for alias in ("default", "login"):
        for statement in REACHING:
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                connections[alias].cursor() as cursor,
            ):
                cursor.execute(statement)


def test_a_second_append_at_the_same_place_is_refused(write: Write) -> None:
    write(2)
    ledger.sequence_once(limit=1)

    with pytest.raises(DatabaseError), connections["worker"].cursor() as cursor:
        cursor.execute("select privacy.append_leaves(0, '{99}', '{x}', '1', 1)")


CANARY = "尹氏金丝雀220104197903020426"


def test_a_leaf_shows_codes_and_tags_and_no_person(write: Write) -> None:
    entry = write(
        subject_id=424242, actor_id=313131, case_no="JL26-1103-0482", reason=CANARY, on_behalf=515151
    )[0]
    ledger.sequence_once()

    text = leaf.canonical(leaf_of(entry)).decode()
    shown = leaf_of(entry)

    for secret in ("424242", "313131", "515151", "JL26-1103-0482", CANARY):
        assert secret not in text
    assert shown["items"] == ["contribution.record"]
    assert shown["process"] == "enquiry.contribution@2026-11"
    assert set(shown) == {
        *("v", "t", "kind", "process", "basis", "actor", "subject_tag", "on_behalf_tag", "case_tag"),
        *("items", "writes", "outcome", "request", "detail"),
    }


def test_what_a_refused_request_brought_along_stays_out_of_the_leaf(write: Write) -> None:
    entry = write(process=CANARY, items=[CANARY, "person.name"] * 5000, outcome="purpose_not_allowed")[0]

    assert ledger.sequence_once() == 1

    shown = leaf_of(entry)
    assert shown["process"] == "?@2026-11"
    assert shown["items"] == ["?", "person.name"] * 32
    ledger.verify(ledger.prove_any(entry))


def test_tags_stay_the_same_in_a_month_and_change_with_it(write: Write) -> None:
    first, second = write(2)
    other = write(subject_id=2)[0]
    older = write(at="2026-01-31T15:59:59Z")[0]
    newer = write(at="2026-01-31T16:00:00Z")[0]
    ledger.sequence_once()

    assert leaf_of(first)["subject_tag"] == leaf_of(second)["subject_tag"]
    assert len({leaf_of(entry)["subject_tag"] for entry in (first, other, older, newer)}) == 4


def test_a_destroyed_ledger_key_unlinks_and_leaves_proofs_valid(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write(2, actor_role="citizen")
    ledger.sequence_once()
    proofs = [ledger.prove_any(entry) for entry in before]

    keys.destroy(1, ["ledger"])
    monkeypatch.setattr(ledger, "_ledger_keys", ledger._LedgerKeys())
    after = write(2, actor_role="citizen")
    ledger.sequence_once()

    assert len({leaf_of(entry)["subject_tag"] for entry in before + after}) == 3
    assert len({json.dumps(leaf_of(entry)["actor"]) for entry in before + after}) == 3
    for entry, proof in zip(before, proofs, strict=True):
        assert ledger.verify(proof).leaf == ledger.verify(ledger.prove_any(entry)).leaf


def test_entries_without_a_person_are_leaves_too(write: Write) -> None:
    entry = write(subject_id=None, actor_id=None, actor_role="visitor", request=None)[0]

    ledger.sequence_once()

    assert leaf_of(entry)["subject_tag"] is None
    assert leaf_of(entry)["request"] is None


@pytest.fixture
def person(home: Path) -> tuple[int, gate.Actor]:
    """A person with an account and a session."""
    token = b"a session token of the tests"
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into privacy_subject default values returning id")
        (subject,) = cursor.fetchone()
        cursor.execute(
            "insert into privacy_actor (role, subject_id) values ('citizen', %s) returning id", [subject]
        )
        (actor,) = cursor.fetchone()
        cursor.execute(
            "insert into privacy_session (digest, actor_id, level, method, expires_at)"
            " values (sha256(%s), %s, 1, 'password', now() + interval '1 hour')",
            [token, actor],
        )
    return subject, gate.actor_of(token)


def test_a_person_proves_her_own_entry_and_opens_its_words(
    write: Write, person: tuple[int, gate.Actor]
) -> None:
    subject, actor = person
    entry = write(subject_id=subject, reason="审核住院费用", case_no="JL26-1103-0482")[0]
    ledger.sequence_once()

    proved = ledger.verify(ledger.prove(entry, by=actor))
    opened = ledger.opening(entry, by=actor)

    assert leaf.opens(proved.leaf, bytes.fromhex(opened["salt"]), opened["detail"])
    assert opened["detail"]["reason"] == "审核住院费用"
    assert not leaf.opens(proved.leaf, bytes.fromhex(opened["salt"]), opened["detail"] | {"reason": "别的"})


def test_another_persons_entry_is_not_proved_to_her(write: Write, person: tuple[int, gate.Actor]) -> None:
    entry = write(subject_id=person[0] + 1)[0]
    ledger.sequence_once()

    for actor in (person[1], gate.VISITOR, gate.Actor(token=b"no such session")):
        for ask in (ledger.prove, ledger.opening):
            with pytest.raises(Refusal) as refused:
                ask(entry, by=actor)
            assert refused.value.code == "not_found"


def test_an_entry_not_yet_sequenced_says_so(write: Write, person: tuple[int, gate.Actor]) -> None:
    ledger.sequence_once()
    entry = write(subject_id=person[0])[0]

    for ask in (lambda: ledger.prove(entry, by=person[1]), lambda: ledger.prove_any(entry)):
        with pytest.raises(Refusal) as refused:
            ask()
        assert refused.value.code == "precondition_unmet"
    with pytest.raises(Refusal) as refused:
        ledger.prove_any(entry + 1)
    assert refused.value.code == "not_found"


def test_the_public_gets_checkpoint_key_and_tiles_and_nothing_else(write: Write, home: Path) -> None:
    write(300)
    ledger.sequence_once()

    assert ledger.public_file("checkpoint").decode() == ledger.checkpoint()
    assert ledger.public_file("key").decode().strip() == ledger.verifier_key()
    assert len(ledger.public_file("tile/0/000")) == 8192
    assert len(ledger.public_file("tile/0/001.p/44")) == 44 * 32
    for path in (
        "",
        "tile",
        "tile/0/002",
        "tile/0/../../keys/ledger.key",
        "keys/ledger.key",
        "tile/entries/000",
        "x",
    ):
        with pytest.raises(Refusal) as refused:
            ledger.public_file(path)
        assert refused.value.code == "not_found"


def test_before_the_first_run_there_is_nothing_to_publish(home: Path) -> None:
    shutil.rmtree(home / "ledger", ignore_errors=True)
    for ask in (ledger.checkpoint, ledger.verifier_key):
        with pytest.raises(Refusal):
            ask()
