"""The other ends of the channels: an SMS gateway, a mail server, a push service, and the person's addresses."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings

from shebao.base import clock
from shebao.notices import browsers, contacts
from shebao.notices.channels.email import Email
from shebao.notices.channels.push import Push
from shebao.notices.channels.sms import Sms
from shebao.notices.channels.sms_simulator import Gateway, started
from shebao.notices.delivery import Courier
from shebao.privacy import gate
from tests.clauses.doors import run, value
from tests.fakes.mail import Sink, mail_server
from tests.fakes.push_service import Service, push_service
from tests.identity.conftest import open_house
from tests.notices.errands import Clock

__all__ = ["open_house"]


@dataclass
class World:
    """Everything outside, and a worker that reaches it."""

    sms: Gateway
    mail: Sink
    push: Service
    courier: Courier
    now: Clock

    def work(self) -> None:
        while self.courier.run():
            pass

    def confirmed_mail(self, actor: gate.Actor, address: str = "chunmei@example.org") -> str:
        """The person gives an address and opens the link that came."""
        contacts.start_email(address=address, now=clock.now(), by=actor)
        self.now.at = clock.now()
        self.work()
        link = self.mail.mail[-1].get_content().split("/inbox/confirm/")[1].split()[0]
        assert contacts.confirm(bytes.fromhex(link)) == "confirmed"
        self.mail.mail.clear()
        self.mail.to.clear()
        return address

    def browser(self, actor: gate.Actor):
        """A browser of the person that may be woken."""
        one = self.push.browser()
        browsers.subscribe(**one.wish, by=actor)
        return one


@pytest.fixture
def world(shebao, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An installation whose gateway, mail server and push service run on the loopback."""
    gateway = Gateway()
    door = started(gateway)
    now = Clock()
    monkeypatch.setattr(settings, "PUSH_HOSTS", ("127.0.0.1",))
    with mail_server() as sink, push_service() as service:
        monkeypatch.setattr(settings, "SMTP", sink.url)
        monkeypatch.setattr(settings, "SMS_GATEWAY", f"http://127.0.0.1:{door.server_port}")
        courier = Courier(
            (
                Push(settings.PUSH_HOSTS, settings.HOME, "https://example.org"),
                Email(sink.url, "no-reply@example.org"),
                Sms(settings.SMS_GATEWAY, "t0ken"),
            ),
            now,
        )
        yield World(gateway, sink, service, courier, now)
    door.shutdown()
    door.server_close()


def forget_phone(subject: int) -> None:
    """The registry knows no number of this person."""
    run("delete from privacy_vault where subject_id = %s and item = 'person.phone'", subject)


def phone_of(subject: int) -> str:
    return value(subject, "person.phone")
