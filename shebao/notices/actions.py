"""Messages (消息): posted inside the caller's own transaction, so that an event and its message exist together."""

from collections.abc import Mapping
from hashlib import sha256

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.notices import sealing, wording

PARAMS = "notices_message|params"
HIDDEN = "_"


def post(
    *,
    subject: int,
    template: str,
    params: Mapping[str, str | int],
    case: str = "",
    alias: str = "default",
    to: str = "",
) -> int:
    """Posts one message to one person, inside the caller's open gate transaction on `alias`.

    Returns its number; 0 when the person muted this category or never asked for it. Refuses wrong parameters,
    an unknown template, and a transaction that holds no ledger entry about this person (a database error, SB003).
    `to` is an address that is not confirmed yet; only templates that confirm one take it.
    """
    return write(wording.newest(template), subject, params, case=case, alias=alias, to=to)


def post_link(*, subject: int, template: str, to: str, link: str, alias: str = "default") -> int:
    """Posts a message that confirms an address: the link stands in that mail only."""
    return write(wording.newest(template), subject, {}, alias=alias, to=to, link=link)


def write(
    template: wording.Template,
    subject: int,
    params: Mapping[str, str | int],
    *,
    case: str = "",
    alias: str = "default",
    to: str = "",
    link: str = "",
    mailing: int | None = None,
) -> int:
    """The same for a template at hand; `link` is an address that only the mail itself carries."""
    template.check(params)
    if bool(to) != template.to_given:
        raise Refusal("invalid_input", f"消息 {template.code} 的收件地址不对。", field="to")
    token = sealing.token() if template.mutable and template.category != "progress" else None
    hidden = {"to": to, "link": link, "token": token.hex() if token else ""}
    values = {**params, **{HIDDEN + name: value for name, value in hidden.items() if value}}
    key_class, box = sealing.sealed(subject, PARAMS, values)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "select notices.post(%s, %s, %s::int, %s, %s, %s, %s, %s, %s::text[], %s::int, %s::bytea, %s::bigint)",
            [subject, template.code, template.version, template.category, template.duty, box, key_class, case,
             list(template.channels), template.expires_minutes, sha256(token).digest() if token else None, mailing],
        )  # fmt: skip
        (number,) = cursor.fetchone()
    return int(number or 0)
