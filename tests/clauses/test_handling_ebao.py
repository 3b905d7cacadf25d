"""Rows on complaints, numbers, passwords and names at the company."""

import pytest
from django.db import connections
from django.db.utils import DatabaseError

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.cases import assigning
from shebao.identity import accounts, resets
from shebao.privacy import consent
from tests import people
from tests.clauses import doors
from tests.clauses.test_account import log_in
from tests.conftest import Installation
from tests.identity import people as insured
from tests.identity.post import Posted
from tests.identity.test_codes import HERE, PHONE, verified
from tests.identity.test_contacts import name_and_number
from tests.items.doing import sent
from tests.notices.conftest import World, phone_of, world
from tests.notices.errands import INCIDENT
from tests.notices.test_mailings import OFFER, have, send

__all__ = ["world"]
DAMAGE = {"whom": "office", "text": "我的信息发错了地方，让我损失了五百元", "transfer": "yes"}
NEW = "四只-Red-foxes-9"


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-4-03")
def test_who_accepted_that_sending_is_a_risk_complains_of_damage_like_anybody(
    open_house: Installation,
) -> None:
    person = insured.insured()
    accounts.register(**insured.form(person))
    accepted = doors.rows(
        "select part, seen_marked_at is not null from privacy_acceptance where subject_id = %s order by part",
        person.subject_id,
    )
    assert accepted == [("agreement", True), ("policy", True)]
    other = people.citizen(people.YUANSHAN)
    doors.run("delete from privacy_acceptance where subject_id = %s", people.YUANSHAN)
    filed = [sent("complaint", by, DAMAGE) for by in (people.citizen(person.subject_id), other)]
    waiting = [line.no for line in assigning.queue(by=people.staff("clerk"))]
    assert set(filed) <= set(waiting)
    assert doors.rows(
        "select state, due_on is not null from cases_case where no = any(%s)", filed
    ) == [("submitted", True)] * 2  # fmt: skip


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-1.1-05")
def test_a_campaign_leaves_the_number_alone_and_a_security_notice_reaches_it(world: World) -> None:
    me, other = people.citizen(), people.citizen(people.YUANSHAN)
    (standing,) = [one for one in consent.standings(me) if one.process == "notice.marketing"]
    assert not standing.valid
    doors.agree(other, "notice.marketing")
    send("promotion", OFFER)
    world.now.at = clock.now()
    world.work()
    assert have("promotion") == [people.YUANSHAN] and world.sms.taken == []
    send("incident", INCIDENT)
    world.now.at = clock.now()
    world.work()
    assert phone_of(people.CHUNMEI) in {one["to"] for one in world.sms.taken}


def secret(actor_id: int) -> str:
    ((kept,),) = doors.rows(
        "select secret from identity_credential where account_id = %s and kind = 'password'", actor_id
    )
    return str(kept)


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-4-06")
def test_staff_set_no_password_and_a_reset_works_for_the_own_phone_and_once(open_house: Installation) -> None:
    post = Posted()
    verified(post=post)
    me = people.citizen()
    before = secret(me.actor_id)
    ((login,),) = doors.rows("select login from identity_account where actor_id = %s", me.actor_id)
    staff = doors.rows(
        "select a.id, a.role from privacy_actor a join identity_account i on i.actor_id = a.id"
        " where a.role not in ('citizen', 'employer_agent', 'partner')"
    )
    assert {"operator", "supervisor"} <= {role for _, role in staff}
    for actor, role in staff:
        browser = doors.browser_of(people.logged_in(actor, 2))
        browser.get("/account/password")
        browser.post("/account/password", login=login, subject=people.CHUNMEI, old=insured.PASSWORD, new=NEW)
        assert browser.status in (401, 403, 422), role
        assert secret(me.actor_id) == before
    for alias in ("default", "worker"):
        with pytest.raises(DatabaseError), connections[alias].cursor() as cursor:
            cursor.execute("update identity_credential set secret = 'x'")

    name, number = name_and_number(people.CHUNMEI)
    wanted = {"name": name, "id_number": number, "source": HERE, "now": clock.now(), "post": post}
    told = len(post.sent)
    resets.start(**wanted, phone="13912349990")
    assert len(post.sent) == told
    order = resets.start(**wanted, phone=PHONE)
    right = {"number": order, "phone": PHONE, "code": post.code(PHONE), "now": clock.now(), "post": post}
    assert resets.finish(**right, new=NEW) == login
    assert secret(me.actor_id) != before
    with pytest.raises(Refusal):
        resets.finish(**right, new="五只-Grey-geese-4")
    assert log_in(login).status != 200 or "sb_session" not in log_in(login).cookies
