"""The hot read: two ways in, one answer, one round trip."""

import json

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shebao.api.hot import PATH, Express
from shebao.privacy import accesslog
from tests import people


def never(environ, start):
    raise AssertionError("passed on to Django")


def express(path=PATH, query="", token="", method="GET", application=never, **more):
    answer = {}

    def start(status, headers):
        answer["status"], answer["headers"] = int(status.split()[0]), dict(headers)

    environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "QUERY_STRING": query,
               "HTTP_COOKIE": f"sb_session={token}" if token else "", **more}  # fmt: skip
    body = b"".join(Express(application)(environ, start))
    return answer["status"], answer["headers"], json.loads(body)


def steady(document):
    return {name: value for name, value in document.items() if name not in ("entry", "as_of")}


@pytest.mark.parametrize("query", ["", "insurance=310", "since=202001&until=202012", "insurance=999"])
def test_express_and_view_give_the_same_answer(shebao, query):
    token = people.citizen().token.hex()
    client = Client()
    client.cookies["sb_session"] = token
    view = client.get(f"{PATH}?{query}")
    status, headers, document = express(query=query, token=token)
    assert (status, steady(document)) == (view.status_code, steady(view.json()))
    same = (
        "Content-Security-Policy",
        "Cache-Control",
        "Content-Type",
        "Referrer-Policy",
        "X-Content-Type-Options",
    )
    assert {name: headers[name] for name in same} == {name: view[name] for name in same}


@pytest.mark.parametrize(
    ("query", "token", "status", "code"),
    [
        ("", "", 401, "login_required"),
        ("", "00" * 32, 401, "login_required"),
        ("", "zz", 401, "login_required"),
        ("since=abc", "00" * 32, 422, "invalid_input"),
        ("since=202113x", "00" * 32, 422, "invalid_input"),
        ("insurance=99999", "00" * 32, 422, "invalid_input"),
        ("subject=2", "", 401, "login_required"),
        ("name=x", "", 422, "field_not_declared"),
        ("since=%27;drop", "00" * 32, 422, "invalid_input"),
    ],
)
def test_bad_calls_are_refused_alike(shebao, query, token, status, code):
    client = Client()
    if token:
        client.cookies["sb_session"] = token
    view = client.get(f"{PATH}?{query}")
    assert (view.status_code, view.json()["code"]) == (status, code)
    fast = express(query=query, token=token)
    assert (fast[0], fast[2]["code"]) == (status, code)


def test_it_takes_one_round_trip(shebao):
    actor = people.citizen()
    with CaptureQueriesContext(connections["default"]) as asked:
        status, _, document = express(token=actor.token.hex())
    assert (status, len(asked)) == (200, 1)
    assert document["months_total"] == 207


def test_the_bearer_header_works_and_other_methods_are_passed_on(shebao):
    token = people.citizen().token.hex()
    assert express(HTTP_AUTHORIZATION=f"Bearer {token}")[0] == 200
    with pytest.raises(AssertionError, match="passed on"):
        express(method="POST", token=token)
    with pytest.raises(AssertionError, match="passed on"):
        express(path="/api/v1/me/account", token=token)


def test_it_leaves_a_line_with_its_purpose_and_no_person(shebao):
    token = people.citizen().token.hex()
    express(token=token)
    (line,) = [json.loads(text) for file in accesslog.files() for text in file.read_text().splitlines()]
    assert (line["route"], line["status"], line["purpose"]) == (PATH[1:], 200, "enquiry.contribution")
    assert line["who"] and token not in json.dumps(line)


def test_another_persons_number_in_the_call_is_refused_and_becomes_her_entry(shebao):
    token = people.citizen(people.CHUNMEI).token.hex()
    status, _, document = express(query="subject=2", token=token)
    assert (status, document["code"]) == (403, "out_of_reach")
    assert ("enquiry.contribution", "out_of_reach", "citizen") in people.entries(people.YUANSHAN)
