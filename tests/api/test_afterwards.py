"""After the decision through the API: what the pages show, and a no that says the next step."""

import json
from typing import Any

from django.test import Client

from shebao.items import handling
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.items import doing

CLAIM = ("receipt", "list", "diagnosis", "record")
STAY = {
    "cause": "illness", "hospital": "测试医院", "level": "3", "admitted": "2026-11-02", "discharged": "2026-11-06",
    "total": "8642.50", "own": "642.50", "account": "6222020000000000000",
}  # fmt: skip


def called(by: gate.Actor, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    assert by.token is not None
    return Client().generic(
        method, f"/api/v1{path}", "" if body is None else json.dumps(body),
        content_type="application/json", headers={"Authorization": f"Bearer {by.token.hex()}"},
    )  # fmt: skip


def test_money_decision_and_rating_are_told_to_the_person_alone(standing: Installation) -> None:
    by, other = people.citizen(people.CHUNMEI), people.citizen(people.YUANSHAN)
    no = doing.sent("inpatient-claim", by, STAY, *CLAIM)
    early = called(by, "POST", f"/cases/{no}/rating", {"stars": 5})
    assert early.status_code == 409 and early["Content-Type"].startswith("application/problem+json")
    assert early.json()["code"] == "conflict" and early.json()["next"]
    doing.granted(no)
    (paid,) = [one for one in called(by, "GET", "/me/payments").json() if one["case_no"] == no]
    assert paid["state"] == "approved" and paid["amount_fen"] > 0 and paid["name"]
    assert no not in called(other, "GET", "/me/payments").content.decode()
    view = called(by, "GET", f"/cases/{no}").json()
    paper = view["decision"]["certificate"]
    assert called(by, "GET", f"/certificates/{paper}/file").status_code == 200
    assert called(other, "GET", f"/certificates/{paper}/file").status_code in (403, 404)
    assert called(by, "GET", "/me/transfers").json() == []


def test_a_rating_is_given_once_within_its_bounds_and_by_nobody_else(standing: Installation) -> None:
    by, other = people.citizen(people.CHUNMEI), people.citizen(people.YUANSHAN)
    no = doing.sent("pension-transfer", by, {"region": "310000", "household": "no"})
    handling.withdraw(no, now=doing.NOW, by=by)
    for stars in (0, 6, "five", None):
        assert called(by, "POST", f"/cases/{no}/rating", {"stars": stars}).status_code == 422
    assert called(other, "POST", f"/cases/{no}/rating", {"stars": 1}).status_code == 403
    assert called(by, "POST", f"/cases/{no}/rating", {"stars": 4}).status_code == 204
    assert called(by, "POST", f"/cases/{no}/rating", {"stars": 1}).status_code == 409
    assert called(by, "GET", f"/cases/{no}").json()["stars"] == 4
