"""A forgotten password (忘记密码): a code to the confirmed phone and the real name; staff can never set one."""

import uuid
from datetime import datetime

from django.db import transaction

from shebao.base.refusal import Refusal
from shebao.identity import accounts, codes, passwords, remembered, telling
from shebao.identity.models import Account, Credential
from shebao.identity.telling import ALIAS, Post
from shebao.privacy import keys
from shebao.rules.identity import citizen

USE = "reset"
PROCESS = "identity.reset"


def start(*, name: str, id_number: str, phone: str, source: str, now: datetime, post: Post) -> uuid.UUID:
    """Sends a code when name, number and confirmed phone are one person's; the answer is always the same."""
    digits = accounts.check_phone(phone)
    if not digits:
        raise Refusal("invalid_input", "写上留过的手机号。", "改一改手机号", field="phone")
    subject = _person(name, id_number)
    same = telling.find_subject("phone", keys.blind("phone", digits)) == subject
    found = telling.account_of(subject if same else None)
    known = found is not None and found[1]
    return codes.send(
        use=USE, place=digits, item="person.phone", subject_id=subject if known else None,
        actor_id=found[0] if found and known else None, source=source, now=now, post=post,
    )  # fmt: skip


def finish(*, number: uuid.UUID, phone: str, code: str, new: str, now: datetime, post: Post) -> str:
    """Sets the new password by the code, once; every session and device ends. Returns the log-in name."""
    passwords.check(new)
    proof = codes.check(number=number, use=USE, place=accounts.check_phone(phone), code=code, now=now)
    if proof.actor_id is None:
        raise Refusal("invalid_input", codes.WRONG, "再发一次验证码", "/login/reset", field="code")
    account = Account.objects.using(ALIAS).get(actor_id=proof.actor_id)
    passwords.check(new, login=account.login)
    secret = passwords.hashed(new)
    with transaction.atomic(using=ALIAS):
        Credential.objects.using(ALIAS).filter(account_id=account.pk, kind="password").update(secret=secret)
        Account.objects.using(ALIAS).filter(actor_id=account.pk).update(password_changed_at=now)
        remembered.forget_all(proof.actor_id)
        telling.end_all(proof.actor_id)
        told(proof.actor_id, "reset", PROCESS, "密码已重设", post)
    return account.login


def told(actor_id: int, what: str, process: str, words: str, post: Post | None) -> None:
    """A change of the account: the entry, the history and the message to its owner. Inside a transaction."""
    subject = telling.person_of(actor_id)
    telling.happened(
        what, process, actor_id=actor_id, account_id=actor_id, subject_id=subject, writes=("login.password",)
    )
    if subject is not None and post is not None:
        post(subject=subject, template="account.changed", params={"what": words}, alias=ALIAS)


def _person(name: str, id_number: str) -> int | None:
    checked = citizen.inspect(id_number)
    if not checked.valid:
        return None
    return telling.find_subject(
        "real_name", keys.blind("real_name", f"{checked.normalised}|{accounts.plain_name(name)}")
    )
