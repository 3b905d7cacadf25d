"""What the worker does for messages: deliver, ask for receipts, end what is old. Each returns how much it did."""

from datetime import timedelta
from functools import cache

from django.conf import settings
from django.db import connections

from shebao.base import clock
from shebao.notices import delivery, mailings, reminders
from shebao.notices.channels.email import Email
from shebao.notices.channels.sms import Sms
from shebao.privacy import register
from shebao.privacy.declared import days

KEPT = "keep.message"
AT_ONCE = 500


@cache
def _courier() -> delivery.Courier:
    return delivery.courier()


def deliver() -> int:
    """One round of deliveries."""
    return _courier().run()


def mail() -> int:
    """The next span of an approved mailing."""
    return mailings.carry_on(_courier())


def receipts() -> int:
    """Asks for receipts; a batch at a time, so that it never asks in a hurry."""
    delivery.ask(Sms(settings.SMS_GATEWAY, settings.SMS_TOKEN), now=clock.now())
    return 0


def remind() -> int:
    """One mail to staff about a case that nears or passed its last day."""
    return reminders.mail(Email(settings.SMTP, settings.MAIL_FROM), now=clock.now())


def forget() -> int:
    """Removes messages past their time (到期删除)."""
    kept = days(register.current().retention[KEPT].period) or 0
    with connections["worker"].cursor() as cursor:
        cursor.execute("select notices.forget(%s, %s)", [clock.now() - timedelta(days=kept), AT_ONCE])
        return int(cursor.fetchone()[0])
