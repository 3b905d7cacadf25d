"""Policy texts: parsing, safe rendering, lists from the register, differences, publication rules."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.privacy import changes, lists, policy, prose, register
from shebao.privacy.policy import Document
from shebao.privacy.prose import PolicyError

PROFILES = Path(__file__).resolve().parents[2] / "profiles"
NAMES = ("jilin", "ebao", "guangxi")
HEAD = """+++
part = "policy"
version = "9.1"
title = "试验政策"
profile = "jilin"
updated_on = 2026-01-01
effective_on = 2026-01-10
register_version = ""
major = false
summary = ["一句话。"]
+++

"""
GRAVE = changes.Diff("a", "b", (changes.Change("purpose_added", "x", "", "新用途", True, ("x",)),))
LONGER = changes.Diff("a", "b", (changes.Change("retention_longer", "x", "3 年", "10 年", True, ("x",)),))
SMALL = changes.Diff("a", "b", (changes.Change("wording", "x", "旧", "新", False),))


def texts(profile: str) -> tuple[Document, ...]:
    return policy.written(profile, register.load(profile, PROFILES), PROFILES)


def text(profile: str, part: str = "policy") -> Document:
    return next(one for one in texts(profile) if (one.head.part, one.head.version) == (part, "2026.2"))


def short(words: str = "# 题 {#A}\n\n一。", **head: Any) -> Document:
    document = policy.compose(HEAD + words, None)
    return Document(replace(document.head, **head), document.text)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_parses_has_a_summary_and_marked_clauses(name: str) -> None:
    for document in texts(name):
        assert 5 <= len(document.head.summary) <= 8
        assert document.marked
        assert len({clause.id for clause in document.clauses}) == len(document.clauses)


def test_jilin_has_eight_topics_and_its_first_version_has_its_dates() -> None:
    assert [anchor for anchor, _ in text("jilin").contents] == [f"JL-3.{number}" for number in range(1, 9)]
    first = [one for one in texts("jilin") if one.head.version == "2021.1"]
    assert {(one.head.part, one.head.updated_on, one.head.effective_on) for one in first} == {
        ("policy", date(2021, 9, 6), date(2021, 9, 7)),
        ("agreement", date(2021, 9, 6), date(2021, 9, 7)),
    }


def test_guangxi_has_no_agreement() -> None:
    assert {one.head.part for one in texts("guangxi")} == {"policy"}


@pytest.mark.parametrize("name", NAMES)
def test_the_text_lists_every_purpose_permission_cookie_and_recipient(name: str) -> None:
    book = register.load(name, PROFILES)
    words = "".join(one.text for one in texts(name) if one.head.version == "2026.2")
    for process in book.process.values():
        assert (f"**{process.name}**：{process.plain_zh}" in words) is process.in_force
    for permission in book.permission.values():
        assert f"| {permission.name} | {permission.sole_use} |" in words
    for stored in book.client_storage.values():
        assert f"| {stored.name} | {stored.purpose_zh} |" in words
    for share in book.sharing.values():
        assert f"| {book.party[share.recipient].name} | {share.purpose_zh} |" in words
    for rule in book.retention.values():
        assert rule.plain_zh in words
    assert book.handler.name in words


@pytest.mark.clause("EB-2.1.2-01")
def test_an_active_recipient_has_role_and_contract_and_the_public_list_is_the_register() -> None:
    book = register.load("ebao", PROFILES)
    body = book.body()
    source = next(share for share in body["sharing"] if share["code"] == "share.cardsource")
    for lacking, code in (
        ({"agreement": {"number": "", "signed_on": "", "valid_until": ""}}, "no_agreement"),
        ({"recipient": "nobody"}, "unknown_party"),
        ({"relation": ""}, "bad_value"),
    ):
        broken = [{**source, **lacking} if share is source else share for share in body["sharing"]]
        with pytest.raises(register.RegisterError, match=code):
            register.accept(register.Register.from_body({**body, "sharing": broken}))
    shown = {line.strip("| ").partition(" | ")[0] for line in lists.sharing(book).splitlines()[2:]}
    assert shown == {book.party[share.recipient].name for share in book.sharing.values()}


@pytest.mark.parametrize(
    "promise",
    ["{process:identity.face}", "{item:person.shoe_size}", "{permission:microphone}", "{sharing:share.face}"],
)
def test_a_promise_the_register_does_not_carry_fails(promise: str) -> None:
    book = register.load("jilin", PROFILES)
    source = HEAD.replace('register_version = ""', f'register_version = "{book.version}"')
    with pytest.raises(PolicyError, match="promise_not_carried"):
        policy.compose(source + f"# 题 {{#A}}\n\n我们提供{promise}。", book)


def test_lists_need_the_register_that_the_text_names() -> None:
    book = register.load("jilin", PROFILES)
    with pytest.raises(PolicyError, match="unknown_list"):
        short("# 题 {#A}\n\n{{collection}}")
    with pytest.raises(PolicyError, match="other_register"):
        policy.compose(HEAD + "# 题 {#A}", book)


@pytest.mark.parametrize(
    "line", ["updated_on = 2026-01-01\n", "effective_on = 2026-01-10\n", 'summary = ["一句话。"]\n']
)
def test_a_text_without_dates_or_summary_is_refused(line: str) -> None:
    with pytest.raises(PolicyError, match=r"missing|incomplete"):
        policy.compose(HEAD.replace(line, "") + "# 题 {#A}", None)


def test_anchors_are_needed_and_unique() -> None:
    with pytest.raises(PolicyError, match="no_anchor"):
        short("没有编号。")
    with pytest.raises(PolicyError, match="anchor_twice"):
        short("# 题 {#A}\n\n又一段。{#A}")


def test_the_small_markdown() -> None:
    clauses = prose.clauses(
        "## 题 {#A}\n\n一段**要紧**的话，见[总账](/privacy/who-looked/)。\n\n- 甲\n- 乙\n\n1. 一\n2. 二\n\n"
        "| 名 | 值 |\n| --- | --- |\n| 甲 | 乙 |\n\n免责。{#B .marked}"
    )
    assert prose.html(clauses) == (
        '<section id="A">\n<h2>题</h2>\n<p>一段<strong>要紧</strong>的话，见'
        '<a href="/privacy/who-looked/">总账</a>。</p>\n<ul><li>甲</li><li>乙</li></ul>\n'
        "<ol><li>一</li><li>二</li></ol>\n"
        '<table><thead><tr><th scope="col">名</th><th scope="col">值</th></tr></thead>'
        "<tbody><tr><td>甲</td><td>乙</td></tr></tbody></table>\n</section>\n"
        '<section id="B" class="marked">\n<p>免责。</p>\n</section>'
    )


@given(st.text(max_size=60))
def test_no_text_becomes_markup(words: str) -> None:
    allowed = re.compile(r"</?(?:strong|a)(?: href=\"[/#][^\"<>]*\")?>")
    assert "<" not in allowed.sub("", prose.inline(words))


def test_links_lead_to_own_pages_only() -> None:
    assert prose.inline("[看](https://example.org/)") == "[看](https://example.org/)"
    assert prose.inline("[看](javascript:x)") == "[看](javascript:x)"


@given(st.text("甲乙丙丁 1", max_size=30), st.text("甲乙丙丁 1", max_size=30))
def test_a_difference_rebuilds_both_sides(was: str, now: str) -> None:
    segments = list(prose._segments(was, now))
    assert "".join(words for kind, words in segments if kind != "ins") == was
    assert "".join(words for kind, words in segments if kind != "del") == now


def test_the_difference_names_added_changed_and_removed_clauses() -> None:
    old = short("# 题 {#A}\n\n留 3 年。{#B}\n\n旧的。{#C}")
    new = short("# 题 {#A}\n\n留 10 年。{#B}\n\n新的。{#D}")
    found = {change.id: change for change in policy.difference(old, new)}
    assert {key: change.kind for key, change in found.items()} == {
        "B": "changed",
        "D": "added",
        "C": "removed",
    }
    assert found["B"].html() == "留 <del>3</del><ins>10</ins> 年。"


def test_the_hash_covers_words_dates_and_flag() -> None:
    hashes = {
        one.sha256()
        for one in (
            short(),
            short("# 题 {#A}\n\n二。"),
            short(updated_on=date(2026, 1, 2)),
            short(effective_on=date(2026, 1, 11)),
            short(major=True),
        )
    }
    assert len(hashes) == 5
    again = policy.compose(short().source(), None)
    assert again.sha256() == short().sha256()


def test_the_version_in_force_is_a_matter_of_dates() -> None:
    old, new = short(), short(version="9.2", effective_on=date(2026, 2, 1))
    assert policy.in_force((old, new), "policy", date(2026, 1, 9)) is None
    assert policy.in_force((old, new), "policy", date(2026, 1, 31)) is old
    assert policy.upcoming((old, new), "policy", date(2026, 1, 31)) is new
    assert policy.in_force((old, new), "policy", date(2026, 2, 1)) is new
    assert policy.in_force((old, new), "agreement", date(2026, 2, 1)) is None


def publish(document: Document, *former: Document, **rules: Any) -> None:
    policy.judge(document, former, today=date(2026, 1, 20), notice_days=7, **rules)


def test_publication_needs_notice_after_the_first_text() -> None:
    publish(short())
    with pytest.raises(PolicyError, match="notice_period"):
        publish(short(version="9.2", effective_on=date(2026, 1, 26)), short())
    publish(short(version="9.2", effective_on=date(2026, 1, 27)), short())


def test_a_published_text_is_fixed() -> None:
    with pytest.raises(PolicyError, match="published_is_fixed"):
        publish(short("# 题 {#A}\n\n改了。"), short())
    with pytest.raises(PolicyError, match="published_twice"):
        publish(short(), short())


def test_a_grave_change_cannot_be_called_minor() -> None:
    minor, major = (short(version="9.2", effective_on=date(2026, 3, 1), major=flag) for flag in (False, True))
    for reason in ("", "我们觉得不重要"):
        with pytest.raises(PolicyError, match="major_needed"):
            publish(minor, short(), change=GRAVE, reason=reason)
    publish(major, short(), change=GRAVE)
    publish(minor, short(), change=SMALL)


def test_what_is_only_suggested_as_major_needs_a_reason() -> None:
    minor = short(version="9.2", effective_on=date(2026, 3, 1))
    with pytest.raises(PolicyError, match="reason_needed"):
        publish(minor, short(), change=LONGER)
    publish(minor, short(), change=LONGER, reason="法律改了保管年限")
