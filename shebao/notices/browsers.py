"""推送登记: the browsers a person allowed to be woken. Addresses and keys are sealed; only listed services count."""

import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings

from shebao.base.refusal import Refusal
from shebao.notices import sealing
from shebao.notices.channels import webpush
from shebao.notices.models import Push
from shebao.privacy import gate, keys

PROCESS, CONTACT = "notice.contact", "message.contact"
WHAT = "notices_push|sealed"
MOST = 8
LONGEST = 1000
LOOPBACK = ("127.0.0.1", "localhost")


def mark(endpoint: str) -> bytes:
    """A keyed digest of a browser's address."""
    key = keys.installation_key(settings.SECRET_FILE, "notices|push")
    return hmac.digest(key, endpoint.encode(), "sha256")


def is_allowed(endpoint: str, hosts: Sequence[str]) -> bool:
    """Whether the address belongs to a listed push service; a leading dot stands for every name below."""
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
    except ValueError:
        return False
    listed = any(host == one or (one.startswith(".") and host.endswith(one)) for one in hosts)
    return (
        listed
        and not parts.username
        and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
    )


def offered() -> str:
    """The public key that browsers subscribe with; empty where this installation lists no push service."""
    if not settings.PUSH_HOSTS:
        return ""
    return webpush.encode(webpush.point(webpush.vapid_key(settings.HOME).public_key()))


def subscribe(*, endpoint: str, p256dh: str, auth: str, by: gate.Actor) -> None:
    """Remembers a browser. Refuses a push service that is not listed and keys that are none."""
    if len(endpoint) > LONGEST or not is_allowed(endpoint, settings.PUSH_HOSTS):
        raise Refusal("recipient_not_authorised", "这个浏览器的推送服务不在名单里，所以没有登记。")
    try:
        webpush.encrypt(b"", p256dh=webpush.decode(p256dh), auth=webpush.decode(auth))
    except ValueError:
        raise Refusal("invalid_input", "浏览器给的推送密钥读不懂。", field="keys") from None
    with gate.open(by, PROCESS, items=(CONTACT,), writes=(CONTACT,)) as grant:
        rows = Push.objects.using(grant.alias).filter(subject_id=grant.subject_id)
        rows.filter(mark=mark(endpoint)).delete()
        oldest = list(rows.order_by("-id").values_list("id", flat=True)[MOST - 1 :])
        rows.filter(id__in=oldest).delete()
        _, box = sealing.sealed(
            grant.subject_id, WHAT, {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}
        )
        rows.bulk_create([Push(subject_id=grant.subject_id, mark=mark(endpoint), sealed=box)])


def unsubscribe(*, endpoint: str, by: gate.Actor) -> None:
    """Forgets one browser, or all of them when none is named."""
    with gate.open(by, PROCESS, items=(CONTACT,), writes=(CONTACT,)) as grant:
        rows = Push.objects.using(grant.alias).filter(subject_id=grant.subject_id)
        (rows.filter(mark=mark(endpoint)) if endpoint else rows).delete()


def count(by: gate.Actor) -> int:
    """How many browsers are registered."""
    with gate.open(by, PROCESS, items=(CONTACT,)) as grant:
        return Push.objects.using(grant.alias).filter(subject_id=grant.subject_id).count()


def of(grant: gate.Grant) -> list[dict[str, str]]:
    """The browsers of the grant's person; those sealed before a cancellation are unreadable and left out."""
    rows = Push.objects.using(grant.alias).filter(subject_id=grant.subject_id).order_by("id")
    found = []
    for row in rows:
        try:
            values = sealing.opened(grant.subject_id, WHAT, sealing.KEY_CLASS, bytes(row.sealed))
        except keys.Destroyed:
            continue
        found.append({name: str(value) for name, value in values.items()})
    return found
