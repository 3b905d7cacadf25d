"""Rows on the two roles: every address has the role it needs and keeps to it for whoever is not logged in."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

from shebao.items import directory as services
from shebao.privacy.directory import PRECONDITIONS, Service
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


def clauses(role: str) -> list[str]:
    answer = Client().get("/api/v1/policies/agreement/clauses", {"role": role})
    assert answer.status_code == 200 and all(one["text"] for one in answer.json())
    return [one["id"] for one in answer.json()]


def of_section(section: str, found: list[str]) -> list[str]:
    return [one for one in found if re.match(rf"{re.escape(section)}(?:[.-]|$)", one)]


@pytest.mark.clause("JL-4.1-01", "JL-4.3-01")
def test_a_section_speaks_to_its_role_and_common_ones_to_both(standing: Installation) -> None:
    registered, visitor = clauses("registered"), clauses("visitor")
    assert len(of_section("JL-4.1", registered)) >= 9 and of_section("JL-4.1", visitor) == []
    common = of_section("JL-4.3", registered)
    assert len(common) >= 7 and of_section("JL-4.3", visitor) == common
    assert of_section("JL-4.2", visitor) and of_section("JL-4.2", registered) == []
    assert Client().get("/api/v1/policies/agreement/clauses", {"role": "x"}).status_code == 422
    assert Client().get("/api/v1/policies/none/clauses", {"role": "visitor"}).status_code == 404


def listed(part: str) -> list[str]:
    """The services that the page of roles names in one of its parts."""
    page = Client().get("/services/roles/").content.decode()
    return re.findall(r'href="/services/([^"]+)/"', page.split(f'id="{part}"')[1].split("</section>")[0])


def strangers_use(service: Service) -> bool:
    """Whether the rules let somebody without account use a service, not only read about it."""
    if service.page.startswith("/items/") and service.code.startswith("item."):
        return Client().post(f"{service.page}start").status_code != 401
    if service.page == "/":
        return "login" not in service.preconditions
    answer = Client().get(service.page)
    return (Client().post(service.page) if answer.status_code == 405 else answer).status_code != 401


@pytest.mark.clause("JL-4.0-05")
def test_the_page_of_rights_and_duties_is_the_catalogue_and_the_rules(
    standing: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = services.current()
    free, bound = listed("everyone"), listed("registered")
    assert set(free) | set(bound) == set(own.by_code) and not set(free) & set(bound)
    for code in free:
        assert strangers_use(own.by_code[code]), code
    for code in bound:
        assert not strangers_use(own.by_code[code]), code
    page = Client().get("/services/roles/").content.decode().split('id="first"')[1]
    for service in own.services:
        for condition in service.preconditions:
            assert PRECONDITIONS[condition] in page and (condition == "login" or service.name in page)
    profiles = tmp_path / "profiles"
    copytree(settings.PROFILES, profiles)
    drugs = profiles / "services" / "medical.toml"
    drugs.write_text(
        drugs.read_text().replace('code = "drugs"\n', 'code = "drugs"\npreconditions = ["login"]\n')
    )
    assert "drugs" in free
    monkeypatch.setattr(settings, "PROFILES", profiles)
    assert "drugs" in listed("registered") and "drugs" not in listed("everyone")
    assert strangers_use(services.current().by_code["drugs"]), "page and rules no longer agree: this is seen"
