"""Every citizen page with an example of what it shows: data in the shapes of the queries, people invented."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from shebao.base import clock
from shebao.base.refusal import REFUSALS, Refusal
from shebao.privacy import prose
from shebao.privacy.gate import Actor
from shebao.web import forms
from shebao.web.charts import stack
from shebao.web.charts.plot import key
from shebao.web.pages import account, contributions, enrolment, home, privacy, spending, who_looked
from tests.web import scenes_items

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 12)


def data(name: str) -> dict[str, Any]:
    """A fixture."""
    document: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))
    return document


EXAMPLES = data("examples")


@dataclass(frozen=True)
class Scene:
    """A page: its address, template, and context for standard or elder mode."""

    path: str
    template: str
    context: Callable[[bool], dict[str, Any]] = field(default=lambda elder: {})
    signed_in: bool = True

    def html(self, *, elder: bool = False, theme: str = "") -> str:
        """The page as a browser gets it."""
        request = RequestFactory().get(self.path)
        if elder:
            request.COOKIES["elder"] = "1"
        if theme:
            request.COOKIES["theme"] = theme
        token = bytes(32) if self.signed_in else None
        request.token = token  # type: ignore[attr-defined]
        request.actor = Actor(
            token=token, actor_id=1 if token else None, expires_at=clock.now() + timedelta(minutes=30)
        )  # type: ignore[attr-defined]
        kept = {"today": TODAY, "unread": 2, "public_notices": [], "announcements": []}
        return render_to_string(self.template, kept | self.context(elder), request=request)


def wrong(form: type[forms.Plain], **values: str) -> forms.Plain:
    """A form as it comes back."""
    bound = form(values)
    assert not bound.is_valid()
    return bound


def welcome(*seen: str, missing: tuple[str, ...] = ()) -> dict[str, Any]:
    texts = [text | {"seen": text["code"] in seen} for text in EXAMPLES["welcome"]]
    lacking = [{"code": code, "sentence": "还没有勾选用户服务协议"} for code in missing]
    return {"texts": texts, "seen": ",".join(seen), "next": "/register", "missing": lacking}


PARAGRAPH = mark_safe("<h2>我们是谁</h2><p>经办机构负责，也是这个服务的开发者。</p>")
TEXT = {
    "code": "policy",
    "name": "个人信息保护政策",
    "version": 4,
    "effective": "11月1日",
    "clauses": EXAMPLES["clauses"],
    "html": PARAGRAPH,
}
POLICY = {
    "part": "policy",
    "name": "个人信息保护政策",
    "version": 4,
    "updated": "2026年10月15日",
    "effective": "2026年11月1日",
    "marked": ["查参保、办业务是法定职责，不靠您点同意", "谁看过，您随时能查"],
    "digest": "9f2c1e7ab04d5538c1f0aa11bb22cc33dd44ee55ff660718293a4b5c6d7e8f90",
    "contents": [{"id": "JL-1", "title": "一、我们是谁"}, {"id": "JL-2", "title": "二、收什么"}],
    "html": mark_safe(
        prose.html(
            prose.clauses(
                "## 一、我们是谁 {#JL-1}\n\n经办机构负责，也是这个服务的开发者。\n\n"
                "## 二、收什么 {#JL-2 .marked}\n\n只收办事要用的。\n\n- 姓名\n- 身份证号\n\n"
                "| 信息 | 为什么 | 依据 |\n|---|---|---|\n| 缴费记录 | 给您查 | 社会保险法第七十四条 |\n"
            )
        )
    ),
}


def conformance(elder: bool) -> dict[str, Any]:
    counts = [("JL　社保经办", 120, 2, 105), ("EB　参保查询", 60, 0, 37), ("GX　医保服务", 70, 1, 54)]
    profiles = [
        {
            "name": name,
            "passed": good,
            "rows": good + bad + none,
            "plot": stack.tally(good, bad, none, name=name),
        }
        for name, good, bad, none in counts
    ]
    return {
        "total": 449,
        "passed": 250,
        "tested": 253,
        "ran": "11月12日 2:10",
        "profiles": profiles,
        "key": [key("fp", "通过 250"), key("fb", "没通过 3"), key("pend", "还没有测试 196")],
        "filters": EXAMPLES["filters"],
        "rows": EXAMPLES["rows"],
        "older": "/conformance/?page=2",
    }


def registering(step: str, form: Callable[[], forms.Plain]) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: {"step": EXAMPLES["register"][step], "form": form()}


def question(elder: bool) -> dict[str, Any]:
    entry = who_looked.entry_view(data("who_looked")["entries"][0], today=TODAY)
    return {"entry": entry, "form": forms.Question()}


def looked(name: str) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: who_looked.page(data(name), today=TODAY, elder=elder)


def paid(name: str, **more: Any) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: contributions.page(data(name), today=TODAY, elder=elder, **more)


def spent(name: str, **more: Any) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: spending.page(data(name), today=TODAY, elder=elder, **more)


def fixed(**context: Any) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: context


def public(path: str, template: str, context: Callable[[bool], dict[str, Any]] = lambda elder: {}) -> Scene:
    return Scene(path, f"web/{template}.html", context, signed_in=False)


def mine(path: str, template: str, context: Callable[[bool], dict[str, Any]] = lambda elder: {}) -> Scene:
    return Scene(path, f"web/{template}.html", context)


def homely(name: str, region: str = "长春市", **more: Any) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: home.page(data(name), region=region, today=TODAY, elder=elder, **more)


NEW = EXAMPLES["certificate_kinds"][0] | {
    "days": 90,
    "contents": ["姓名和证件号码", "参加的险种和状态", "核验码和二维码"],
}
OFFICER = {"name": "信息安全管理部门", "contact": "网上留言或写信"}
ENQUIRY = {
    "home": mine("/", "home", homely("home")),
    "home_hidden": mine("/", "home", homely("home", hidden=True)),
    "home_new": mine("/", "home", homely("home_new", "")),
    "enrolment": mine(
        "/me/enrolment", "enrolment", lambda e: enrolment.page(data("enrolments"), today=TODAY)
    ),
    "contributions": mine("/me/contributions", "contributions", paid("contributions")),
    "contributions_hidden": mine("/me/contributions", "contributions", paid("contributions", hidden=True)),
    "contributions_none": mine(
        "/me/contributions?insurance=410", "contributions", paid("contributions_none")
    ),
    "account": mine("/me/account", "account", lambda e: account.page(data("accounts"), today=TODAY, elder=e)),
    "spending": mine("/me/spending", "spending", spent("spending")),
    "spending_none": mine("/me/spending", "spending", spent("spending_none")),
    "spending_detail": mine("/me/spending/detail", "spending", spent("spending_detail", detail=True)),
    "who_looked": mine("/privacy/who-looked/", "who_looked", looked("who_looked")),
    "who_looked_none": mine("/privacy/who-looked/", "who_looked", looked("who_looked_none")),
    "question": mine("/privacy/who-looked/51950/question", "question", question),
    "question_done": mine(
        "/privacy/who-looked/51950/question",
        "question_done",
        fixed(number="YW26-1112-0007", answer_by="12月3日"),
    ),
    "certificates": mine(
        "/certificates/",
        "certificates",
        fixed(
            kinds=EXAMPLES["certificate_kinds"], issued=[EXAMPLES["certificate"], EXAMPLES["old_certificate"]]
        ),
    ),
    "certificate_new": mine(
        "/certificates/new?kind=enrolment", "certificate_new", fixed(kind=NEW, masked=True)
    ),
    "certificate_done": mine(
        "/certificates/31",
        "certificate_done",
        fixed(one=EXAMPLES["certificate"]),
    ),
}
ENTRY = {
    "public_home": public("/", "public_home"),
    "welcome": public("/welcome", "welcome", lambda e: welcome("policy")),
    "welcome_missing": public(
        "/welcome", "welcome", lambda e: welcome("policy", "agreement", missing=("agreement",))
    ),
    "welcome_text": public("/welcome/policy", "welcome_text", fixed(text=TEXT, seen="", seen_after="policy")),
    "login": public(
        "/login",
        "login",
        lambda e: {
            "form": forms.Login(),
            "next": "/me/contributions",
            "returns_to": "缴费记录",
            "methods": EXAMPLES["methods"],
        },
    ),
    "login_wrong": public(
        "/login", "login", lambda e: {"form": wrong(forms.Login, login="hechunmei", password="")}
    ),
    "register": public(
        "/register",
        "register",
        registering("who", lambda: wrong(forms.Identity, name="何春梅", id_number="000000 19780501 042")),
    ),
    "register_phone": public("/register/phone", "register", registering("phone", forms.Phone)),
    "register_login": public("/register/login", "register", registering("login", forms.Credentials)),
    "verify": public("/verify/", "verify", lambda e: {"form": forms.Verify()}),
    "verify_wrong": public(
        "/verify/", "verify", lambda e: {"form": wrong(forms.Verify, code="KX34 7K4P", last4="042")}
    ),
    "verify_result": public("/verify/", "verify_result", fixed(result=EXAMPLES["verify_valid"])),
    "verify_unknown": public("/verify/", "verify_result", fixed(result=EXAMPLES["verify_unknown"])),
}
PRIVACY = {
    "privacy": mine(
        "/privacy/",
        "privacy",
        lambda e: privacy.centre(
            others=7, refused=1, policy="第 4 版，11月1日起生效", officer=OFFICER, elder=e
        ),
    ),
    "consents": mine("/privacy/consents/", "consents", fixed(**EXAMPLES["consents"])),
    "consents_none": mine("/privacy/consents/", "consents", fixed(given=[], off=[])),
    "consent": mine("/privacy/consents/location.nearby", "consent", fixed(consent=EXAMPLES["consent"])),
    "sessions": mine("/account/sessions/", "sessions", fixed(sessions=EXAMPLES["sessions"])),
    "cookies": public("/privacy/cookies/", "cookies", fixed(**EXAMPLES["storage"])),
    "policy": public("/privacy/policy/", "policy", fixed(policy=POLICY)),
    "policy_history": public(
        "/privacy/policy/history",
        "policy_history",
        fixed(versions=EXAMPLES["versions"], change=EXAMPLES["change"]),
    ),
    "policy_change": mine("/privacy/policy/change", "policy_change", fixed(change=EXAMPLES["change"])),
    "me": mine(
        "/account/",
        "me",
        lambda e: privacy.mine(theme="system", elder=e),
    ),
}
OTHERS = {
    "check_proof": public("/privacy/check-proof/", "check_proof"),
    "shares": public("/privacy/shares/", "shares", fixed(**EXAMPLES["shares"])),
    "rights": mine("/privacy/rights/", "rights", fixed(rows=privacy.RIGHTS)),
    "export": mine("/privacy/export", "export", lambda e: {"files": privacy.files(elder=e)}),
    "password": mine("/account/password", "password", lambda e: {"form": forms.NewPassword()}),
    "freeze": mine("/account/freeze/", "freeze"),
    "frozen": public("/account/freeze/", "frozen"),
    "inbox": mine("/inbox/", "inbox", fixed(groups=[])),
    "contact": public("/contact/", "contact", fixed(handler=EXAMPLES["handler"])),
    "conformance": public("/conformance/", "conformance", conformance),
    "offices": public("/offices/", "offices", fixed(offices=EXAMPLES["offices"], total=2, q="")),
    "employers": public("/employers/", "employers", fixed(employers=EXAMPLES["employers"], q="东环")),
    "employers_none": public("/employers/", "employers", fixed(employers=[], q="没有的")),
    "not_found": public("/nowhere", "refusal", fixed(refusal=Refusal("not_found"), next_url="/")),
    "incident": mine("/me/account", "incident", fixed(incident=str(uuid.UUID(int=7)))),
    "offline": public("/offline", "offline"),
}
REFUSED = {
    f"refusal_{code}": mine(
        "/me/spending", "refusal", fixed(refusal=Refusal(code), next_url=Refusal(code).next_url)
    )
    for code in REFUSALS
}
HANDLING = {
    name: Scene(path, f"web/{template}.html", context, signed_in=known)
    for name, (path, template, context, known) in scenes_items.PATHS.items()
}
SCENES: dict[str, Scene] = ENQUIRY | ENTRY | PRIVACY | OTHERS | HANDLING | REFUSED
