"""The policy store in the database: fixed versions, dates, acceptance of each part."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.utils import DatabaseError
from typer.testing import CliRunner

from shebao.base.refusal import Refusal
from shebao.cli import policy as command
from shebao.privacy import acceptance, models, policy, register
from shebao.privacy.book import Register
from shebao.privacy.policy import Document
from shebao.privacy.prose import PolicyError
from tests.privacy import sessions

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def owner(shebao: Any) -> Iterator[Any]:
    with connections["owner"].cursor() as cursor:
        yield cursor


def current(part: str = "policy") -> Document:
    found = policy.in_force(policy.stored(), part, TODAY)
    assert found is not None
    return found


def successor(
    effective_on: date, *, major: bool, words: str = "\n\n新的一段。{#NEW}\n", **head: Any
) -> Document:
    old = current()
    dates = {"version": "2026.3", "updated_on": TODAY, "effective_on": effective_on, "major": major}
    return Document(replace(old.head, **(dates | head)), old.text.rstrip() + words)


def ticks() -> dict[str, str]:
    return {part: one.head.version for part, one in acceptance.needed(policy.stored(), TODAY).items()}


def next_register(owner: Any, **retention: str) -> Register:
    body = copy.deepcopy(register.current().body())
    body["register"]["version"] = "2026.3"
    if retention:
        next(one for one in body["retention"] if one["code"] == "keep.case").update(retention)
    else:
        body["process"].append({**body["process"][-1], "code": "service.reminders"})
    book = register.accept(Register.from_body(body))
    register.sync(owner, book, now=NOON, today=TODAY)
    return book


@pytest.mark.clause("JL-3.7-01")
def test_a_published_text_cannot_be_edited(owner: Any) -> None:
    assert policy.altered() == ()
    edited = replace(current(), text=current().text.replace("不收钱", "收钱").replace("总账", "账"))
    with pytest.raises(PolicyError, match="published_is_fixed"):
        policy.publish(edited, now=NOON, by="个人信息保护负责人")
    with pytest.raises(DatabaseError), connections["default"].cursor() as cursor:
        cursor.execute("update privacy_policy set text = text || '。'")
    connections["default"].close()
    owner.execute("update privacy_policy set text = replace(text, '总账', '账') where version = '2026.2'")
    assert policy.altered() == ("policy 2026.2",)
    assert CliRunner().invoke(command.app, ["show"]).exit_code == 1

    old, new = (one for one in policy.written("jilin", register.current()) if one.head.part == "policy")
    found = {change.id for change in policy.difference(old, new)}
    assert {"JL-3.1.1.2", "JL-3.3.1"} <= found


@pytest.mark.clause("GX-7-01")
@pytest.mark.profile("guangxi")
def test_versions_of_guangxi_are_fixed_and_comparable(owner: Any) -> None:
    new = successor(date(2026, 12, 24), major=False)
    policy.publish(new, now=NOON, by="个人信息保护负责人")
    assert [change.id for change in policy.difference(current(), new)] == ["NEW"]
    owner.execute("update privacy_policy set text = text || '。' where version = '2026.3'")
    assert policy.altered() == ("policy 2026.3",)


@pytest.mark.clause("JL-3.7-04")
def test_a_new_purpose_makes_the_version_major(owner: Any) -> None:
    book = next_register(owner)
    minor = successor(date(2026, 12, 24), major=False, register_version=book.version)
    with pytest.raises(PolicyError, match="major_needed"):
        policy.publish(minor, now=NOON, by="编辑", register=book, reason="只是小改")
    policy.publish(replace(minor, head=replace(minor.head, major=True)), now=NOON, by="编辑", register=book)
    assert policy.upcoming(policy.stored(), "policy", TODAY) is not None


@pytest.mark.clause("JL-3.7-10")
def test_longer_keeping_called_minor_needs_a_reason(owner: Any) -> None:
    book = next_register(owner, period="P10Y")
    minor = successor(date(2026, 12, 24), major=False, register_version=book.version)
    with pytest.raises(PolicyError, match="reason_needed"):
        policy.publish(minor, now=NOON, by="编辑", register=book)
    policy.publish(minor, now=NOON, by="编辑", register=book, reason="档案保管期限表改了")


@pytest.mark.clause("EB-5-01")
@pytest.mark.profile("ebao")
def test_nothing_takes_effect_before_the_notice_is_over(owner: Any) -> None:
    with pytest.raises(PolicyError, match="notice_period"):
        policy.publish(successor(date(2026, 12, 6), major=False), now=NOON, by="编辑")
    policy.publish(successor(date(2026, 12, 7), major=False), now=NOON, by="编辑")
    owner.execute("update privacy_policy set effective_on = '2026-11-23' where version = '2026.3'")
    assert policy.altered() == ("policy 2026.3",)


@pytest.mark.clause("JL-0-03")
def test_the_new_version_governs_from_midnight_in_china(owner: Any) -> None:
    citizen = sessions.start()
    acceptance.record(citizen, ticks(), seen_marked_at=NOON, now=NOON)
    assert acceptance.outstanding(citizen, now=NOON) == ()
    new = successor(date(2026, 12, 24), major=True)
    policy.publish(new, now=NOON, by="编辑")
    before = datetime(2026, 12, 23, 15, 59, tzinfo=UTC)
    after = datetime(2026, 12, 23, 16, 0, tzinfo=UTC)
    assert policy.upcoming(policy.stored(), "policy", TODAY) == new
    assert acceptance.outstanding(citizen, now=before) == ()
    assert acceptance.outstanding(citizen, now=after) == ("policy",)


def test_a_minor_version_asks_nobody_again(owner: Any) -> None:
    citizen = sessions.start()
    acceptance.record(citizen, ticks(), seen_marked_at=NOON, now=NOON)
    policy.publish(successor(date(2026, 12, 24), major=False), now=NOON, by="编辑")
    assert acceptance.outstanding(citizen, now=datetime(2026, 12, 25, tzinfo=UTC)) == ()


def test_each_part_is_accepted_by_itself_and_is_an_entry(owner: Any) -> None:
    citizen = sessions.start()
    only_agreement = {"agreement": ticks()["agreement"]}
    with pytest.raises(Refusal) as refused:
        acceptance.record(citizen, only_agreement, seen_marked_at=NOON, now=NOON)
    assert (refused.value.code, refused.value.field) == ("consent_required", "policy")
    assert "个人信息保护政策" in refused.value.message
    mine = models.Acceptance.objects.using("owner").filter(actor_id=citizen.actor_id)
    assert mine.count() == 0
    entries = acceptance.record(citizen, ticks(), seen_marked_at=NOON, now=NOON)
    assert len(set(entries)) == 2
    assert sorted(mine.values_list("part", "version", "seen_marked_at")) == [
        ("agreement", "2026.2", NOON),
        ("policy", "2026.2", NOON),
    ]


@pytest.mark.clause("JL-2.2-05")
def test_an_acceptance_leads_to_the_text_that_was_accepted(owner: Any) -> None:
    citizen = sessions.start()
    acceptance.record(citizen, ticks(), seen_marked_at=NOON, now=NOON)
    kept = models.Acceptance.objects.using("owner").get(actor_id=citizen.actor_id, part="agreement")
    (text,) = [
        one for one in policy.stored() if (one.head.part, one.head.version) == (kept.part, kept.version)
    ]
    assert "JL-2.2-05" in {clause.id for clause in text.marked}
    assert kept.seen_marked_at == NOON


def test_an_old_version_or_unseen_marked_clauses_are_not_accepted(owner: Any) -> None:
    citizen = sessions.start()
    with pytest.raises(Refusal, match="consent_required"):
        acceptance.record(citizen, ticks() | {"policy": "2021.1"}, seen_marked_at=NOON, now=NOON)
    with pytest.raises(Refusal, match="precondition_unmet"):
        acceptance.record(citizen, ticks(), seen_marked_at=None, now=NOON)
    with pytest.raises(Refusal, match="login_required"):
        acceptance.record(sessions.gate.VISITOR, ticks(), seen_marked_at=NOON, now=NOON)


@pytest.mark.clause("JL-0-08")
@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.profile(one)) for one in ("ebao", "guangxi")]
)
def test_each_profile_has_its_own_policy_and_its_own_acceptance(owner: Any, name: str) -> None:
    assert {one.head.profile for one in policy.stored()} == {name} == {settings.PROFILE}
    jilin = policy.written("jilin", register.load("jilin"))[-2]
    with pytest.raises(PolicyError, match="other_profile"):
        policy.publish(jilin, now=NOON, by="编辑")
    citizen = sessions.start()
    for part in acceptance.parts():
        owner.execute(
            "insert into privacy_acceptance (actor_id, subject_id, profile, part, version, seen_marked_at)"
            " values (%s, %s, 'jilin', %s, '2026.2', now())",
            [citizen.actor_id, citizen.subject_id, part],
        )
    assert acceptance.outstanding(citizen, now=NOON) == acceptance.parts()


def test_installing_again_changes_nothing_and_notices_a_changed_file(owner: Any) -> None:
    assert policy.install(register=register.current(), now=NOON) == ()
    owner.execute("update privacy_policy set text = replace(text, '总账', '账') where version = '2026.2'")
    with pytest.raises(PolicyError, match="published_is_fixed"):
        policy.install(register=register.current(), now=NOON)


def test_the_commands_show_and_compare(shebao: Any) -> None:
    shown = CliRunner().invoke(command.app, ["show"])
    assert "2021.1  更新 2021-09-06  生效 2021-09-07  旧版" in shown.output
    assert "2026.2  更新 2026-11-14  生效 2026-11-21  生效中" in shown.output
    compared = CliRunner().invoke(command.app, ["diff", "2021.1", "2026.2"])
    assert (compared.exit_code, "JL-3.8" in compared.output) == (0, True)
