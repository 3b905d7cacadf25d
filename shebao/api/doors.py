"""What all doors of the API share: who may knock, how a refusal sounds, which answers exist."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja.security import APIKeyCookie, HttpBearer

from shebao.api.schemas import Problem
from shebao.base.refusal import Refusal
from shebao.identity.asking import came_unasked, first_texts

JSON = "application/json; charset=utf-8"
REFUSED: dict[Any, Any] = {401: Problem, 403: Problem, 409: Problem, 422: Problem, 429: Problem}


class Cookie(APIKeyCookie):
    """The session cookie of the citizen pages; writes also need the anti-forgery token."""

    param_name = settings.SESSION_COOKIE

    def _get_key(self, request: HttpRequest) -> str | None:
        return super()._get_key(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> bytes | None:
        return knock(request) if key else None


class Bearer(HttpBearer):
    """The session token as a bearer token, for apps."""

    def __call__(self, request: HttpRequest) -> Any | None:
        return super().__call__(request) if request.headers.get("Authorization") else None

    def authenticate(self, request: HttpRequest, token: str) -> bytes:
        return knock(request)


def knock(request: HttpRequest) -> bytes:
    """The token itself: what it is worth, the gate decides. Refuses login_required without one."""
    token: bytes | None = request.token  # type: ignore[attr-defined]
    if token is None and came_unasked(request):
        raise first_texts()
    if token is None:
        raise Refusal("login_required")
    return token


def raw(answer: str) -> HttpResponse:
    """The database's own JSON."""
    return HttpResponse(answer, content_type=JSON)
