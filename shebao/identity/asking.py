"""A request as the doors see it: the token it carries and, when somebody looks, the actor behind it."""

from django.http import HttpRequest

from shebao.privacy.gate import Actor


class Request(HttpRequest):
    """Set by the middleware: `token` costs nothing, `actor` one round trip at first use."""

    token: bytes | None
    actor: Actor
