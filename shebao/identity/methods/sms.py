"""Log-in by SMS code (短信验证码): for a phone that its owner has confirmed. Same answer for every number."""

import uuid
from datetime import datetime

from shebao.base.refusal import Refusal
from shebao.identity import accounts, codes, limits, telling
from shebao.identity.methods.password import Proved
from shebao.identity.telling import Post
from shebao.privacy import keys

USE = "login"
HELP = "用账号和密码登录"


def start(*, phone: str, source: str, now: datetime, post: Post) -> uuid.UUID:
    """Sends a code when the phone belongs to an open account; nobody can tell whether it did."""
    _enabled()
    digits = _digits(phone)
    subject = telling.find_subject("phone", keys.blind("phone", digits))
    found = telling.account_of(subject)
    known = found is not None and found[1]
    return codes.send(
        use=USE, place=digits, item="person.phone", subject_id=subject if known else None,
        actor_id=found[0] if found and known else None, source=source, now=now, post=post,
    )  # fmt: skip


def finish(*, number: uuid.UUID, phone: str, code: str, now: datetime) -> Proved:
    """The person by the code. Refuses a wrong or old one, and an account that was closed in between."""
    _enabled()
    proof = codes.check(number=number, use=USE, place=_digits(phone), code=code, now=now)
    if proof.actor_id is None:
        raise Refusal("invalid_input", codes.WRONG, HELP, "/login", field="code")
    return Proved(proof.actor_id, "citizen", "sms", 1)


def _digits(phone: str) -> str:
    digits = accounts.check_phone(phone)
    if not digits:
        raise Refusal("invalid_input", "写上手机号。", "改一改手机号", field="phone")
    return digits


def _enabled() -> None:
    if "sms" not in limits.current().methods:
        raise Refusal("purpose_not_allowed", "这里没有开通短信登录。", "用账号和密码登录", "/login")
