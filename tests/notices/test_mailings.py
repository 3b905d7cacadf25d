"""Mailings: two persons, general topics only, promotion by consent, and the end of a service."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connections

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import mailings, preferences
from shebao.notices.channels import inbox
from shebao.privacy import gate
from tests import people
from tests.clauses.doors import agree, rows, run
from tests.notices.errands import Scripted, worker

FEATURE = {"title": "可以在手机上约号了", "text": "选大厅、选时间，一步约好。"}
OFFER = {"title": "健步活动", "text": "十二月的线下活动，可以报名。", "sender": "易保互联"}
PARTNER = OFFER | {"partner": "和康书店"}
INCIDENT = {
    "what": "接口被试探",
    "affected": "登录名",
    "measures": "已关上",
    "advice": "换密码",
    "contact": "留言",
}
END = {"service": "老版查询", "on": "12月31日", "records": "记录都在新版里"}


def account_holders() -> list[int]:
    return [
        subject
        for (subject,) in rows(
            "select subject_id from privacy_actor where role = 'citizen' and subject_id is not null order by 1"
        )
    ]


def send(template: str, params: dict[str, str], **options: object) -> int:
    """Drafted, approved by another, posted."""
    number = mailings.draft(template=template, params=params, by=people.staff("privacy_officer"), **options)  # type: ignore[arg-type]
    mailings.approve(number, by=people.staff("supervisor"))
    post_all()
    return number


def post_all() -> None:
    courier = worker(Scripted("push", reachable=False))
    while mailings.carry_on(courier):
        pass


def have(template: str) -> list[int]:
    return [
        subject
        for (subject,) in rows(
            "select subject_id from notices_message where template = %s order by 1", template
        )
    ]


def test_a_second_person_lets_it_go(shebao):
    officer = people.staff("privacy_officer")
    number = mailings.draft(template="feature", params=FEATURE, by=officer)
    with pytest.raises(Refusal) as refused:
        mailings.approve(number, by=officer)
    assert refused.value.code == "permission_missing"
    with pytest.raises(Refusal):
        mailings.approve(number, by=people.staff("clerk"))
    post_all()
    assert have("feature") == [] and mailings.announcements(clock.now()) == []

    mailings.approve(number, by=people.staff("supervisor"))
    post_all()

    assert have("feature") == account_holders()
    (notice,) = mailings.announcements(clock.now())
    assert notice.title == FEATURE["title"]
    with pytest.raises(Refusal):
        mailings.approve(number, by=people.staff("supervisor"))


def test_everybody_finds_the_run_in_her_ledger_and_gets_one_message(shebao):
    me = people.citizen()
    send("feature", FEATURE)
    post_all()

    assert have("feature").count(people.CHUNMEI) == 1
    assert rows(
        "select count(*) from privacy_cover c join privacy_entry e on e.id = c.entry_id"
        " where e.process = 'run.notices' and c.span @> %s::bigint", people.CHUNMEI,
    ) == [(1,)]  # fmt: skip
    assert inbox.listing(me).messages[0].title == FEATURE["title"]


def test_killed_between_two_spans_nobody_gets_it_twice(shebao, monkeypatch):
    monkeypatch.setattr(mailings, "SPAN", 2)
    number = mailings.draft(template="feature", params=FEATURE, by=people.staff("privacy_officer"))
    mailings.approve(number, by=people.staff("supervisor"))
    courier = worker(Scripted("push"))
    real = mailings._post

    def dies(*args):
        real(*args)
        raise KeyboardInterrupt

    mailings.carry_on(courier)
    monkeypatch.setattr(mailings, "_post", dies)
    with pytest.raises(KeyboardInterrupt):
        mailings.carry_on(courier)
    monkeypatch.setattr(mailings, "_post", real)
    post_all()

    assert have("feature") == account_holders()


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-2.1.3-01")
def test_who_muted_features_gets_none_and_security_reaches_all(shebao):
    me, other = people.citizen(), people.citizen(people.YUANSHAN)
    preferences.prefer({"feature": ()}, now=clock.now(), by=me)
    send("feature", FEATURE)
    assert have("feature") == [one for one in account_holders() if one != people.CHUNMEI]
    assert inbox.listing(other).messages[0].template == "feature"

    for category in ("security", "policy", "important"):
        with pytest.raises(Refusal) as refused:
            preferences.prefer({category: ()}, now=clock.now(), by=me)
        assert refused.value.code == "purpose_not_allowed"
    send("incident", INCIDENT)
    assert have("incident") == account_holders()


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-2.1.3-02")
def test_a_campaign_reaches_who_asked_for_it_and_can_be_left_by_its_link(shebao):
    me = people.citizen()
    people.citizen(people.YUANSHAN)
    agree(me, "notice.marketing")
    send("promotion", OFFER)
    assert have("promotion") == [people.CHUNMEI]
    (message,) = inbox.listing(me).messages
    assert message.title.startswith("推广：")

    assert preferences.unsubscribe(bytes.fromhex(message.unsubscribe)) == "promotion"
    send("promotion", OFFER)
    assert have("promotion") == [people.CHUNMEI], "no second one"
    assert rows(
        "select state, method from privacy_consentevent where subject_id = %s and process = 'notice.marketing'"
        " order by id desc limit 1", people.CHUNMEI,
    ) == [("withdrawn", "link")]  # fmt: skip


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-2.1.3-02")
@pytest.mark.parametrize(
    "selection", [{"insurance": 310}, {"treatment": "outpatient"}, {"region": "220100"}, {"age": 60}]
)
def test_a_campaign_cannot_select_by_insurance_or_treatment(shebao, selection):
    with pytest.raises(Refusal) as refused:
        mailings.draft(template="promotion", params=OFFER, by=people.staff("privacy_officer"), **selection)
    assert refused.value.code == "field_not_declared"
    with pytest.raises(Refusal):
        mailings.draft(
            template="promotion", params=OFFER, by=people.staff("privacy_officer"), topic="claim.record"
        )


@pytest.mark.profile("ebao")
def test_the_run_itself_opens_no_insurance_field(shebao):
    courier = worker()
    with (
        pytest.raises(Refusal) as refused,
        gate.open_span(courier.session(), "run.notices", low=0, high=10, items=("enrolment.record",), writes=(),
                       case="run.notices/1", alias="worker"),
    ):  # fmt: skip
        pass
    assert refused.value.code == "field_not_declared"


@pytest.mark.profile("ebao")
@pytest.mark.clause("EB-3-03")
def test_an_offer_of_a_partner_is_sent_by_us_to_those_who_chose_it(shebao):
    asked: list[str] = []

    class Partner(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(self.path)

        do_GET = do_POST

    door = ThreadingHTTPServer(("127.0.0.1", 0), Partner)
    threading.Thread(target=door.serve_forever, args=(0.02,), daemon=True).start()
    own, both = people.citizen(), people.citizen(people.YUANSHAN)
    agree(own, "notice.marketing")
    agree(both, "notice.marketing", "notice.partner")
    site = f"http://127.0.0.1:{door.server_port}/offer"
    send("partner_offer", PARTNER | {"text": f"详情看 {site}"})
    push = Scripted("push")
    while worker(push).run():
        pass
    door.shutdown()
    door.server_close()

    assert have("partner_offer") == [people.YUANSHAN]
    assert asked == []
    (message,) = inbox.listing(both).messages
    assert (
        "和康书店" in message.body and "易保互联" in message.body and message.title.startswith("合作方推广：")
    )
    assert [envelope.unsubscribe for envelope in push.sent if envelope.unsubscribe]


@pytest.mark.clause("JL-3.1.1.1-07")
def test_promotion_has_no_purpose_here_and_a_service_notice_is_delivered(world):
    operator = people.staff("operator")
    for template in ("promotion", "partner_offer"):
        with pytest.raises(Refusal) as refused:
            mailings.draft(template=template, params=PARTNER if "partner" in template else OFFER, by=operator)
        assert refused.value.code == "purpose_not_allowed"
    assert (
        rows("select outcome from privacy_entry where kind = 'refuse' and actor_role = 'operator'")
        == [("purpose_not_allowed",)] * 2
    )
    from tests.notices.errands import post

    post(template="case.accepted")
    world.now.at = clock.now()
    world.work()
    assert len(world.sms.taken) == 1


@pytest.mark.profile("guangxi")
def test_a_subscriber_gets_the_chosen_topics_and_can_leave(shebao):
    me, other = people.citizen(), people.citizen(people.YUANSHAN)
    preferences.follow(["events"], by=me)
    preferences.follow(["guides"], by=other)
    send("feature", FEATURE, topic="events")
    assert have("feature") == [people.CHUNMEI]
    preferences.follow([], by=me)
    send("feature", FEATURE, topic="events")
    assert have("feature") == [people.CHUNMEI]


@pytest.mark.clause("JL-3.1.1.5-03")
def test_the_end_of_a_service_is_told_to_everybody_and_becomes_final_with_a_public_notice(shebao):
    for (subject,) in rows(
        "select p.subject_id from registry_person p where not exists (select 1 from privacy_actor a"
        " where a.subject_id = p.subject_id) order by 1 limit %s", 50 - len(account_holders()),
    ):  # fmt: skip
        with connections["login"].cursor() as cursor:
            cursor.execute("select privacy.make_actor('citizen', %s, '', '')", [subject])
    officer, supervisor = people.staff("privacy_officer"), people.staff("supervisor")
    number = mailings.announce_end(**END, by=officer)
    mailings.approve(number, by=supervisor)
    post_all()
    assert len(have("service.ended")) == 50 and have("service.ended") == account_holders()
    (notice,) = mailings.announcements(clock.now())
    assert notice.kind == "ending" and "12月31日" in notice.title
    run("update notices_announcement set published_at = null")
    with pytest.raises(Refusal) as refused:
        mailings.finalise(number, by=supervisor)
    assert refused.value.code == "precondition_unmet"

    mailings.announce(kind="ending", title=notice.title, body=notice.body, by=supervisor, mailing=number)
    mailings.finalise(number, by=supervisor)
    assert rows("select state from notices_mailing where id = %s", number) == [("final",)]


def test_the_end_is_final_without_a_public_notice_when_everybody_got_it(shebao):
    supervisor = people.staff("supervisor")
    number = mailings.announce_end(**END, by=people.staff("privacy_officer"), announce=False)
    mailings.approve(number, by=supervisor)
    with pytest.raises(Refusal):
        mailings.finalise(number, by=supervisor)
    post_all()
    push = Scripted("push")
    courier = worker(push)
    while courier.run():
        pass
    assert len(push.sent) == len(account_holders())
    mailings.finalise(number, by=supervisor)


def test_an_important_notice_cannot_be_bent_into_promotion(shebao):
    with pytest.raises(Refusal) as refused:
        mailings.draft(
            template="incident", params=INCIDENT | {"advice": "限时优惠"}, by=people.staff("operator")
        )
    assert refused.value.code == "purpose_not_allowed"


@pytest.mark.parametrize("template", ["case.decided", "account.code", "desk.break_glass"])
def test_what_concerns_one_person_is_no_mailing(shebao, template):
    with pytest.raises(Refusal):
        mailings.draft(template=template, params={}, by=people.staff("operator"))
