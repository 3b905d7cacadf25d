"""回来: where a person returns to after logging in, and what was being written when the session had ended."""

import re
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from django.http import HttpRequest

from shebao.base.refusal import Refusal
from shebao.identity import drafts

STEP = re.compile(r"/cases/[A-Z0-9-]{1,24}/edit/([a-z_]{1,40})/")
LONGEST = 6000


def place(request: HttpRequest, *, now: datetime) -> str:
    """The page asked for; after a form, the page it stood on, with the answer sealed into its address."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    step = STEP.fullmatch(request.path)
    typed = request.POST.get(step[1], "") if step else ""
    if step and typed:
        sealed = drafts.seal({step[1]: typed}, browser=request.path, now=now)
        if len(sealed) <= LONGEST:
            return f"{request.path}?{urlencode({'typed': sealed})}"
    if step:
        return request.path
    came = urlsplit(request.META.get("HTTP_REFERER", ""))
    ours = came.netloc == request.get_host() and came.path.startswith("/")
    return quote(came.path, safe="/") if ours else "/"


def typed(request: HttpRequest, *, now: datetime) -> str:
    """What the person was writing on this step when the session ended; empty when there is none, or too late."""
    step = STEP.fullmatch(request.path)
    if not step or not request.GET.get("typed"):
        return ""
    try:
        return drafts.unseal(request.GET["typed"], browser=request.path, now=now).get(step[1], "")
    except Refusal:
        return ""
