"""Signed notes and checkpoints: the published example verifies, and nothing malformed does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import notes
from shebao.privacy.notes import Checkpoint, Malformed, Signer, Unproved, Verifier

EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SIGNER = Signer("shebao.test/ledger", bytes(range(32)))
HEAD = Checkpoint("shebao.test/ledger", 8, bytes(32))
NOTE = SIGNER.sign(HEAD.text())


def test_the_example_of_the_specification_verifies() -> None:
    note = notes.parse(EXAMPLE)

    assert note.verify([Verifier.parse(EXAMPLE_KEY)]).name == "example.com/foo"
    assert note.text == "This is an example message.\n"
    assert str(Verifier.parse(EXAMPLE_KEY)) == EXAMPLE_KEY


def test_a_signed_checkpoint_opens_under_its_key() -> None:
    verifier = Verifier.parse(str(SIGNER.verifier))

    assert notes.open_checkpoint(NOTE, [verifier]) == HEAD


def test_a_note_of_nobody_known_is_refused() -> None:
    stranger = Signer("shebao.test/ledger", b"\x07" * 32).verifier

    with pytest.raises(Unproved):
        notes.open_checkpoint(NOTE, [stranger])
    with pytest.raises(Unproved):
        notes.open_checkpoint(NOTE, [])


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(Unproved):
        notes.open_checkpoint(NOTE.replace("\n8\n", "\n9\n"), [SIGNER.verifier])


def test_unknown_signatures_are_ignored_and_a_false_one_of_a_known_key_is_not() -> None:
    other = Signer("witness.test/one", b"\x01" * 32)
    cosigned = NOTE + other.sign(HEAD.text()).rpartition("\n\n")[2]
    forged = NOTE + f"— {other.name} {notes.base64_text(other.verifier.id + bytes(64))}\n"

    assert notes.open_checkpoint(cosigned, [SIGNER.verifier]) == HEAD
    assert notes.open_checkpoint(forged, [SIGNER.verifier]) == HEAD
    with pytest.raises(Unproved):
        notes.parse(forged).verify([SIGNER.verifier, other.verifier])


def test_a_checkpoint_signed_by_another_origin_is_refused() -> None:
    other = Signer("shebao.other/ledger", bytes(range(32)))

    with pytest.raises(Unproved):
        notes.open_checkpoint(other.sign(HEAD.text()), [other.verifier])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        NOTE[:-1],
        NOTE.replace("— ", "- "),
        NOTE.replace("\n\n", "\n"),
        NOTE + "\n",
        NOTE + "more\n",
        NOTE.replace("shebao.test/ledger", "shebao.test/led\tger"),
        NOTE.replace("\n", "\r\n"),
        NOTE.rstrip("\n").rstrip("=") + "\n",
        "text\n\n— name+ " + "A" * 8 + "\n",
        "text\n\n—  " + "A" * 8 + "\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name AAAAAA==\n\ud800",
        "text\n\n" + "— name AAAAAAA=\n" * 65,
    ],
)
def test_what_is_not_a_note_is_refused(note: str) -> None:
    with pytest.raises(Malformed):
        notes.parse(note)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n8\n",
        "origin\n08\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n-8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n８\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n8\nAAAA\n",
        "origin\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "origin\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n",
        "origin\n8\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "origin\n" + "9" * 19 + "\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+530d903a",
        EXAMPLE_KEY.replace("530d903a", "530d903b"),
        EXAMPLE_KEY.replace("+Aek", "+Bek"),
        EXAMPLE_KEY.replace("example.com/foo", "example.com foo"),
        EXAMPLE_KEY[:-4],
    ],
)
def test_what_is_not_a_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        Verifier.parse(vkey)


def test_an_unfinished_line_is_not_signed() -> None:
    with pytest.raises(Malformed):
        SIGNER.sign("no newline")


@given(st.text())
def test_any_text_is_a_note_or_refused(text: str) -> None:
    try:
        note = notes.parse(text)
    except Malformed:
        return
    assert note.text.endswith("\n")
    with pytest.raises(Unproved):
        note.verify([SIGNER.verifier])
