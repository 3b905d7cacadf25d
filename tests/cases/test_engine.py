"""Cases from draft to decision: what each side may do, what is refused, what is kept."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from PIL import Image

from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.cases.deciding import Lack
from shebao.documents import verify
from shebao.items import handling, office, progress
from shebao.items.certificates import actions as certificates
from shebao.privacy import gate, vault
from tests import people
from tests.cases.papers import hand_in
from tests.conftest import Installation
from tests.documents import pdf

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CLAIM = {
    "cause": "illness", "hospital": "测试医院", "level": "3", "admitted": "2026-11-02", "discharged": "2026-11-06",
    "total": "8642.50", "own": "642.50", "account": "6222020000000000000",
}  # fmt: skip


def sent(by, *, now: datetime = NOW) -> str:
    no = handling.start("inpatient-claim", now=now, by=by)
    handling.answer(no, CLAIM, now=now, by=by)
    for material in ("receipt", "list", "diagnosis", "record"):
        hand_in(no, material, by=by, now=now)
    handling.submit(no, key=f"k-{no}", now=now, by=by)
    return no


def refused(code: str, call, *args, **more) -> Refusal:
    with pytest.raises(Refusal) as caught:
        call(*args, **more)
    assert caught.value.code == code, (caught.value.code, caught.value.message)
    return caught.value


def test_an_instant_item_is_done_while_the_person_watches(standing: Installation) -> None:
    by = people.citizen(people.WANQING)
    refusal = refused("precondition_unmet", handling.start, "flexible-enrolment", now=NOW, by=by)
    assert refusal.field == "already_enrolled" and "不用再登记" in refusal.message
    assert progress.mine(now=NOW, by=by) == []


def test_a_claim_goes_from_draft_to_payment(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    no = sent(by)
    view = progress.view(no, now=NOW, by=by)
    assert view.line.state == "submitted" and view.due_on is not None and view.left == view.limit_days == 30
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    case = office.open_case(no, now=NOW, by=clerk)
    assert case.verdict.granted and case.verdict.amount_fen > 0 and not case.needs_second
    office.decide(
        no, granted=True, text=case.draft_text, amount_fen=case.verdict.amount_fen, now=NOW, by=clerk
    )
    view = progress.view(no, now=NOW, by=by)
    assert view.line.state == "decided" and view.granted and "核定报销" in view.effect.text
    remedy = view.decision["remedy"]
    assert (remedy["reconsider_by"], remedy["sue_by"]) == ("2027-01-22", "2027-05-24")
    for words in (
        "换人复核",
        "六十日内向经办机构的同级人民政府申请行政复议",
        "六个月内直接向经办机构所在地的人民法院起诉",
    ):
        assert words in remedy["text"], words
    office.deliver(no, now=NOW, by=clerk)
    assert [step.act for step in progress.view(no, now=NOW, by=by).steps] == [
        "submit", "accept", "decide", "deliver"]  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("select amount_fen, state from registry_payable where case_no = %s", [no])
        assert cursor.fetchall() == [(case.verdict.amount_fen, "paid")]
        cursor.execute("select template from notices_message where case_no = %s order by id", [no])
        assert [row[0] for row in cursor.fetchall()] == ["case.submitted", "case.accepted", "case.decided"]


def test_everything_missing_is_told_once_and_the_clock_stands_still(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    no = sent(by)
    due = progress.view(no, now=NOW, by=by).due_on
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    lacks = [Lack("list", "第 2 页看不清金额"), Lack("record", "缺出院小结")]
    office.ask(no, lacking=lacks, now=NOW, by=clerk)
    later = NOW + timedelta(days=7)
    view = progress.view(no, now=later, by=by)
    assert view.line.yours and [line.note for line in view.lacking] == [lack.note for lack in lacks]
    hand_in(no, "list", by=by, now=later)
    handling.supply(no, now=later, by=by)
    assert progress.view(no, now=later, by=by).due_on > due
    office.accept(no, now=later, by=clerk)
    refused("conflict", office.ask, no, lacking=lacks, now=later, by=clerk)


def test_nobody_reaches_a_case_that_is_not_hers(standing: Installation) -> None:
    no = sent(people.citizen(people.YUANSHAN))
    refused("out_of_reach", progress.view, no, now=NOW, by=people.citizen(people.CHUNMEI))
    clerk, colleague = people.staff("clerk"), people.staff("clerk")
    refused("out_of_reach", office.open_case, no, now=NOW, by=clerk)
    assigning.take(no, by=clerk)
    refused("conflict", assigning.take, no, by=colleague)
    refused("out_of_reach", office.open_case, no, now=NOW, by=colleague)
    refused("conflict", office.deliver, no, now=NOW, by=clerk)


def test_a_review_needs_two_people(standing: Installation) -> None:
    by = people.citizen(people.CHANGHE)
    no = sent(by)
    clerk, boss = people.staff("clerk"), people.staff("supervisor")
    assigning.take(no, by=clerk)
    office.decline(no, reason="票据是复印件", now=NOW, by=clerk)
    again = handling.review(no, text="票据是医院开的原件", now=NOW, by=by).no
    refused("conflict", handling.review, no, text="再来一次看看", now=NOW, by=by)
    assigning.take(again, by=boss)
    office.accept(again, now=NOW, by=boss)
    words = {"granted": True, "text": "经复核，票据是原件，应予受理。"}
    refused("precondition_unmet", office.decide, again, now=NOW, by=boss, **words)
    office.propose(again, now=NOW, by=boss, **words)
    refused("conflict", assigning.take, again, by=boss)
    second = people.staff("supervisor")
    assigning.take(again, by=second)
    office.confirm(again, now=NOW, by=second)
    assert progress.view(again, now=NOW, by=by).line.state == "done"


def test_the_same_key_gives_the_same_receipt(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    no = sent(by)
    assert handling.submit(no, key=f"k-{no}", now=NOW, by=by).no == no
    refused("conflict", handling.answer, no, {"hospital": "另一家"}, now=NOW, by=by)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 600), "white").save(out, "JPEG")
    return out.getvalue()


def test_a_decision_is_a_sealed_document_that_anyone_can_verify(
    standing: Installation, tmp_path: Path
) -> None:
    by = people.citizen(people.WANQING)
    no = sent(by)
    clerk = people.staff("clerk")
    assigning.take(no, by=clerk)
    office.accept(no, now=NOW, by=clerk)
    reasons = [("dates", "票据上的日期和病历对不上", "")]
    office.decide(no, granted=False, reasons=reasons, text="票据和病历对不上，没有通过。", now=NOW, by=clerk)
    decision = progress.view(no, now=NOW, by=by).decision
    assert decision is not None
    file = certificates.own_file(int(decision["certificate"]), by)
    assert file.name.startswith("办件决定书-")
    text = pdf.text(file.content, tmp_path)
    plain = "".join(text.split())
    for words in (no, "不通过", "票据上的日期和病历对不上", "六十日内，向经办机构的同级人民政府申请行政复议",
                  "六个月内，向经办机构所在地的人民法院提起行政诉讼"):  # fmt: skip
        assert words in plain, words
    assert "Signature is Valid" in pdf.seal(file.content, tmp_path)
    code = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}", text)
    assert code is not None
    with gate.open(by, "handle.change", items=("person.id_number",), subject=people.WANQING) as grant:
        last4 = vault.read(grant, ("person.id_number",))["person.id_number"][-4:]
    found = verify.verify(code[0], last4, client_key="192.0.2.1")
    assert found.state == "valid" and ("结果", "不通过") in found.facts
