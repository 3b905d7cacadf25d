"""/welcome: the two texts before the first use. A visitor's yes is kept by a cookie of version numbers alone."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance
from shebao.identity.asking import WELCOME_COOKIE, Request
from shebao.privacy.policy import Document
from shebao.web import formats
from shebao.web.views.answering import same_origin

COOKIE = WELCOME_COOKIE
COOKIE_SECONDS = 365 * 24 * 3600
_SEEN, _ACCEPTED = signing.Signer(salt="welcome.seen"), signing.Signer(salt="welcome.accepted")


def own_path(path: str, otherwise: str) -> str:
    """A path of this site, never another host."""
    good = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if good else otherwise


def read_seen(text: str) -> dict[str, Any]:
    """When which text was shown, and where to go afterwards; empty when it is not ours."""
    try:
        found: dict[str, Any] = _SEEN.unsign_object(text)
    except signing.BadSignature:
        return {}
    return found


def accepted(request: HttpRequest) -> tuple[dict[str, str], datetime | None]:
    """What this visitor accepted: versions, and when the marked clauses were shown."""
    try:
        found = _ACCEPTED.unsign_object(request.COOKIES.get(COOKIE, ""))
        seen = datetime.fromtimestamp(int(found.pop("seen")), UTC)
    except (signing.BadSignature, KeyError, ValueError):
        return {}, None
    return {str(part): str(version) for part, version in found.items()}, seen


def stands(request: HttpRequest, now: datetime) -> bool:
    """Whether this visitor has accepted every part in the version in force."""
    versions, seen = accepted(request)
    return seen is not None and all(versions.get(p.code) == p.version for p in acceptance.parts(now=now))


def known(response: HttpResponse) -> None:
    """The acceptance now stands with the account: the browser keeps only that it was here before."""
    response.set_cookie(
        COOKIE, "seen", max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.PRODUCTION
    )


@same_origin
@require_http_methods(["GET", "POST"])
def welcome(request: Request) -> HttpResponse:
    """Both texts; POST accepts. Nothing is kept before that, so the form has no token: its origin is judged."""
    now = clock.now()
    sent = request.POST if request.method == "POST" else request.GET
    seen = read_seen(sent.get("seen", ""))
    if "next" not in seen:
        seen["next"] = own_path(sent.get("next", ""), "/register")
    texts = acceptance.texts(now=now)
    if request.method == "GET":
        return _page(request, texts, seen, ticked=(), lacking=())
    ticked = tuple(code for code in request.POST.getlist("accept") if code in texts and code in seen)
    return _accept(request, texts, seen, ticked, now)


def _accept(
    request: Request, texts: dict[str, Document], seen: dict[str, Any], ticked: tuple[str, ...], now: datetime
) -> HttpResponse:
    versions = {code: texts[code].head.version for code in ticked}
    shown = max((int(seen[code]) for code in ticked), default=0)
    shown_at = datetime.fromtimestamp(shown, UTC) if shown else None
    try:
        if request.token is None or request.actor.is_visitor:
            acceptance.require(versions, seen_marked_at=shown_at, now=now)
        else:
            acceptance.accept(request.token, versions, seen_marked_at=shown_at, now=now)
    except Refusal as refusal:
        if refusal.code not in ("consent_required", "precondition_unmet"):
            raise
        lacking = tuple(code for code in texts if code not in ticked)
        return _page(request, texts, seen, ticked=ticked, lacking=lacking, status=refusal.status)
    response = redirect(own_path(str(seen["next"]), "/"))
    if request.actor.is_visitor:
        response.set_cookie(
            COOKIE, _ACCEPTED.sign_object(versions | {"seen": shown}), max_age=COOKIE_SECONDS, httponly=True,
            samesite="Lax", secure=settings.PRODUCTION,
        )  # fmt: skip
    return response


@require_GET
def text(request: HttpRequest, part: str) -> HttpResponse:
    """One text in full, its marked clauses first; the link back says that it was shown."""
    now = clock.now()
    document = acceptance.texts(now=now).get(part)
    if document is None:
        raise Refusal("not_found")
    seen = read_seen(request.GET.get("seen", ""))
    after = seen | {part: int(now.timestamp())}
    context = _told(part, document, clock.today_in_china(now)) | {
        "clauses": [{"title": clause.title, "text": clause.text()} for clause in document.marked],
        "html": mark_safe(document.html()),  # noqa: S308 - prose.html escapes every text
    }
    signed = {"seen": _SEEN.sign_object(seen), "seen_after": _SEEN.sign_object(after)}
    return render(request, "web/welcome_text.html", {"text": context} | signed)


def _page(
    request: Request,
    texts: dict[str, Document],
    seen: dict[str, Any],
    *,
    ticked: tuple[str, ...],
    lacking: tuple[str, ...],
    status: int = 200,
) -> HttpResponse:
    signed, today = _SEEN.sign_object(seen), clock.today_in_china(clock.now())
    told = [
        _told(code, document, today)
        | {
            "marked": len(document.marked),
            "points": document.head.summary,
            "url": f"/welcome/{code}?{urlencode({'seen': signed})}",
            "seen": code in seen or not document.marked,
            "ticked": code in ticked,
        }
        for code, document in texts.items()
    ]
    missing = [{"code": code, "sentence": f"还没有同意《{texts[code].head.title}》"} for code in lacking]
    context = {"texts": told, "seen": signed, "next": seen["next"], "missing": missing}
    return render(request, "web/welcome.html", context, status=status)


def _told(code: str, document: Document, today: Any) -> dict[str, Any]:
    head = document.head
    return {
        "code": code,
        "name": head.title,
        "version": head.version,
        "effective": formats.date_cn(head.effective_on, today),
    }
