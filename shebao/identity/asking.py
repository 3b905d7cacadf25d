"""A request as the doors see it: the token it carries and, when somebody looks, the actor behind it."""

from django.http import HttpRequest

from shebao.base.refusal import Refusal
from shebao.privacy.gate import Acting, Actor


class Request(HttpRequest):
    """Set by the middleware: `token` costs nothing, `actor` one round trip at first use.

    `acting`: whom the session stands in for at present (代办), from the same round trip; false when nobody.
    """

    token: bytes | None
    actor: Actor
    acting: Acting | None


TOKEN_BYTES = 32


def read_token(cookie: str, authorization: str) -> bytes | None:
    """The session token of the cookie, or of the bearer header of an app; None when absent or malformed."""
    text = authorization[7:] if authorization.startswith("Bearer ") else cookie
    try:
        token = bytes.fromhex(text)
    except ValueError:
        return None
    return token if len(token) == TOKEN_BYTES else None


WELCOME_COOKIE = "welcome"


def came_unasked(request: HttpRequest) -> bool:
    """A browser that has accepted nothing yet: it says so with Sec-Fetch headers and has neither cookie."""
    return "Sec-Fetch-Mode" in request.headers and WELCOME_COOKIE not in request.COOKIES


def first_texts() -> Refusal:
    """What such a browser is told."""
    return Refusal("consent_required", "第一次用，请先看两份文件再决定。", "去看文件", "/welcome")
