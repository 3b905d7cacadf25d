"""Controls with probes: a control that is off is found, named, and stops a production start."""

import pytest
import typer
from django.db import connections
from django.test import Client

from shebao.base import clock
from shebao.cli import install as command
from shebao.privacy import controls
from tests import people


def owner(statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)


def failing() -> set[str]:
    return {result.control.code for result in controls.failing(controls.run(now=clock.now()))}


def test_a_fresh_installation_passes_every_control(shebao):
    assert failing() == set()


SWITCHED_OFF = {
    "row-access": "alter table registry_contribution disable row level security",
    "ledger": "grant update on privacy_entry to shebao_app",
    "encryption": "update privacy_vault set ciphertext = '110101199001011237' where item = 'person.id_number'",
    "policy-text": "update privacy_policy set text = text || '改'",
}


@pytest.mark.clause("JL-0-04", "EB-0-02")
@pytest.mark.parametrize(("code", "statement"), SWITCHED_OFF.items())
def test_a_control_that_is_switched_off_stops_the_production_start_and_is_named(
    shebao, settings_patch, capsys, code, statement
):
    owner(statement)
    settings_patch("PRODUCTION", True)
    with pytest.raises(typer.Exit) as stopped:
        command.check()
    assert stopped.value.exit_code != 0
    name = next(control.name for control in controls.CONTROLS if control.code == code)
    assert name in capsys.readouterr().out


def test_outside_production_it_starts_and_says_so(shebao, capsys):
    owner(SWITCHED_OFF["row-access"])
    command.check()
    assert "每行信息按用途放行" in capsys.readouterr().out


@pytest.mark.clause("EB-4-01")
def test_a_failing_control_is_red_on_the_desk_and_fails_the_release_check(shebao):
    owner(SWITCHED_OFF["row-access"])
    assert failing() == {"row-access"}
    client = Client()
    client.cookies["sb_session"] = people.staff("security_officer").token.hex()
    text = client.get("/desk/security").content.decode()
    assert "1 项措施没有起作用" in text and "没有通过" in text
    assert text.index("没有通过") < text.index("通过</td>")


def test_the_security_page_is_closed_to_clerks(shebao):
    client = Client()
    client.cookies["sb_session"] = people.staff("clerk").token.hex()
    assert client.get("/desk/security").status_code == 403


def test_a_key_file_that_others_may_read_is_found(shebao):
    (shebao.home / "keys" / "master.key").chmod(0o644)
    assert "key-files" in failing()
