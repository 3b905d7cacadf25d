"""Every clerk page is walked for a person outside her cases: no name, no number, no link."""

import re

import pytest
from django.db import connections

from shebao.base import clock
from shebao.cases import actions, assigning
from shebao.items import office
from tests import people
from tests.clauses import doors
from tests.clauses.test_crawl import client_of, crawl, values_of
from tests.conftest import Installation
from tests.desk.matters import sent
from tests.desk.test_urgent import REASON

MINE = (people.CHUNMEI, people.YUANSHAN)
STARTS = (
    "/desk/",
    "/desk/?view=mine",
    "/desk/find/",
    "/desk/work/",
    "/desk/urgent/",
    "/desk/deaths/",
    "/desk/training",
)


@pytest.fixture
def unlimited(shebao: Installation) -> Installation:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update privacy_process set rate_count = 0")
    return shebao


def outsiders() -> set[str]:
    own = {value for subject in MINE for value in values_of(False, subject)}
    return values_of(True, people.CHUNMEI) - own


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_a_crawl_of_the_desk_never_meets_a_person_outside_her_cases(
    unlimited: Installation, role: str
) -> None:
    mine = sent(people.citizen(people.CHUNMEI))
    others = [sent(people.citizen(one)) for one in (people.QINGHE, people.CHANGHE, people.WANQING)]
    clerk, colleague = people.staff(role), people.staff("clerk")
    assigning.take(mine, by=clerk)
    assigning.take(others[0], by=colleague)
    number = doors.value(people.YUANSHAN, "person.id_number")
    window = actions.open_window(id_number=number, kind="enquiry", reason="本人在窗口查询", by=clerk)
    urgent = office.break_glass(
        id_number=doors.value(people.QINGHE, "person.id_number"), reason=REASON, now=clock.now(), by=colleague
    )
    seen = crawl(client_of(clerk), [*STARTS, f"/desk/cases/{mine}/", f"/desk/cases/{window}/"])
    assert len([path for path in seen if path.startswith("/desk/")]) > 9
    foreign = outsiders()
    assert len(foreign) > 300
    assert [(path, value) for path, text in seen.items() for value in foreign if value in text] == []
    links = {link for text in seen.values() for link in re.findall(r'href="(/desk/cases/[^"]+)"', text)}
    assert not [link for link in links for no in (*others, urgent) if no in link]
    titles = " ".join(re.findall(r"<title>(.*?)</title>", " ".join(seen.values()), re.S))
    own = {value for subject in MINE for value in values_of(False, subject)}
    assert not [value for value in own if value in titles or any(value in path for path in seen)]


def test_every_address_of_a_case_not_hers_is_refused_and_kept(unlimited: Installation) -> None:
    no = sent(people.citizen(people.QINGHE))
    holder, stranger = people.staff("clerk"), people.staff("clerk")
    assigning.take(no, by=holder)
    page = doors.rows("select id from cases_material where case_id = %s limit 1", no)[0][0]
    name = doors.value(people.QINGHE, "person.name")
    before = len(people.entries(people.QINGHE))
    client = client_of(stranger)
    paths = ("", "hand-over", f"materials/{page}/preview.png", f"materials/{page}/file")
    for path in paths:
        answer = client.get(f"/desk/cases/{no}/{path}")
        assert answer.status_code == 403 and name not in answer.content.decode("utf-8", "replace"), path
    for path in ("act", "release", "reveal", "close", "hand-over"):
        answer = client.post(
            f"/desk/cases/{no}/{path}", {"act": "accept", "item": "person.name", "to": "001127"}
        )
        assert answer.status_code in (403, 409, 422), path
    refused = [one for one in people.entries(people.QINGHE)[before:] if one[1] != "allowed"]
    assert ("desk.case", "out_of_reach", "clerk") in refused
