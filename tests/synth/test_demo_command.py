"""`shebao demo`: the log-ins as text and as JSON."""

import json

import pytest
from django.conf import settings
from typer.testing import CliRunner

from shebao.cli.demo import app

pytestmark = pytest.mark.usefixtures("standing")


def test_the_list_shows_every_password_in_full() -> None:
    lines = json.loads(CliRunner().invoke(app, ["accounts", "--json"]).stdout)
    text = CliRunner().invoke(app, ["accounts"]).stdout
    assert all(line["password"] in text and line["login"] in text for line in lines)
    for line in lines:
        assert {"role", "name", "login", "password", "note"} <= line.keys()


def test_people_without_an_account_are_listed() -> None:
    people = json.loads(CliRunner().invoke(app, ["people", "--json"]).stdout)
    assert len(people) == 5 and all(len(one["id_number"]) == 18 for one in people)


def test_production_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    for words in (["accounts"], ["accounts", "--json"], ["people"]):
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 1 and "password" not in result.stdout
