"""Rows on what is answered and decided: advice has no number and no seal, a decision has both."""

import re
from pathlib import Path

import pytest

from shebao.base import clock
from shebao.cases import tickets, tickets_office
from shebao.cases.tickets import ADVICE
from shebao.items.certificates import actions as certificates
from tests import people
from tests.clauses import doors
from tests.conftest import Installation
from tests.contact.test_tickets import asked
from tests.documents import pdf
from tests.items.doing import granted, sent

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
