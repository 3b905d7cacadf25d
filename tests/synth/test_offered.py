"""The province of a medical insurance bureau: its own insurances, and no other agency's."""

from typing import Any

import pytest
from django.test import Client

from shebao.items import catalogue
from shebao.synth import demonstration
from tests import people
from tests.synth.test_province import rows
from tests.web.test_pages import client_of, text

PROFILE = "guangxi"
OTHERS = ("养老", "失业", "工伤")
RESIDENT = 7
pytestmark = [
    pytest.mark.filterwarnings("ignore:No directory at"),
    pytest.mark.usefixtures("standing"),
]


def test_only_insurances_that_are_offered_are_on_file() -> None:
    assert rows("select distinct insurance from registry_enrolment order by 1") == [(310,), (390,), (510,)]
    assert rows("select distinct insurance from registry_contribution order by 1") == [(310,), (390,), (510,)]
    assert rows("select distinct kind from registry_account") == [("medical",)]
    assert rows("select distinct kind from registry_accountyear") == [("medical",)]
    assert rows("select count(*) from registry_benefit") == [(0,)]


def test_what_a_medical_bureau_keeps_is_all_there() -> None:
    ids = [number for (number,) in rows("select id from registry_enrolment order by id")]
    assert ids == list(range(1, len(ids) + 1))
    assert rows("select insurance from registry_enrolment where subject_id = %s and state = 'retired'",
                people.CHANGHE) == [(310,)]  # fmt: skip
    assert rows("select count(*) > 0 from registry_claim where subject_id = %s", people.CHUNMEI) == [(True,)]
    holders = "select distinct subject_id from registry_contribution where insurance = 310"
    assert rows(f"select count(*) from registry_account where subject_id not in ({holders})") == [(0,)]


def test_the_demonstration_promises_nobody_a_pension() -> None:
    notes = [line["note"] for line in demonstration.logins()]
    assert not [note for note in notes if any(word in note for word in ("养老", "失业", "办退休"))]


@pytest.mark.parametrize(
    ("subject", "head", "cover"),
    [
        (people.CHUNMEI, "职工医保累计缴费", "职工基本医疗保险"),
        (people.CHANGHE, "职工医保累计缴费", "职工基本医疗保险"),
        (people.XIAOMAN, "居民医保累计缴费", "城乡居民基本医疗保险"),
        (RESIDENT, "居民医保累计缴费", "城乡居民基本医疗保险"),
    ],
)
def test_the_pages_speak_of_the_persons_own_medical_insurance(subject: int, head: str, cover: str) -> None:
    browser = client_of(subject)
    home, paid = text(browser.get("/")), text(browser.get("/me/contributions"))
    assert head in home
    assert f"{cover}累计缴费" in paid
    shown = [home, paid, *(text(browser.get(f"/me/{page}")) for page in ("enrolment", "account"))]
    for page in shown:
        assert not [word for word in OTHERS if word in page]


def test_somebody_retired_is_told_that_nothing_more_is_to_be_paid() -> None:
    assert "已退休，不用再缴：医疗" in text(client_of(people.CHANGHE).get("/me/enrolment"))


def test_a_resident_is_told_why_there_is_no_account() -> None:
    assert "居民医保没有" in text(client_of(RESIDENT).get("/me/account"))
    assert "医保个人账户" in text(client_of(people.CHUNMEI).get("/me/account"))


def test_no_pension_and_no_unemployment_is_reckoned_here() -> None:
    listed = text(Client().get("/calculators/"))
    assert "/calculators/pension/" not in listed and "/calculators/unemployment/" not in listed
    assert "/calculators/waiting/" in listed
    assert "/calculators/pension/" not in text(client_of(people.CHUNMEI).get("/items/"))
    answer = Client().get("/api/v1/calculators").json()
    assert {one["code"] for one in answer} == {"employee", "flexible", "resident", "maternity", "waiting"}
    assert "养老金" not in text(Client().get("/"))


def test_no_item_here_is_for_another_agencys_insurance() -> None:
    foreign: list[Any] = [item.code for item in catalogue.offered() if set(item.insurances) & {110, 170, 210, 410}
                          and not set(item.insurances) & {310, 390, 510}]  # fmt: skip
    assert foreign == []
