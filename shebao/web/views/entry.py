"""进门: first acceptance, registration, log-in, log-out."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acceptance, accounts, devices, sessions
from shebao.identity.asking import Request
from shebao.privacy import policy
from shebao.web import forms
from shebao.web.context import WELCOME_COOKIE
from shebao.web.pages import policy as policy_page
from shebao.web.views.answering import page, same_origin, way_back

SEEN_FOR = 24 * 3600
ACCEPTED_FOR = 365 * 24 * 3600
STEPS: tuple[tuple[str, type[forms.Plain]], ...] = (
    ("who", forms.Identity),
    ("phone", forms.Phone),
    ("login", forms.Credentials),
)
FIELD_STEP = {"name": 1, "id_number": 1, "notice": 1, "phone": 2, "login": 3, "password": 3}


def seen_parts(text: str) -> dict[str, str]:
    """Which marked clauses this browser was shown, and when; from a signed note that travels in the address."""
    try:
        found: dict[str, str] = signing.loads(text, salt="marked", max_age=SEEN_FOR) if text else {}
    except signing.BadSignature:
        return {}
    return found


def texts(now: datetime) -> dict[str, policy.Document]:
    """The parts in force, in the order of the profile."""
    documents = policy.stored()
    wanted = {part.code: part.version for part in acceptance.parts(now=now)}
    return {
        code: next(one for one in documents if (one.head.part, one.head.version) == (code, version))
        for code, version in wanted.items()
    }


def show_welcome(request: HttpRequest, ticked: list[str], missing: bool) -> HttpResponse:
    """The agreements apart, each with its own box."""
    note = request.POST.get("seen") or request.GET.get("seen") or ""
    context = policy_page.welcome(texts(clock.now()), seen=set(seen_parts(note)), ticked=ticked, note=note)
    lacking = [
        {"code": one["code"], "sentence": f"还没有同意{one['name']}"}
        for one in context["texts"]
        if not one["ticked"]
    ]
    back = way_back(request, request.POST.get("next") or request.GET.get("next"), "")
    context |= {"missing": lacking if missing else [], "next": back}
    return page(request, "welcome", context, status=422 if missing else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
def welcome(request: Request) -> HttpResponse:
    """/welcome: nothing is stored before the person accepts."""
    if request.method != "POST":
        return show_welcome(request, [], missing=False)
    now = clock.now()
    seen = seen_parts(request.POST.get("seen", ""))
    wanted = {part.code: part.version for part in acceptance.parts(now=now)}
    ticked = [code for code in request.POST.getlist("accept") if code in wanted and code in seen]
    if set(ticked) != set(wanted):
        return show_welcome(request, ticked, missing=True)
    last = max(datetime.fromisoformat(moment) for moment in seen.values())
    back = request.POST.get("next")
    if request.token and not request.actor.is_visitor:
        acceptance.accept(request.token, wanted, seen_marked_at=last, now=now)
        return HttpResponseRedirect(way_back(request, back))
    response = HttpResponseRedirect(way_back(request, back, "/register"))
    response.set_cookie(
        WELCOME_COOKIE,
        signing.dumps({"accepted": wanted, "seen": last.isoformat()}, salt="welcome"),
        max_age=ACCEPTED_FOR,
        samesite="Lax",
        httponly=True,
        secure=settings.PRODUCTION,
    )
    return response


@require_safe
def welcome_text(request: HttpRequest, part: str) -> HttpResponse:
    """/welcome/<part>: the marked clauses, then the whole text; the way back carries a signed note of it."""
    now = clock.now()
    found = texts(now)
    if part not in found:
        raise Refusal("not_found")
    note = request.GET.get("seen", "")
    after = signing.dumps(seen_parts(note) | {part: now.isoformat()}, salt="marked")
    context = {"text": policy_page.reading(part, found[part]), "seen": note, "seen_after": after}
    return page(request, "welcome_text", context)


def accepted(request: HttpRequest) -> dict[str, Any]:
    """What this browser has accepted; empty before."""
    try:
        found: dict[str, Any] = signing.loads(
            request.COOKIES.get(WELCOME_COOKIE, ""), salt="welcome", max_age=ACCEPTED_FOR
        )
    except signing.BadSignature:
        return {}
    return found


def show_step(request: HttpRequest, number: int, form: forms.Plain, kept: dict[str, str]) -> HttpResponse:
    """One step of the registration; what was written before travels along, unseen by anyone else."""
    step = policy_page.registration_step(number)
    status = 422 if form.errors else 200
    return page(request, "register", {"step": step, "form": form, "kept": kept}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: Request) -> HttpResponse:
    """/register in three steps: who you are, phone, how to log in. Nothing is kept of one that fails."""
    if not accepted(request):
        return HttpResponseRedirect("/welcome?next=/register")
    kept = {"notice": acceptance.notice_version()}
    if request.method != "POST":
        return show_step(request, 1, forms.Identity(), kept)
    kept["notice"] = request.POST.get("notice", "")
    here = {"2": 2, "3": 3}.get(request.POST.get("step", ""), 1)
    for number, (_, form_of) in enumerate(STEPS, 1):
        form = form_of(request.POST)
        if number > here:
            return show_step(request, number, form_of(), kept)
        if not form.is_valid():
            return show_step(request, number, form, kept)
        refusal = doubted(number, form)
        if refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusal.message.rstrip("。")
            )
            return show_step(request, number, form, kept)
        kept |= {name: str(value) for name, value in form.cleaned_data.items()}
    return finish(request, kept)


def doubted(number: int, form: forms.Plain) -> Refusal | None:
    """What can be told about a step before the end; the match with the registry comes last."""
    try:
        if number == 1:
            accounts.check_person(form.cleaned_data["name"], form.cleaned_data["id_number"], now=clock.now())
        elif number == 2:
            accounts.check_phone(form.cleaned_data["phone"])
    except Refusal as refusal:
        if refusal.code != "invalid_input":
            raise
        return refusal
    return None


def finish(request: Request, kept: dict[str, str]) -> HttpResponse:
    """Registers and logs in; a refusal about a field goes back to the step of that field."""
    agreed = accepted(request)
    now = clock.now()
    try:
        accounts.register(
            name=kept["name"],
            id_number=kept["id_number"],
            phone=kept["phone"],
            login=kept["login"],
            password=kept["password"],
            accepted_parts=agreed["accepted"],
            seen_marked_at=datetime.fromisoformat(agreed["seen"]),
            notice_version=kept["notice"],
            now=now,
        )
    except Refusal as refusal:
        number = FIELD_STEP.get(refusal.field, 0)
        if refusal.code not in ("invalid_input", "conflict") or not number:
            raise
        form = STEPS[number - 1][1](kept)
        form.is_valid()
        form.add_error(refusal.field, refusal.message.rstrip("。"))
        earlier = {
            name: value for name, value in kept.items() if name not in form.fields and name != "password"
        }
        return show_step(request, number, form, earlier)
    return enter(request, kept["login"], kept["password"], "/", now)


def enter(request: Request, login: str, password: str, back: str, now: datetime) -> HttpResponse:
    """Starts the session; a policy that changed since is shown next."""
    started = sessions.login(
        login=login,
        password=password,
        device=devices.describe(request.headers.get("User-Agent", "")),
        now=now,
        old_token=request.token,
    )
    if acceptance.missing(started.token, now=now):
        back = f"/welcome?next={back}"
    response = HttpResponseRedirect(back)
    sessions.put_cookie(response, started)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def login(request: Request) -> HttpResponse:
    """/login by account and password; never says which half was wrong."""
    back = way_back(request, request.POST.get("next") or request.GET.get("next"))
    context: dict[str, Any] = {
        "next": back,
        "returns_to": policy_page.NAMES_OF_PAGES.get(back.partition("?")[0], ""),
    }
    if request.method != "POST":
        left = request.GET.get("left") == "1"
        return page(request, "login", context | {"form": forms.Login(), "left": left, "signed_in": False})
    form = forms.Login(request.POST)
    if form.is_valid():
        try:
            return enter(
                request, form.cleaned_data["login"], form.cleaned_data["password"], back, clock.now()
            )
        except Refusal as refusal:
            if refusal.code not in ("login_required", "rate_limited"):
                raise
            form.add_error(None, refusal.message)
    return page(request, "login", context | {"form": form}, status=422)


@require_POST
def logout(request: Request) -> HttpResponse:
    """/logout: ends the session here and clears what the browser keeps."""
    sessions.logout(request.token)
    response = HttpResponseRedirect("/login?left=1")
    sessions.drop_cookie(response)
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response
