"""Consent: one purpose at a time, an act of will, taken back as easily as given."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from shebao.base.refusal import Refusal
from shebao.privacy import consent, gate, models, register
from shebao.privacy.consent import Event
from tests.privacy import sessions
from tests.privacy.test_register import PROFILES, Draft

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
BOOK = register.load("jilin", PROFILES)
CODE = "service.personalise"
TOLD = consent.notice(BOOK, CODE)
YES = Event(CODE, BOOK.version, TOLD.hash, "plain", "given", "consents-page", 1, NOON)


def judge(event: Event, *former: Event, kind: str = "plain", evidence: str = "") -> None:
    process = replace(BOOK.process[CODE], consent_kind=kind)
    consent.judge(process, former, event, subject=1, expected_notice=TOLD.hash, evidence=evidence)


def test_the_notice_says_who_what_why_how_long_and_how_to_withdraw() -> None:
    told = consent.notice(register.load("ebao", PROFILES), "enquiry.spending")
    assert told.handler == "易保互联医疗信息科技（北京）有限公司"
    assert told.items == ("姓名", "医保结算")
    assert told.sensitive == ("医保结算",)
    assert told.necessity_zh
    assert told.impact_zh
    assert told.retention_zh
    assert "撤回" in told.withdrawal_zh
    assert told.kind == "separate"


def test_another_wording_is_another_notice() -> None:
    changed = Draft().put("process", CODE, impact_zh="菜单会变。").read()
    assert consent.notice(changed, CODE).hash != TOLD.hash


def test_nobody_is_asked_where_the_law_is_the_basis() -> None:
    with pytest.raises(Refusal, match="invalid_input"):
        consent.notice(BOOK, "enquiry.contribution")
    with pytest.raises(Refusal, match="purpose_not_allowed"):
        consent.notice(BOOK, "service.games")


@pytest.mark.parametrize("method", ["", "default", "preticked", "silence", "use"])
def test_a_preset_is_no_consent(method: str) -> None:
    with pytest.raises(Refusal, match="consent_required"):
        judge(replace(YES, method=method))


def test_an_answer_to_another_notice_does_not_count() -> None:
    with pytest.raises(Refusal, match="consent_required"):
        judge(replace(YES, notice_hash="0" * 64))
    judge(YES)


def test_written_consent_needs_a_signed_paper() -> None:
    with pytest.raises(Refusal, match="consent_required"):
        judge(YES, kind="written")
    judge(YES, kind="written", evidence="5f" * 32)


def test_a_guardian_answers_for_the_child_and_not_the_child() -> None:
    for by in (None, 1):
        with pytest.raises(Refusal, match="guardian_consent_required"):
            judge(replace(YES, by_subject=by), kind="guardian")
    judge(replace(YES, by_subject=2), kind="guardian")


def test_only_a_yes_can_be_taken_back() -> None:
    back = replace(YES, state="withdrawn")
    with pytest.raises(Refusal, match="conflict"):
        judge(back)
    with pytest.raises(Refusal, match="conflict"):
        judge(back, replace(YES, state="refused"))
    judge(back, YES)
    with pytest.raises(Refusal, match="conflict"):
        judge(back, YES, back)


def test_after_a_no_we_rest() -> None:
    no = replace(YES, state="refused", cooloff_until=NOON + timedelta(days=90))
    assert consent.may_ask([], NOON)
    assert not consent.may_ask([no], NOON + timedelta(days=89))
    assert consent.may_ask([no], NOON + timedelta(days=90))


@given(st.lists(st.sampled_from(["given", "refused", "withdrawn"]), max_size=12))
def test_the_newest_accepted_answer_decides(wishes: list[str]) -> None:
    kept: list[Event] = []
    willing = False
    for wish in wishes:
        event = replace(YES, state=wish)
        try:
            judge(event, *kept)
        except Refusal:
            assert wish == "withdrawn"
            assert not willing
            continue
        kept.append(event)
        willing = wish == "given"
    assert (bool(kept) and kept[-1].state in consent.VALID) is willing


@given(st.integers(-1000, 1000))
def test_a_yes_ends_with_a_later_grave_change_only(hours: int) -> None:
    since = NOON + timedelta(hours=hours)
    assert consent.needs_again([YES], since) is (hours > 0)
    assert not consent.needs_again([replace(YES, state="withdrawn")], since)
    assert not consent.needs_again([YES], None)


def test_the_receipt_has_the_mandatory_fields_and_no_personal_value() -> None:
    receipt = consent.receipt(BOOK, YES, record_id="0190-1", subject_ref="p-7", entry=42)
    assert {
        "schema_version",
        "record_id",
        "pii_principal_id",
        "privacy_notice",
        "pii_processing",
        "event",
    } <= set(receipt)
    assert set(receipt["privacy_notice"]) == {"version", "hash", "language"}
    (processing,) = receipt["pii_processing"]
    assert {
        "purpose",
        "pii_controllers",
        "pii_information",
        "storage_locations",
        "retention_period",
        "recipient_third_parties",
        "withdrawal_method",
        "jurisdiction",
    } <= set(processing)
    assert receipt["event"]["event_state"] == "dpv:ConsentGiven"


@pytest.fixture
def citizen(shebao: Any) -> Iterator[gate.Actor]:
    yield sessions.start()


def tell(code: str) -> str:
    return consent.notice(register.current(), code).hash


def use(actor: gate.Actor) -> None:
    with gate.open(actor, CODE, items=("search.record",)):
        pass


def test_a_yes_opens_and_its_withdrawal_closes_at_the_next_call(citizen: gate.Actor) -> None:
    with pytest.raises(Refusal, match="consent_required"):
        use(citizen)
    entry = consent.give(citizen, CODE, method="consents-page", notice_hash=tell(CODE), now=NOON)
    use(citizen)
    consent.withdraw(citizen, CODE, method="consents-page", now=NOON)
    with pytest.raises(Refusal, match="consent_required"):
        use(citizen)
    consent.give(citizen, CODE, method="consents-page", notice_hash=tell(CODE), now=NOON)
    use(citizen)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select kind, process, outcome from privacy_entry where id = %s", [entry])
        assert cursor.fetchone() == ("write", "privacy.consent", "allowed")


def test_one_yes_opens_one_purpose(citizen: gate.Actor) -> None:
    consent.give(citizen, CODE, method="consents-page", notice_hash=tell(CODE), now=NOON)
    states = {one.process: one.valid for one in consent.standings(citizen)}
    assert [code for code, valid in states.items() if valid] == [CODE]
    assert set(states) == {code for code, process in register.current().process.items() if process.optional}


def test_a_refused_answer_leaves_nothing_behind(citizen: gate.Actor) -> None:
    with pytest.raises(Refusal, match="consent_required"):
        consent.give(citizen, CODE, method="preticked", notice_hash=tell(CODE), now=NOON)
    assert models.ConsentEvent.objects.using("owner").filter(subject_id=citizen.subject_id).count() == 0


def test_a_no_is_kept_with_its_rest(citizen: gate.Actor) -> None:
    consent.refuse(citizen, CODE, method="dialog", notice_hash=tell(CODE), now=NOON)
    (standing,) = [one for one in consent.standings(citizen) if one.process == CODE]
    assert (standing.state, standing.may_ask_from) == ("refused", NOON + timedelta(days=90))


def test_saying_yes_again_renews(citizen: gate.Actor) -> None:
    for _ in range(2):
        consent.give(citizen, CODE, method="consents-page", notice_hash=tell(CODE), now=NOON)
    events = models.ConsentEvent.objects.using("owner").filter(subject_id=citizen.subject_id).order_by("id")
    assert list(events.values_list("state", flat=True)) == ["given", "renewed"]
    use(citizen)


def test_another_person_sees_none_of_it(citizen: gate.Actor) -> None:
    consent.give(citizen, CODE, method="consents-page", notice_hash=tell(CODE), now=NOON)
    other = sessions.start()
    assert {one.state for one in consent.standings(other)} == {"none"}
    with pytest.raises(Refusal, match="login_required"):
        consent.standings(gate.VISITOR)
    with gate.open(other, "privacy.consent", items=("consent.record",)) as grant:
        assert models.ConsentEvent.objects.using(grant.alias).count() == 0
