"""The operator's commands: what they say and which code they leave with."""

import json
import re
from pathlib import Path

from typer.testing import CliRunner

from shebao.cli import keys as keys_command
from shebao.cli import ledger as ledger_command
from shebao.privacy import keys, ledger, master
from tests.privacy.conftest import Write

run = CliRunner().invoke


def test_prove_then_verify(write: Write, tmp_path: Path) -> None:
    entry = write(3)[1]
    ledger.sequence_once()
    file = tmp_path / "one.tlog-proof"

    assert run(ledger_command.app, ["prove", str(entry), "--out", str(file)]).exit_code == 0
    done = run(ledger_command.app, ["verify", str(file)])

    assert done.exit_code == 0
    assert "这条记录没有被改动" in done.stdout
    assert "第 2 条" in done.stdout
    assert run(ledger_command.app, ["prove", str(entry)]).stdout == file.read_text()


def test_a_bent_proof_leaves_with_one(write: Write, tmp_path: Path) -> None:
    entry = write(3)[1]
    ledger.sequence_once()
    file = tmp_path / "one.tlog-proof"
    file.write_text(re.sub("index 1", "index 0", ledger.prove_any(entry)))

    done = run(ledger_command.app, ["verify", str(file)])

    assert done.exit_code == 1
    assert "没有通过" in done.stderr
    foreign = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    file.write_text(ledger.prove_any(entry))
    assert run(ledger_command.app, ["verify", str(file), "--key", foreign]).exit_code == 1
    assert run(ledger_command.app, ["verify", str(tmp_path / "absent")]).exit_code == 2


def test_checkpoint_is_the_signed_note(write: Write) -> None:
    write(1)
    ledger.sequence_once()

    done = run(ledger_command.app, ["checkpoint", "--key"])

    assert done.stdout == ledger.checkpoint()
    assert ledger.verifier_key() in done.stderr


def test_an_unknown_entry_is_told_in_words(write: Write) -> None:
    ledger.sequence_once()

    done = run(ledger_command.app, ["prove", "999999"])

    assert done.exit_code == 1
    assert "没有这条记录" in done.stderr


def test_keys_are_counted_rotated_and_never_shown(home: Path) -> None:
    made = keys.data_keys_many([1, 2], ["statutory"])
    before = master.current()

    told = run(keys_command.app, ["status"])
    rotated = run(keys_command.app, ["rotate"])
    after = json.loads(run(keys_command.app, ["status", "--json"]).stdout)

    assert told.exit_code == rotated.exit_code == 0
    assert "法定记录：在用 2 把" in told.stdout
    assert "重新包好 2 把" in rotated.stdout
    assert after["master"] == master.current().hex() != before.hex()
    assert all(key.key.hex() not in told.stdout for key in made.values())


def test_an_unfinished_rotation_is_told(home: Path) -> None:
    keys.data_keys_many([1, 2], ["statutory"])
    master.begin_rotation()

    done = run(keys_command.app, ["status"])

    assert done.exit_code == 1
    assert "没有换完" in done.stderr
