"""Binding a card: the password is used once, the holder must be the person, each kind of data is agreed by itself."""

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from hashlib import md5, sha1, sha256

import pytest
from django.test import Client

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, limits, profile, sessions
from shebao.identity.methods import card, card_simulator, card_source
from shebao.privacy import consent, gate
from shebao.registry.claims.queries import spending
from shebao.registry.contributions.queries import contributions
from shebao.registry.enrolments.queries import enrolments
from tests.conftest import Installation
from tests.fakes import card_source as fake
from tests.identity import people

pytestmark = pytest.mark.profile("ebao")
NUMBER, QUERY_PASSWORD = "K12345678", "canary-904177"


@pytest.fixture
def mei(open_house: Installation) -> gate.Actor:
    """A person who is logged in and has no card yet."""
    return entered("chunmei", 42)


@pytest.fixture
def source(mei: gate.Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[card_simulator.Source]:
    """A card source that knows her card."""
    with fake.card_source(monkeypatch, {NUMBER: entry(people.PEOPLE["chunmei"])}) as running:
        yield running


def entry(person: people.Insured, **changes: str) -> dict[str, str]:
    return {"name": person.name, "id_number": person.id_number, "password": QUERY_PASSWORD} | changes


def entered(login: str, sequence: int, **who: object) -> gate.Actor:
    person = people.insured(sequence=sequence, **who)  # type: ignore[arg-type]
    people.PEOPLE[login] = person
    accounts.register(**people.form(person, login=login))
    started = sessions.login(login=login, password=people.PASSWORD, device="", now=clock.now())
    return gate.actor_of(started.token)


def agreed(*kinds: str) -> dict[str, str]:
    known = card.notices()
    return {code: known[code].hash for code in (card.PROCESS, *kinds)}


def bind(actor: gate.Actor, *kinds: str, **changes: object) -> tuple[str, ...]:
    arguments = {
        "card_number": NUMBER,
        "password": QUERY_PASSWORD,
        "agreed": agreed(*kinds),
        "now": clock.now(),
    }
    return card.link(actor, **arguments | changes)  # type: ignore[arg-type]


def refused(code: str, act: Callable[[], object]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def kept(actor: gate.Actor) -> list[tuple[object, ...]]:
    return people.rows(
        "select item from privacy_vault where subject_id = %s and item = 'person.card_number'"
        " union all select purpose from privacy_blind where subject_id = %s and purpose = 'card'"
        " union all select rule from privacy_reach where subject_id = %s and revoked_at is null",
        *[actor.subject_id] * 3,
    )


@pytest.mark.clause("EB-1.1-22", "EB-1.1-15")
def test_only_the_kinds_agreed_to_open_and_nothing_after_unbinding(
    mei: gate.Actor, source: card_simulator.Source
) -> None:
    refused("card_not_linked", lambda: contributions(mei))
    assert bind(mei, "enquiry.contribution", "enquiry.enrolment") == (
        "enquiry.enrolment",
        "enquiry.contribution",
    )
    assert source.calls == [(NUMBER, ("enquiry.enrolment", "enquiry.contribution"))]
    assert contributions(mei)["outcome"] == "allowed" and enrolments(mei)["outcome"] == "allowed"
    refused("consent_required", lambda: spending(mei, year=2026))
    assert len(source.calls) == 1
    card.unlink(mei, now=clock.now())
    for read in (contributions, enrolments):
        refused("card_not_linked", lambda read=read: read(mei))
    assert not [one for one in consent.standings(mei) if one.valid]
    refused("card_not_linked", lambda: card.unlink(mei, now=clock.now()))


@pytest.mark.clause("EB-1.1-03")
def test_a_card_has_one_holder_and_is_gone_after_unbinding(
    mei: gate.Actor, source: card_simulator.Source
) -> None:
    bind(mei)
    assert len(kept(mei)) == 3 and NUMBER not in people.everything()
    other = entered("wanmin", 44, name="万敏")
    source.cards[NUMBER] = entry(people.PEOPLE["wanmin"])  # type: ignore[index]
    refused("conflict", lambda: bind(other))
    assert kept(other) == []
    card.unlink(mei, now=clock.now())
    assert kept(mei) == [] and card.linked_since(mei) is None
    refused("card_not_linked", lambda: contributions(mei))


@pytest.mark.clause("EB-1.1-04")
def test_the_query_password_is_nowhere_and_is_asked_again_when_the_time_is_over(
    mei: gate.Actor,
    source: card_simulator.Source,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    source.life_seconds = 60
    bind(mei, "enquiry.contribution")
    refused("invalid_input", lambda: bind(mei, password="canary-000000"))
    contributions(mei)
    output = capfd.readouterr()
    seen = people.everything() + caplog.text + output.out + output.err
    for trace in (QUERY_PASSWORD, "canary-000000"):
        assert trace not in seen
        for fast in (md5, sha1, sha256):
            assert fast(trace.encode()).hexdigest() not in seen
    people.run("update privacy_reach set until = now() where subject_id = %s", mei.subject_id)
    assert refused("card_not_linked", lambda: contributions(mei)).next_url == "/account/card/"
    bind(mei)
    assert contributions(mei)["outcome"] == "allowed"


@pytest.mark.clause("EB-1.1-12")
@pytest.mark.parametrize("change", [{"name": "何秋霜"}, {"id_number": "220102197903020602"}])
def test_another_holder_is_refused_and_not_kept(
    mei: gate.Actor, source: card_simulator.Source, change: dict[str, str]
) -> None:
    source.cards[NUMBER] = entry(people.PEOPLE["chunmei"], **change)  # type: ignore[index]
    refused("out_of_reach", lambda: bind(mei, "enquiry.contribution"))
    everything = people.everything()
    assert kept(mei) == [] and all(value not in everything for value in change.values())


@pytest.mark.clause("EB-1.1-13", "EB-1.1-18")
def test_fields_beyond_the_agreed_ones_are_dropped_and_counted(
    mei: gate.Actor, source: card_simulator.Source
) -> None:
    source.extra = {"ethnicity": "canary-回族", "marital_status": "canary-已婚"}
    before = {name: card_source.DROPPED.labels(name)._value.get() for name in source.extra}
    bind(mei, "enquiry.contribution")
    assert "canary" not in people.everything() + str(contributions(mei))
    for name, count in before.items():
        assert card_source.DROPPED.labels(name)._value.get() == count + 1


def test_five_wrong_passwords_lock_and_a_silent_source_does_not_count(
    mei: gate.Actor, source: card_simulator.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_source, "TIMEOUT_SECONDS", 0.3)
    with monkeypatch.context() as patch:
        patch.setattr(card.settings, "CARD_SOURCE", "http://127.0.0.1:9")
        for _ in range(6):
            refused("unavailable", lambda: bind(mei))
    for _ in range(4):
        refused("invalid_input", lambda: bind(mei, password="wrong"))
    refused("rate_limited", lambda: bind(mei, password="wrong"))
    refused("rate_limited", lambda: bind(mei))
    assert kept(mei) == []


@pytest.mark.parametrize(
    "answer",
    [(200, {}), (200, {"holder": {"name": "何"}, "expires_in": 60}), (200, {"holder": []}), (500, {})],
)
def test_an_odd_answer_is_no_answer(
    mei: gate.Actor,
    source: card_simulator.Source,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, dict[str, object]],
) -> None:
    monkeypatch.setattr(source, "check", lambda asked: answer)
    refused("unavailable", lambda: bind(mei))
    assert kept(mei) == []


def test_nothing_is_ticked_beforehand_and_the_binding_itself_needs_its_yes(
    mei: gate.Actor, source: card_simulator.Source
) -> None:
    refused("consent_required", lambda: bind(mei, agreed={}))
    refused("consent_required", lambda: bind(mei, agreed={card.PROCESS: "an older notice"}))
    refused("purpose_not_allowed", lambda: bind(mei, agreed=agreed() | {"notice.marketing": "x"}))
    refused("invalid_input", lambda: bind(mei, card_number="12"))
    assert source.calls == [] and kept(mei) == []


def test_a_child_cannot_bind_alone(open_house: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today_in_china(clock.now())
    child = entered("xiaoman", 42, name="何小满", born=date(today.year - 15, 1, 1))
    monkeypatch.setitem(card.settings.DEPLOYMENT["ages"], "guardian_below", 18)
    with fake.card_source(monkeypatch, {NUMBER: entry(people.PEOPLE["xiaoman"])}):
        refused("guardian_consent_required", lambda: bind(child))
    assert kept(child) == []


def test_the_demonstration_knows_the_invented_people(open_house: Installation) -> None:
    cards = card_simulator.known_cards(open_house.home)
    assert cards and card_simulator.known_cards(open_house.home) == cards
    assert (open_house.home / "card_source.json").stat().st_mode & 0o077 == 0
    number, told = next(iter(cards.items()))
    source = card_simulator.Source(cards)
    assert source.check({"card_number": number, "password": told["id_number"][-6:]})[0] == 200
    assert source.check({"card_number": number, "password": "000000"})[0] == 401
    assert source.check({"card_number": "nobody", "password": "-"})[0] == 401


@pytest.mark.clause("EB-1.3-01")
def test_a_match_verifies_the_account_and_tries_beyond_the_limit_wait(
    mei: gate.Actor, source: card_simulator.Source
) -> None:
    now, bounds = clock.now(), limits.current()
    assert profile.of(mei).verified_at is None
    for _ in range(bounds.attempts - 1):
        refused("invalid_input", lambda: bind(mei, password="falsch", now=now))
    refused("rate_limited", lambda: bind(mei, password="falsch", now=now))
    refused("rate_limited", lambda: bind(mei, now=now + bounds.lock - timedelta(seconds=1)))
    assert profile.of(mei).verified_at is None
    after = now + bounds.lock + timedelta(seconds=1)
    bind(mei, now=after)
    assert profile.of(mei).verified_at == after
    assert profile.history(mei)[0].what == "verify"
    browser = Client()
    assert mei.token is not None
    browser.cookies["sb_session"] = mei.token.hex()
    assert "已核对" in browser.get("/account/profile/").content.decode()
