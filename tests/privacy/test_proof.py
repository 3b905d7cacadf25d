"""Proof files: ours verify, here and with the stand-alone script, and nothing bent does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import merkle, notes, proof
from shebao.privacy.notes import Checkpoint, Malformed, Signer, Unproved
from shebao.privacy.tiles import TileStore

SCRIPT = Path(__file__).parents[2] / "tools" / "verify_proof.py"
SIGNER = Signer("shebao.test/ledger", bytes(range(32)))
LEAVES = [f'{{"v":1,"t":{number}}}'.encode() for number in range(11)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
NOTE = SIGNER.sign(Checkpoint(SIGNER.name, 11, merkle.root_of(HASHES)).text())
KEYS = [SIGNER.verifier]


def made(index: int) -> str:
    path = merkle.inclusion_proof(index, 11, lambda begin, end: merkle.root_of(HASHES[begin:end]))
    return proof.Proof(index, tuple(path), NOTE, LEAVES[index]).text()


def script(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The stand-alone verifier, with no package of ours or others in reach."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("index", range(11))
def test_every_leaf_is_proved(index: int) -> None:
    found = proof.verify(made(index), KEYS)

    assert (found.leaf, found.index, found.size, found.origin) == (LEAVES[index], index, 11, SIGNER.name)


def test_a_proof_has_the_shape_of_the_specification() -> None:
    lines = made(2).split("\n")

    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 2"
    assert all(re.fullmatch(r"[A-Za-z0-9+/]{43}=", line) for line in lines[3:7])
    assert lines[7] == ""
    assert "\n".join(lines[8:]) == NOTE
    assert proof.parse(made(2)).text() == made(2)


def test_the_leaf_may_come_from_elsewhere() -> None:
    bare = proof.Proof(2, proof.parse(made(2)).path, NOTE).text()

    assert proof.verify(bare, KEYS, LEAVES[2]).leaf == LEAVES[2]
    with pytest.raises(Unproved):
        proof.verify(bare, KEYS, LEAVES[3])
    with pytest.raises(Malformed):
        proof.verify(bare, KEYS)


BENT = {
    "another index": made(2).replace("index 2", "index 3"),
    "another leaf": made(2).replace(notes.base64_text(LEAVES[2]), notes.base64_text(LEAVES[3])),
    "a path cut short": re.sub(r"(index 2\n)[^\n]+\n", r"\1", made(2)),
    "a path too long": made(2).replace("index 2\n", f"index 2\n{notes.base64_text(HASHES[0])}\n"),
    "a larger tree": made(2).replace("\n11\n", "\n12\n"),
    "another origin": made(2).replace("shebao.test", "shebao.fest"),
    "another root": made(2).replace(notes.base64_text(merkle.root_of(HASHES)), notes.base64_text(HASHES[0])),
    "a stranger's signature": made(2).replace(
        NOTE,
        Signer(SIGNER.name, b"\x01" * 32).sign(Checkpoint(SIGNER.name, 11, merkle.root_of(HASHES)).text()),
    ),
    "no signature": made(2).partition("\n— ")[0] + "\n",
    "no empty line": made(2).replace("\n\n", "\n", 1),
    "another version": made(2).replace("@v1", "@v2"),
    "windows line ends": made(2).replace("\n", "\r\n"),
    "a leading zero": made(2).replace("index 2", "index 02"),
    "a negative index": made(2).replace("index 2", "index -2"),
    "an index beyond": made(2).replace("index 2", "index 11"),
    "no index": made(2).replace("index 2\n", ""),
    "extra twice": made(2).replace("extra", "extra AAAA\nextra"),
    "odd base64": made(2).replace("extra ", "extra  "),
    "a short hash": re.sub(r"(index 2\n)[^\n]+\n", r"\1AAAA\n", made(2)),
    "nothing": "",
    "text after the end": made(2) + "x\n",
}


@pytest.mark.parametrize("name", BENT)
def test_bent_proofs_are_refused(name: str) -> None:
    assert BENT[name] != made(2)
    with pytest.raises((Malformed, Unproved)):
        proof.verify(BENT[name], KEYS)


@pytest.mark.parametrize("name", BENT)
def test_the_script_refuses_them_too(name: str, tmp_path: Path) -> None:
    file = tmp_path / "bent.tlog-proof"
    file.write_bytes(BENT[name].encode())

    done = script(file, "--key", str(SIGNER.verifier))

    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_script_proves_without_any_package(tmp_path: Path) -> None:
    file = tmp_path / "good.tlog-proof"
    file.write_text(made(4))

    done = script(file, "--key", str(SIGNER.verifier))

    assert done.returncode == 0, done.stderr
    assert LEAVES[4].decode() in done.stdout
    assert "5" in done.stdout


def test_the_script_reads_the_key_from_a_file_and_refuses_a_wrong_one(tmp_path: Path) -> None:
    file, good, wrong = tmp_path / "p", tmp_path / "good", tmp_path / "wrong"
    file.write_text(made(4))
    good.write_text(f"{SIGNER.verifier}\n")
    wrong.write_text("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")

    assert script(file, "--key", good).returncode == 0
    assert script(file, "--key", wrong).returncode == 1
    assert script(tmp_path / "absent", "--key", good).returncode == 2
    assert script(file).returncode == 2


def test_the_script_tells_growth_from_rewriting(tmp_path: Path) -> None:
    hashes = [merkle.leaf_hash(str(number).encode()) for number in range(600)]
    store = TileStore(tmp_path / "tile")
    size, _ = store.grow(0, hashes)
    heads = {}
    for name, leaves in {
        "first": hashes[:300],
        "whole": hashes[:512],
        "last": hashes,
        "forked": [*hashes[:299], hashes[0]],
        "empty": [],
    }.items():
        text = Checkpoint(SIGNER.name, len(leaves), merkle.root_of(leaves)).text()
        (tmp_path / name).write_text(SIGNER.sign(text))
        heads[name] = tmp_path / name

    def grew(old: str, new: str) -> int:
        options = ("--tiles", store.folder, "--key", str(SIGNER.verifier))
        return script("--extends", heads[old], heads[new], *options).returncode

    assert size == 600
    assert (grew("first", "last"), grew("whole", "last"), grew("last", "last")) == (0, 0, 0)
    assert (grew("forked", "last"), grew("last", "first"), grew("empty", "last")) == (1, 1, 1)
    store.path((0, 1, 256)).write_bytes(bytes(8192))
    assert grew("first", "last") == 1
    store.path((0, 1, 256)).unlink()
    assert grew("first", "last") == 1


@given(st.integers(0, 10), st.data())
def test_no_single_changed_character_is_accepted_as_another_leaf(index: int, data: st.DataObject) -> None:
    text = made(index)
    at = data.draw(st.integers(0, len(text) - 1))
    bent = text[:at] + data.draw(st.characters()) + text[at + 1 :]
    try:
        found = proof.verify(bent, KEYS)
    except (Malformed, Unproved):
        return
    assert (found.leaf, found.index) == (LEAVES[index], index)


@given(st.text())
def test_any_text_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        proof.parse(text)
