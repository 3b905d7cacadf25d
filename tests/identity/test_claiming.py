"""Somebody else has my identity: a second registration is refused and told; a claim with proof ends the false account."""

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import accounts, claiming, profile, remembered, reviews, sessions, thawing
from shebao.identity.deciding import EFFECTS
from shebao.notices.channels import inbox
from shebao.privacy import gate
from tests import people
from tests.conftest import Installation
from tests.identity import people as folk
from tests.identity.browser import Browser
from tests.identity.people import rows
from tests.identity.post import Posted
from tests.identity.test_codes import refused


def log_in(login: str) -> gate.Actor:
    return gate.actor_of(
        sessions.login(login=login, password=folk.PASSWORD, device="电脑", now=clock.now()).token
    )


def ask(person: folk.Insured, post: Posted) -> str:
    return claiming.ask(name=person.name, id_number=person.id_number, now=clock.now(), post=post)


def decide(no: str, *, approve: bool, role: str = "supervisor") -> Posted:
    post = Posted()
    reviews.decide(no, approve=approve, reason="当面核对了身份证", effects=EFFECTS, post=post,
                   by=people.staff(role), now=clock.now())  # fmt: skip
    return post


@pytest.mark.clause("JL-4.1.4-07")
def test_a_second_registration_is_told_and_a_proven_claim_freezes_the_false_account(
    open_house: Installation,
) -> None:
    person, post = folk.insured(), Posted()
    false = accounts.register(**folk.form(person, login="false.one"))
    for login in ("true.one", "true.two"):
        said = refused("conflict", accounts.register, **folk.form(person, login=login), post=post)
        assert said.next_url == "/login" and "认领" in said.message
    assert [(to, name) for to, name, _, _ in post.sent] == [(false.subject_id, "account.again")], "once a day"
    holder = log_in("false.one")
    assert [one.template for one in inbox.listing(holder).messages] == ["account.again"]
    assert rows(
        "select count(*) from privacy_entry where subject_id = %s and process = 'identity.register'"
        " and outcome = 'conflict'", person.subject_id,
    ) == [(2,)]  # fmt: skip
    token = remembered.remember(holder, device="安卓手机", now=clock.now())

    for wrong in ({"name": "何冬梅"}, {"id_number": "1"}):
        given = {"name": person.name, "id_number": person.id_number} | wrong
        refused("invalid_input", claiming.ask, **given, now=clock.now(), post=post)
    first = ask(person, post)
    assert ask(person, post) == first and post.templates() == ["account.again", "account.claimed"]
    assert log_in("false.one").active, "until somebody has looked at a face and a document"
    with pytest.raises(Refusal) as no:
        decide(first, approve=True, role="clerk")
    assert no.value.code == "purpose_not_allowed"
    decide(first, approve=False)
    assert log_in("false.one").active and gate.actor_of(holder.token).active

    second = ask(person, post)
    assert decide(second, approve=True).sent[0][2]["result"] == "原来的账号已停用"
    assert gate.actor_of(holder.token).is_visitor
    refused("account_suspended", log_in, "false.one")
    refused("login_required", remembered.enter, token, now=clock.now())
    form = {
        "login": "false.one",
        "password": folk.PASSWORD,
        "name": person.name,
        "id_number": person.id_number,
    }
    refused("conflict", thawing.ask, **form, now=clock.now())
    told = rows(
        "select kind, actor_role, case_no, reason from privacy_entry where subject_id = %s"
        " and kind in ('claim_ask', 'claim', 'claim_refuse') order by id", person.subject_id,
    )  # fmt: skip
    assert told == [
        ("claim_ask", "visitor", first, ""), ("claim_refuse", "supervisor", first, "当面核对了身份证"),
        ("claim_ask", "visitor", second, ""), ("claim", "supervisor", second, "当面核对了身份证"),
    ]  # fmt: skip

    accounts.register(**folk.form(person, login="true.one"), post=post)
    mine = log_in("true.one")
    assert mine.subject_id == person.subject_id and profile.of(mine).login == "true.one"
    assert mine.actor_id != false.actor_id
    refused("login_required", log_in, "false.one")


def test_who_is_not_registered_has_nothing_to_claim_and_the_page_says_where_to_go(
    open_house: Installation,
) -> None:
    person, one = folk.insured(), Browser()
    one.get("/register/claim").send("/register/claim", name=person.name, id_number=person.id_number)
    assert one.status == 409 and "直接注册" in one.text
    accounts.register(**folk.form(person))
    one.get("/login").get("/register/claim")
    one.send("/register/claim", name=person.name, id_number=person.id_number)
    assert one.status == 200 and "带上身份证到任一大厅" in one.text and "ZH" in one.text
