"""Rows on accounts: log-ins, what registration asks, who is recognised, what stays public."""

import json
import re
from datetime import datetime

import pytest
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts
from shebao.privacy import gate, keys, vault
from shebao.web import forms
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.identity import people as insured
from tests.identity.browser import Browser
from tests.web.test_pages import OWN, PUBLIC


def rows_kept() -> list[str]:
    """Every row of every table; hourly counts of pages, which name nobody, are left out."""
    every = [json.loads(line) for line in insured.everything().splitlines()]
    return sorted(
        json.dumps(row, sort_keys=True) for row in every if row.keys() != {"page", "count", "since"}
    )


def log_in(login: str) -> Browser:
    browser = Browser().get("/login")
    return browser.send("/login", login=login, password=insured.PASSWORD)


@pytest.mark.clause("JL-3.1.1.2-16")
def test_each_log_in_is_in_the_history_with_its_time_and_nobody_elses(open_house: Installation) -> None:
    insured.registered()
    insured.registered("wanmin", 44)
    log_in("wanmin")
    before = clock.china(clock.now()).replace(second=0, microsecond=0)
    log_in("chunmei")
    browser = log_in("chunmei")
    after = clock.china(clock.now())
    page = browser.get("/account/sessions/").page.split('id="history"')[1].split("</ul>")[0]
    times = re.findall(r"今天 (\d+):(\d\d)", page)
    assert len(times) == 2
    for hour, minute in times:
        shown = datetime(before.year, before.month, before.day, int(hour), int(minute), tzinfo=clock.CHINA)
        assert before <= shown <= after
    browser.send("/account/sessions/end-others")
    kept = browser.get("/account/sessions/").page.split('id="history"')[1].split("</ul>")[0]
    assert len(re.findall("<li>", kept)) == 2


@pytest.mark.clause("JL-3.2-02")
def test_two_visits_cannot_be_joined_and_a_person_is_known_until_she_leaves(open_house: Installation) -> None:
    kept = rows_kept()
    for _ in range(2):
        visit = Client()
        for path in ("/", "/offices/", "/privacy/policy/", "/verify/"):
            answer = visit.get(path)
            assert answer.status_code == 200 and not answer.cookies and "ETag" not in answer.headers
        assert not visit.cookies
    assert rows_kept() == kept
    insured.registered()
    first, second = log_in("chunmei"), log_in("chunmei")
    for browser in (first, second):
        assert browser.get("/account/sessions/").status == 200
    first.send("/account/sessions/end-others")
    assert second.get("/account/sessions/").status == 401
    token = first.cookies["sb_session"]
    first.post("/logout")
    late = Client()
    late.cookies["sb_session"] = token
    assert (
        late.get("/account/sessions/").status_code == 401 and gate.actor_of(bytes.fromhex(token)).is_visitor
    )


@pytest.mark.clause("JL-4.0-04")
def test_all_public_pages_open_without_account_and_show_no_person(open_house: Installation) -> None:
    told = [
        doors.value(subject, item)
        for subject in (people.CHUNMEI, people.YUANSHAN, people.QINGHE, people.CHANGHE)
        for item in ("person.name", "person.id_number", "person.phone", "person.bank_account")
    ]
    for path in PUBLIC:
        answer = Client().get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        assert not [value for value in told if value in text], path
    for path in OWN[1:-1]:
        answer = Client().get(path)
        assert answer.status_code == 401 and not [v for v in told if v in answer.content.decode()], path


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.1-17")
def test_registration_asks_for_no_gender(open_house: Installation) -> None:
    asked = {name for form in (forms.Identity, forms.Phone, forms.Credentials) for name in form.base_fields}
    assert asked == {"name", "id_number", "phone", "login", "password"}
    visit = Browser().get("/welcome?next=/register")
    for part in insured.versions():
        visit.get(visit.links(f"/welcome/{part}")[0])
        visit.get(visit.links("/welcome?seen=")[-1].split("#")[0])
    visit.send("/welcome", accept=list(insured.versions()))
    assert visit.at == "/register" and "性别" not in visit.text
    assert not re.findall(r'name="(?:sex|gender)"', visit.page)
    person = insured.insured()
    accounts.register(**insured.form(person))
    assert insured.has_account(person)
    refused = Client().post(
        "/api/v1/register",
        {
            "name": "何春梅",
            "id_number": person.id_number,
            "phone": "",
            "login": "x",
            "password": "y",
            "gender": "2",
        },
        content_type="application/json",
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "field_not_declared")


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.1-18")
@pytest.mark.parametrize(
    "wrong", ["11010119900101123", "110101199013011234", "220102197903020429", "E12345678"]
)
def test_a_number_that_does_not_fit_is_refused_and_a_kept_one_needs_the_key(
    open_house: Installation, wrong: str
) -> None:
    person = insured.insured()
    for purpose, known in (("id_number", wrong), ("real_name", f"{wrong}|{person.name}")):
        doors.run(
            "insert into privacy_blind (purpose, digest, subject_id) values (%s, %s, %s)",
            purpose,
            keys.blind(purpose, known),
            person.subject_id,
        )
    with pytest.raises(Refusal) as refused:
        accounts.register(**insured.form(person, id_number=wrong))
    assert refused.value.field == "id_number" and refused.value.code == "invalid_input"
    accounts.register(**insured.form(person))
    ((sealed,),) = doors.rows(
        "select ciphertext from privacy_vault where subject_id = %s and item = 'person.id_number'",
        person.subject_id,
    )
    assert person.id_number.encode() not in bytes(sealed) and person.id_number not in insured.everything()
    with pytest.raises(Exception) as unread:
        vault.unseal(people.CHUNMEI, "person.id_number", bytes(sealed))
    assert "Unreadable" in type(unread.value).__name__
    assert vault.unseal(person.subject_id, "person.id_number", bytes(sealed)) == person.id_number
