"""Rows on the two roles: every address has the role it needs and keeps to it for whoever is not logged in."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver

from shebao.items import directory as services
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.operations.test_catalogue import FRAME, addresses

TOLD = ("person.name", "person.id_number", "person.phone", "person.bank_account")
SOME = "11111111-1111-4111-8111-111111111111"


def routes() -> Iterator[str]:
    """Every address of pages and API, but those of the frame and of staff."""
    for path in sorted(set(addresses(get_resolver().url_patterns))):
        if not path.startswith(FRAME) and path != "/api/":
            yield path


def answers(path: str) -> Iterator[tuple[int, str]]:
    """What a caller without account gets there by every method, whatever number stands in the address."""
    for value in ("1", SOME, "x"):
        address = re.sub(r"(?<=/)x(?=[/.]|$)", value, path)
        for method in ("get", "post", "put", "delete"):
            answer = getattr(Client(), method)(address)
            if answer.status_code not in (404, 405):
                yield answer.status_code, b"".join(answer).decode("utf-8", "replace")


REFUSED = (401, 403, 422)
LEADS_ON = {"/privacy/devices/": "/account/sessions/"}


@pytest.mark.clause("JL-4.0-01")
def test_every_address_has_a_role_and_a_registered_one_refuses_whoever_is_not(standing: Installation) -> None:
    own = services.current()
    listed = {entry["code"]: entry["roles"] for entry in Client().get("/api/v1/services").json()}
    roles = {}
    for path in routes():
        service = own.serving(path)
        assert service is not None, path
        roles[path] = service.role(path)
        assert listed[service.code].get(path, roles[path]) == roles[path]
    assert set(roles.values()) == {"registered", "everyone"}
    registered = [path for path, role in roles.items() if role == "registered" and path not in LEADS_ON]
    assert len(registered) > 90
    for path in registered:
        for status, body in answers(path):
            assert status in REFUSED, (path, status)
            assert status != 422 or '"invalid_input"' in body, path
    for path, next_path in LEADS_ON.items():
        assert Client().get(path)["Location"] == next_path and roles[next_path] == "registered"
    for path, role in roles.items():
        if role == "everyone" and "x" not in path.split("/"):
            assert 401 not in [status for status, _ in answers(path) if path not in WRITES], path


WRITES = ("/logout", "/api/v1/logout")


@pytest.mark.clause("JL-4.2-01")
def test_no_service_answers_a_stranger_and_each_shows_where_to_register(standing: Installation) -> None:
    told = [
        doors.value(subject, item) for subject in range(people.CHUNMEI, people.CHANGHE + 1) for item in TOLD
    ]
    own = services.current()
    asked = 0
    for service in own.services:
        if "login" not in service.preconditions:
            continue
        starts = [f"{path}start" for path in service.paths if path.startswith("/items/")]
        starts += [path for path in service.paths if service.role(path) == "registered"]
        assert starts or service.page == "/", service.code
        for path in starts:
            answer = Client().post(path) if path.endswith("/start") else Client().get(path, follow=True)
            if answer.status_code == 405:
                answer = Client().post(path)
            if answer.status_code in (404, 422):
                continue
            asked += 1
            body = answer.content.decode()
            assert answer.status_code == 401, (path, answer.status_code)
            assert not [one for one in told if one in body], path
            if path.startswith("/api/"):
                assert answer.json()["code"] == "login_required"
            elif "html" in answer["Content-Type"]:
                assert 'href="/register"' in body and 'href="/offices/"' in body, path
    assert asked > 60
    for path in ("/", "/items/", "/offices/", "/calculators/", "/privacy/policy/", "/catalogue/drugs/"):
        assert Client().get(path).status_code == 200
