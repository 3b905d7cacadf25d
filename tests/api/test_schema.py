"""The API against its own description: generated calls as nobody and as a citizen, no failure of any kind."""

import json
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi import checks

from shebao.wsgi import application
from tests import people

DESCRIPTION = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text("utf-8"))
METHODS = ("get", "post", "put", "delete", "patch")
OPERATIONS = [
    (path, method) for path, item in DESCRIPTION["paths"].items() for method in item if method in METHODS
]
# A citizen's generated calls must not end the session that the next call uses, nor log in as somebody else.
ENDING = ("/logout", "/me/sessions", "/login", "/me/cancel")
# What the schema cannot say (a month of the future, a certificate of somebody else) is refused by the rules.
LEFT_OUT = [checks.positive_data_acceptance, checks.ignored_auth]
PLAIN = {"Accept-Encoding": "identity"}
FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)


@pytest.fixture(scope="module")
def described(standing):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


def exercise(described, path, method, **call):
    @FEW
    @given(case=described[path][method].as_strategy())
    def probe(case):
        case.call_and_validate(excluded_checks=LEFT_OUT, **call)

    probe()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_as_nobody(described, path, method):
    exercise(described, path, method, headers=PLAIN)


@pytest.fixture(scope="module")
def token(standing):
    return people.citizen().token.hex()


@pytest.mark.parametrize(("path", "method"), [o for o in OPERATIONS if not o[0].endswith(ENDING)])
def test_as_a_citizen(described, token, path, method):
    exercise(described, path, method, headers=PLAIN | {"Authorization": f"Bearer {token}"})
