"""Each channel against a real other end: what leaves, what it says, what happens when the other end says no."""

import pytest
from django.conf import settings

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import actions, browsers, contacts, delivery
from shebao.notices.channels import webpush
from shebao.notices.channels.sms import Sms
from shebao.privacy import gate
from tests import people
from tests.clauses.doors import rows, value
from tests.fakes.push_service import sender_of
from tests.notices.conftest import forget_phone, phone_of
from tests.notices.errands import chain, post

PERSONAL = ("YB26", "0482", "退休", "通过")


def test_sms_says_only_that_there_is_something(world):
    number = post()
    world.now.at = clock.now()
    world.work()

    (taken,) = world.sms.taken
    assert taken["to"] == phone_of(people.CHUNMEI)
    assert not [word for word in PERSONAL if word in taken["text"]]
    assert chain(number) == [
        ("push", "failed", "no_browser"),
        ("email", "failed", "no_email"),
        ("sms", "sent", ""),
    ]


def test_an_answer_that_was_lost_is_asked_again_under_the_same_key_and_goes_out_once(world):
    number = post()
    world.now.at = clock.now()
    world.sms.answers = [503]
    world.work()
    world.now.turn(hours=1)
    world.work()

    assert chain(number)[-1] == ("sms", "sent", "")
    assert (world.sms.calls, len(world.sms.taken)) == (2, 1)


def test_a_receipt_says_delivered_or_sends_a_letter(world):
    good, bad = post(), post()
    world.now.at = clock.now()
    world.work()
    world.sms.taken[0]["state"], world.sms.taken[1]["state"] = "delivered", "undelivered"
    world.now.turn(minutes=5)
    delivery.ask(Sms(settings.SMS_GATEWAY), now=world.now())

    assert chain(good)[-1] == ("sms", "delivered", "")
    assert chain(bad)[-2:] == [("sms", "failed", "undelivered"), ("letter", "queued", "")]


def test_mail_goes_to_the_confirmed_address_and_its_subject_names_nobody(world):
    me = people.citizen()
    address = world.confirmed_mail(me)
    number = post()
    world.now.at = clock.now()
    world.work()

    (mail,) = world.mail.mail
    assert world.mail.to == [address]
    whole = f"{mail['Subject']} {mail.get_content()}"
    assert not [word for word in PERSONAL if word in whole]
    assert "重要通知" in mail["Subject"] and "/inbox/" in mail.get_content()
    assert chain(number) == [("push", "failed", "no_browser"), ("email", "sent", "")]


@pytest.mark.clause("GX-1.1-21")
@pytest.mark.profile("guangxi")
def test_an_unconfirmed_address_gets_nothing_and_removal_stops_all_mail_at_once(world):
    me = people.citizen()
    contacts.start_email(address="chunmei@example.org", now=clock.now(), by=me)
    post()
    world.now.at = clock.now()
    world.work()
    assert [mail["Subject"] for mail in world.mail.mail] == [f"{settings.DEPLOYMENT['name']}：安全通知"], (
        "only the link that confirms it"
    )
    assert "enc" not in value(people.CHUNMEI, "person.email")

    world.confirmed_mail(me)
    post()
    world.now.at = clock.now()
    world.work()
    assert len(world.mail.mail) == 1

    number = post()
    with_mail = rows("select count(*) from notices_delivery where state = 'queued'")
    assert with_mail == [(1,)]
    world.now.at = clock.now()
    world.push.status = 410
    contacts.remove_email(me)
    world.work()
    assert len(world.mail.mail) == 1, "nothing more came"
    assert chain(number)[1] == ("email", "failed", "no_email")
    assert rows("select count(*) from privacy_vault where subject_id = %s and item = 'person.email'", people.CHUNMEI) == [(0,)]  # fmt: skip


def test_mail_that_was_queued_for_a_removed_address_goes_on_to_the_next_channel(world):
    me = people.citizen()
    world.confirmed_mail(me)
    number = post()
    world.mail.refuse = "450 later"
    world.now.at = clock.now()
    world.work()
    assert chain(number)[-1] == ("email", "queued", "server_450")

    contacts.remove_email(me)

    assert chain(number)[-2:] == [("email", "failed", "contact_removed"), ("sms", "queued", "")]


def test_a_changed_address_is_unconfirmed_again(world):
    me = people.citizen()
    world.confirmed_mail(me)
    contacts.start_email(address="other@example.org", now=clock.now(), by=me)

    assert not contacts.ways(me).email_confirmed
    assert contacts.ways(me).email == "o…@example.org"


def test_a_link_that_is_old_or_made_up_confirms_nothing(world):
    assert contacts.confirm(b"x" * 16) == "not_found"


@pytest.mark.parametrize("address", ["", "chunmei", "a b@example.org", "a@b", "a@example.org\nBcc: x@y.cn"])
def test_what_is_no_address_is_refused(shebao, address):
    with pytest.raises(Refusal):
        contacts.start_email(address=address, now=clock.now(), by=people.citizen())


def test_a_server_that_refuses_for_good_hands_over(world):
    me = people.citizen()
    world.confirmed_mail(me)
    world.mail.refuse = "550 no such user"
    number = post()
    world.now.at = clock.now()
    world.work()

    assert chain(number)[1:] == [("email", "failed", "refused_550"), ("sms", "sent", "")]


def test_push_reaches_the_browser_sealed_and_signed(world):
    browser = world.browser(people.citizen())
    number = post()
    world.now.at = clock.now()
    world.work()

    ((path, headers, body),) = world.push.got
    assert chain(number) == [("push", "sent", "")]
    told = browser.opens(body)
    assert told["body"] == "您有一条新进展，请登录查看。" and told["tag"] == f"m{number}"
    assert not [word for word in PERSONAL if word in str(told)]
    claims = sender_of(headers["Authorization"])
    assert claims["aud"] == world.push.url and claims["key"] == browsers.offered()
    assert headers["Content-Encoding"] == "aes128gcm" and path == "/push/b1"


def test_the_vectors_of_the_standard_open():
    """RFC 8291 appendix A, read by the receiver of the tests; our sender is read by that same receiver."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from tests.fakes.push_service import Browser

    private = int.from_bytes(webpush.decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    browser = Browser(
        "x", ec.derive_private_key(private, ec.SECP256R1()), webpush.decode("BTBZMqHH6r4Tts7J_aSIgg")
    )
    assert browser.wish["p256dh"] == (
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    body = webpush.encrypt(
        b'{"a": 1}', p256dh=webpush.decode(browser.wish["p256dh"]), auth=webpush.decode(browser.wish["auth"])
    )
    assert browser.opens(body) == {"a": 1}


def test_a_browser_that_is_gone_is_forgotten(world):
    world.browser(people.citizen())
    world.push.status = 410
    number = post()
    world.now.at = clock.now()
    world.work()

    assert chain(number)[0] == ("push", "failed", "browser_gone")
    assert rows("select count(*) from notices_push") == [(0,)]


@pytest.mark.parametrize(
    "endpoint",
    ["http://169.254.169.254/latest", "https://evil.example/x", "http://push.example.org/x", "file:///etc/passwd",
     "https://u:p@127.0.0.1/x", "http://127.0.0.1.evil.example/", "//127.0.0.1/x"],
)  # fmt: skip
def test_only_listed_push_services_are_spoken_to(world, endpoint):
    wish = world.push.browser().wish | {"endpoint": endpoint}
    with pytest.raises(Refusal) as refused:
        browsers.subscribe(**wish, by=people.citizen())
    assert refused.value.code == "recipient_not_authorised"


def test_a_code_goes_to_the_number_under_confirmation_and_runs_out(world):
    forget_phone(people.CHUNMEI)
    with gate.open(people.citizen(), "notice.contact", items=("message.contact",)):
        for _ in range(2):
            actions.post(
                subject=people.CHUNMEI, template="account.code", params={"code": "204817", "minutes": 10},
                to="13800000000",
            )  # fmt: skip
    world.now.at = clock.now()
    world.sms.answers = [503]
    world.work()
    assert [(one["to"], "204817" in one["text"]) for one in world.sms.taken] == [("13800000000", True)]
    world.now.turn(minutes=20)
    world.work()
    assert len(world.sms.taken) == 1, "an old code is of no use"


def test_no_log_line_holds_an_address_or_a_text(world, caplog):
    number = phone_of(people.CHUNMEI)
    post()
    world.now.at = clock.now()
    world.sms.answers = [422]
    with caplog.at_level(0):
        world.work()
    assert number not in caplog.text and "退休" not in caplog.text
