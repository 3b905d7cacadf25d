"""Pages of items and cases with invented examples: the real items of the catalogue, invented people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from shebao.base.refusal import Refusal
from shebao.cases.item import Effect, Finding, Item
from shebao.cases.materials import Page
from shebao.cases.queries import Halted, Missing, Walked
from shebao.items import catalogue as items_catalogue
from shebao.items.bundles import Part
from shebao.items.handling import Draft, Paper
from shebao.items.progress import CaseLine, CaseView
from shebao.privacy import register
from shebao.web import forms_items
from shebao.web.pages import case, case_receipt, cases, item_steps, items

TODAY = date(2026, 11, 12)
NOW = datetime(2026, 11, 12, 6, 6, tzinfo=UTC)
NO = "BJ261103-000482"
CLAIM = items_catalogue.ITEMS["inpatient-claim"]
ENROL = items_catalogue.ITEMS["flexible-enrolment"]
ALL = tuple(items_catalogue.ITEMS.values())
ANSWERS = {
    "cause": "illness", "hospital": "长春市中心医院", "level": "3", "admitted": "2026-10-12",
    "discharged": "2026-10-20", "total": "13009.42", "own": "1200.00", "account": "6222020000000000000",
}  # fmt: skip
KNOWN = {"person.bank_account": ANSWERS["account"]}
CHECK = (
    Finding("a", True, "您在参加医疗保险。", "社会保险法第二十八条"),
    Finding("b", False, "这段住院已经结算过。", "社会保险法第二十九条", "看医保结算", "/me/spending"),
)
DECISION = {
    "granted": True, "text": "您申请的住院费用手工报销已经通过。核定 8,642.50 元。", "amount_fen": 864250,
    "certificate": 12, "reasons": [], "figures": [["可以报的费用", "11,809.42 元", "总金额减自费"], ["报销", "8,642.50 元", "按比例"]],
    "remedy": {"text": "不服这个决定，可以先申请复核。", "reconsider_by": "2027-01-11", "sue_by": "2027-05-12"},
}  # fmt: skip
REFUSED = DECISION | {
    "granted": False, "amount_fen": 0, "figures": [], "text": "您申请的住院费用手工报销没有通过。这段住院已经结算过。",
    "reasons": [["already_settled", "这段住院已经结算过。", "社会保险法第二十九条"]],
}  # fmt: skip


def pages(*materials: str) -> tuple[Page, ...]:
    return tuple(
        Page(
            id=number,
            case_no=NO,
            subject_id=1,
            material=material,
            number=1,
            media_type="image/jpeg",
            size=80_000,
            sha256="0" * 64,
            width=600,
            height=800,
            pages=1,
            hint="",
            state="received",
            received_at=NOW,
        )
        for number, material in enumerate(materials, 1)
    )


def draft(item: Item = CLAIM, answers: dict[str, str] | None = None, *kept: str, **changes: Any) -> Draft:
    said = ANSWERS if answers is None else answers
    asked = item.asked(said)
    shelf = pages(*kept)
    papers = tuple(Paper(m, tuple(p for p in shelf if p.material == m.code)) for m in item.wanted(said))
    missing = [q.key for q in asked if not said.get(q.key)] + [p.material.code for p in papers if not p.pages]
    return Draft(
        NO, item, "draft", 1, MappingProxyType(said), asked, KNOWN, papers, CHECK[:1], tuple(missing), NOW, **changes
    )  # fmt: skip


def line(state: str = "accepted", **changes: Any) -> CaseLine:
    made = CaseLine(
        NO, CLAIM.code, CLAIM.name, state, cases.states.STATES[state], state in ("draft", "supplement"),
        date(2026, 12, 17), date(2026, 12, 3) if state == "supplement" else None, False, NOW, "",
    )  # fmt: skip
    return replace(made, **changes)


def walked(act: str, day: int) -> Walked:
    word = cases.states.ACTS[act].word
    return Walked(datetime(2026, 11, day, 2, tzinfo=UTC), act, word, "", "", "clerk", "医疗待遇科", None, 5)


STEPS = tuple(walked(act, day) for act, day in (("submit", 3), ("accept", 4), ("ask", 6), ("supply", 9)))
HALTED = (Halted("supplement", date(2026, 11, 7), date(2026, 11, 10)),)


def view(state: str = "accepted", **changes: Any) -> CaseView:
    made = CaseView(
        line=line(state), subject_id=1, item=CLAIM, about="", submitted_at=NOW, due_on=date(2026, 12, 17), provisional=False,
        limit_days=30, left=25, holder="医疗待遇科", steps=STEPS, halts=HALTED,
        lacking=(Missing("list", "费用清单少了第 2 页", 2), Missing("record", "缺出院小结", None)),
        answers=(("在哪家医院住院", "长春市中心医院"),), pages=pages("receipt", "list"), decision=None, granted=None,
        effect=None, delivered_at=None, may=("withdraw",), may_review=False,
    )  # fmt: skip
    return replace(made, **changes)


def shown(one: CaseView) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: case.page(one, today=TODAY, hours="工作日 8:30—17:00", elder=elder)


def book() -> Any:
    return register.load("jilin")


def item(one: Item, *check: Finding) -> Callable[[bool], dict[str, Any]]:
    def context(elder: bool) -> dict[str, Any]:
        found = items.precheck(check, may_start=all(f.passed for f in check)) if check else None
        return items.item_page(one, book(), today=TODAY, check=found)

    return context


def step(key: str, typed: str | None = None) -> Callable[[bool], dict[str, Any]]:
    def context(elder: bool) -> dict[str, Any]:
        made = draft()
        asked = next(q for q in CLAIM.questions if q.key == key)
        held = KNOWN.get(asked.prefill, "")
        data = None if typed is None else {key: typed}
        form = forms_items.Step(asked, data, today=TODAY, held=held)
        if data is not None:
            assert not form.is_valid()
        return item_steps.question(made, asked, form, offered=ALL, today=TODAY, to="")

    return context


def checking(made: Draft, refusal: Refusal | None = None) -> Callable[[bool], dict[str, Any]]:
    def context(elder: bool) -> dict[str, Any]:
        found = item_steps.faults(made)
        return item_steps.check(made, book(), offered=ALL, today=TODAY, key="k" * 32, found=found)

    return context


def receipt(one: CaseView) -> Callable[[bool], dict[str, Any]]:
    return lambda elder: case_receipt.receipt(one, TODAY)


LISTED = (line("supplement"), line("accepted"), line("draft"), line("done"), line("withdrawn"))
NAMES = {CLAIM.code: CLAIM.plain}
LATE = view(line=line(late=True, due_on=date(2026, 11, 10)), due_on=date(2026, 11, 10), left=-2)
DONE = view(
    "done", decision=DECISION, granted=True, left=None, holder="", may=(), may_review=True,
    effect=Effect("核定报销，付到您的账户。", ("付款日期以银行为准。",), pays=True),
    steps=(*STEPS, walked("decide", 11), walked("deliver", 12)),
)  # fmt: skip
AT_ONCE = replace(
    DONE,
    item=ENROL,
    line=line("done", name=ENROL.name),
    effect=Effect("已登记。从 2026年11月起缴费。"),
    halts=(),
)
PATHS: dict[str, tuple[str, str, Callable[[bool], dict[str, Any]], bool]] = {
    "items": ("/items/", "items", lambda e: items.catalogue(ALL, elder=e), True),
    "items_found": (
        "/items/?q=%E6%8A%A5%E9%94%80",
        "items",
        lambda e: items.catalogue(ALL, words="报销", found=[items.row(CLAIM)], elder=e),
        False,
    ),
    "items_nothing": ("/items/?q=x", "items", lambda e: items.catalogue(ALL, words="造飞机", elder=e), False),
    "items_event": ("/items/?event=care", "items_event", lambda e: items.event(ALL, "care") or {}, True),
    "item_public": ("/items/inpatient-claim/", "item", item(CLAIM), False),
    "item": ("/items/inpatient-claim/", "item", item(CLAIM, *CHECK), True),
    "item_instant": ("/items/flexible-enrolment/", "item", item(ENROL, CHECK[0]), True),
    "item_bundle": (
        "/items/newborn/",
        "item",
        lambda e: items.item_page(
            items_catalogue.ITEMS["newborn"], book(), today=TODAY, check=None, parts=(CLAIM, ENROL)
        ),
        True,
    ),
    "step_check_bare": (
        f"/cases/{NO}/edit/check/",
        "item_check",
        checking(draft(items_catalogue.ITEMS["card-loss"], {})),
        True,
    ),
    "step": (f"/cases/{NO}/edit/cause/", "item_step", step("cause"), True),
    "step_wrong": (f"/cases/{NO}/edit/total/", "item_step", step("total", "很多"), True),
    "step_unchosen": (f"/cases/{NO}/edit/cause/", "item_step", step("cause", ""), True),
    "step_held": (f"/cases/{NO}/edit/account/", "item_step", step("account"), True),
    "step_materials": (
        f"/cases/{NO}/edit/materials/",
        "item_materials",
        lambda e: item_steps.materials(draft(CLAIM, None, "receipt"), today=TODAY, lacking=True),
        True,
    ),
    "step_check": (
        f"/cases/{NO}/edit/check/",
        "item_check",
        checking(draft(CLAIM, None, "receipt", "list", "diagnosis", "record")),
        True,
    ),
    "step_check_lacking": (f"/cases/{NO}/edit/check/", "item_check", checking(draft(CLAIM, {})), True),
    "receipt": (f"/cases/{NO}/receipt/", "case_receipt", receipt(view("submitted")), True),
    "receipt_done": (f"/cases/{NO}/receipt/", "case_receipt", receipt(AT_ONCE), True),
    "cases": ("/cases/", "cases", lambda e: cases.listing(LISTED, NAMES, today=TODAY, elder=e), True),
    "cases_none": ("/cases/", "cases", lambda e: cases.listing((), NAMES, today=TODAY, elder=e), True),
    "case": (f"/cases/{NO}/", "case", shown(view()), True),
    "case_late": (f"/cases/{NO}/", "case", shown(LATE), True),
    "case_supplement": (
        f"/cases/{NO}/",
        "case",
        shown(view("supplement", may=("supply", "withdraw"), left=None)),
        True,
    ),
    "case_draft": (f"/cases/{NO}/", "case", shown(view("draft", may=("discard",), left=None, steps=())), True),
    "case_done": (f"/cases/{NO}/", "case", shown(DONE), True),
    "case_refused": (
        f"/cases/{NO}/",
        "case",
        shown(replace(DONE, decision=REFUSED, granted=False, effect=None)),
        True,
    ),
    "case_answers": (f"/cases/{NO}/answers/", "case_answers", lambda e: case.answers(view()), True),
    "case_looked": (
        f"/cases/{NO}/looked/",
        "case_looked",
        lambda e: case.looked(view(), [], elder=e),
        True,
    ),
    "case_withdraw": (f"/cases/{NO}/withdraw/", "case_withdraw", lambda e: case.withdrawal(view()), True),
    "case_review": (
        f"/cases/{NO}/review/",
        "case_review",
        lambda e: case.head_of(DONE) | {"form": forms_items.Review()},
        True,
    ),
    "cases_together": (
        "/cases/together/retirement-261112/",
        "cases_together",
        lambda e: cases.together(
            CLAIM, [Part(CLAIM, line("draft")), Part(ENROL, None)], mark="retirement-261112", today=TODAY
        ),
        True,
    ),
}  # fmt: skip
