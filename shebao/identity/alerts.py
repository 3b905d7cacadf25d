"""Sign-in alerts (登录提醒): the owner is told when a kind of device logs in that her account has not seen before."""

from datetime import datetime

from django.db import transaction

from shebao.base import clock
from shebao.identity import sessions, telling
from shebao.identity.sessions import Started
from shebao.identity.telling import ALIAS, Post

WAYS = {"password": "账号和密码", "sms": "短信验证码", "device": "记住的设备"}


def signed_in(started: Started, *, now: datetime, post: Post) -> bool:
    """Tells the owner of a new kind of device; the very first session of an account is none. Returns whether it told."""
    found = sessions.sessions(started.token)
    this = next(one for one in found if one.is_this)
    former = [one for one in found if not one.is_this]
    subject = telling.person_of(started.actor_id)
    if subject is None or not former or any(one.device == this.device for one in former):
        return False
    china = clock.china(now)
    with transaction.atomic(using=ALIAS):
        telling.happened("tell", "identity.login", actor_id=started.actor_id, subject_id=subject)
        post(
            subject=subject, template="account.signed_in", alias=ALIAS,
            params={"at": f"{china.month}月{china.day}日 {china.hour}:{china.minute:02d}",
                    "device": this.device or "设备", "method": WAYS.get(this.method, this.method)},
        )  # fmt: skip
    return True
