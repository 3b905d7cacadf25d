"""Rows on what is answered and decided: advice has no number and no seal, a decision has both."""

import re
from pathlib import Path

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import applying, queries, tickets, tickets_office
from shebao.cases.tickets import ADVICE
from shebao.items import handling
from shebao.items.certificates import actions as certificates
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.contact.test_tickets import asked
from tests.documents import pdf
from tests.items.doing import NOW, granted, sent

NUMBER = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")
DISPUTE = {"what": "contribution", "since": "202301", "text": "少了一个月的缴费"}


@pytest.mark.clause("JL-4.1.4-05")
def test_an_answer_is_marked_as_advice_and_only_a_decision_has_number_and_seal(
    standing: Installation, tmp_path: Path
) -> None:
    by, officer = people.citizen(people.WANQING), people.staff("privacy_officer")
    ticket = asked(by).no
    tickets_office.take(ticket, by=officer)
    tickets_office.reply(ticket, text="少的那个月可以申请核查。", now=clock.now(), by=officer)
    browser = doors.browser_of(by)
    answer = browser.get(f"/contact/tickets/{ticket}/")
    assert "少的那个月可以申请核查" in answer.text and answer.text.count(ADVICE) == 1
    assert not NUMBER.search(answer.text) and not answer.links("/certificates/")
    assert doors.rows("select 1 from documents_certificate where subject_id = %s", people.WANQING) == []
    (note,) = [one for one in tickets.one(ticket, by=by).notes if one.kind == "reply"]
    assert note.is_advice

    no = sent("record-dispute", by, DISPUTE)
    granted(no)
    decision = browser.get(f"/cases/{no}/")
    (link,) = {re.sub(r"\D", "", one) for one in decision.links("/certificates/")}
    assert ADVICE not in decision.text
    file = certificates.own_file(int(link), by)
    text = pdf.text(file.content, tmp_path)
    assert NUMBER.search(text) and no in "".join(text.split()) and ADVICE not in "".join(text.split())
    assert "Signature is Valid" in pdf.seal(file.content, tmp_path)


@pytest.mark.clause("JL-4.1.4-01")
def test_a_closed_case_is_rated_once_and_enters_the_report(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    no = handling.start("card-loss", now=NOW, by=by)
    browser = doors.browser_of(by)
    assert 'name="stars"' not in browser.get(f"/cases/{no}/").page
    handling.submit(no, now=NOW, by=by)
    before = {kind: (total, rated) for kind, total, rated, _ in queries.ratings()}["card-loss"]
    browser.get(f"/cases/{no}/").send(f"/cases/{no}/rate", stars="4")
    assert "您评的是：满意" in browser.text and 'name="stars"' not in browser.page
    with pytest.raises(Refusal) as again:
        applying.rate(no, stars=1, by=by)
    assert again.value.code == "conflict"
    with pytest.raises(Refusal) as other:
        applying.rate(no, stars=5, by=people.citizen(people.YUANSHAN))
    assert other.value.code == "out_of_reach"
    told = next(row for row in queries.ratings() if row[0] == "card-loss")
    assert told[1:] == (before[0], before[1] + 1, None)
    report = doors.browser_of(people.staff("supervisor")).get("/desk/work/")
    assert "群众怎么评" in report.text
