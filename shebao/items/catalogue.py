"""事项目录: every item of the platform, by code. Adding one is a folder and a line here."""

from functools import cache
from importlib import import_module
from pathlib import Path

from django.conf import settings

from shebao.base.refusal import Refusal
from shebao.cases.item import APPLICANTS, Item, ItemError, Rule, read
from shebao.privacy import register
from shebao.privacy.book import Register
from shebao.rules.handling import deadlines

FOLDERS = (
    "card_activate",
    "card_electronic",
    "card_electronic_end",
    "card_found",
    "card_issue",
    "card_loss",
    "card_password",
    "card_replace",
    "flexible_enrolment",
    "inpatient_claim",
    "objection",
    "account_withdrawal",
    "chronic_activate",
    "chronic_disease",
    "family_planning_claim",
    "family_pool",
    "family_pool_agree",
    "family_pool_end",
    "maternity_allowance",
    "maternity_medical_claim",
    "medical_aid_claim",
    "medical_enrolment_proof",
    "medical_transfer",
    "newborn",
    "outpatient_claim",
    "prenatal_claim",
    "remote_cancel",
    "remote_referral",
    "remote_resident",
    "remote_retired",
    "remote_worker",
    "resident_medical_enrolment",
    "waiting_period",
    "benefit_account_change",
    "complaint",
    "detail_change",
    "key_detail_change",
    "pension_certification",
    "pension_certification_visit",
    "record_dispute",
    "resident_pension_aided",
    "resident_pension_enrolment",
    "stop_enrolment",
    "account_lump_sum",
    "benefit_resume",
    "benefit_stop",
    "disability_allowance",
    "duplicate_enrolment",
    "early_retirement",
    "injury_benefit",
    "injury_claim",
    "injury_death",
    "injury_device",
    "injury_recognition",
    "injury_remote",
    "labour_appraisal",
    "labour_reappraisal",
    "late_retirement",
    "military_transfer",
    "pension_transfer",
    "resident_funeral",
    "resident_pension_claim",
    "resident_pension_transfer",
    "retirement",
    "retirement_bundle",
    "scheme_switch",
    "survivor_benefit",
    "training_subsidy",
    "unemployment_claim",
    "unemployment_registration",
    "unemployment_transfer",
    "employer_registration",
    "employee_enrolment",
    "employee_enrolment_list",
    "employee_leave",
    "employee_leave_list",
    "wage_declaration",
    "employer_change",
    "employer_cancel",
    "arrears_backpay",
    "injury_report",
)  # fmt: skip
EVENTS = ("找工作", "失业", "生孩子", "看病", "工伤", "退休", "家人去世", "搬家")


def _load(folder: str) -> Item:
    module = import_module(f"shebao.items.{folder}.decide")
    file = Path(__file__).parent / folder / "item.toml"
    return read(file, Rule(module.check, module.decide, module.effect))


ITEMS = {item.code: item for item in map(_load, FOLDERS)}


def faults(item: Item, book: Register) -> list[str]:
    """Why an item may not be offered under a register: a purpose or data it does not declare."""
    process = book.process.get(item.purpose)
    if process is None:
        known = "、".join(sorted(code for code in book.process if code.startswith("handle.")))
        return [f"{item.code}：登记册里没有 {item.purpose}，可以写：{known}"]
    found = [
        f"{item.code}：{item.purpose} 的 items 不含 {one}（profiles/register）"
        for one in item.reads
        if one not in process.items
    ]
    found += [
        f"{item.code}：{item.purpose} 的 roles 没有 {role}，{APPLICANTS[who]}不能申请"
        for who, role in (("self", "citizen"), ("employer", "employer_agent"))
        if who in item.applicants and role not in process.roles
    ]
    decides = book.process["desk.decide"].writes
    allowed = process.writes if item.instant else decides
    found += [f"{item.code}：接下来的 {code} 不是事项" for code in item.next if code not in ITEMS]
    where = item.purpose if item.instant else "desk.decide"
    found += [
        f"{item.code}：结果写不了 {one}，{where} 的 writes 里没有"
        for one in item.effects
        if one not in allowed
    ]
    found += [
        f"{item.code}：没有「{limit}」这个时限（rules/handling/deadlines.toml）"
        for limit in (item.limit, *item.terms)
        if limit and limit not in deadlines.BOOK.values
    ]
    return found + [
        f"{item.code}：没有「{event}」这件人生大事，可以写：{'、'.join(EVENTS)}"
        for event in item.events
        if event not in EVENTS
    ]


@cache
def _offered(profile: str, version: str) -> tuple[Item, ...]:
    book = register.current()
    items = tuple(item for item in ITEMS.values() if profile in item.profiles)
    found = [fault for item in items for fault in faults(item, book)]
    if found:
        raise ItemError("；".join(found))
    return items


def offered() -> tuple[Item, ...]:
    """The items of this deployment, in the order of the catalogue."""
    return _offered(settings.PROFILE, register.current().version)


def item(code: str) -> Item:
    """One of them. Refuses (`not_found`) what this deployment does not offer."""
    for one in offered():
        if one.code == code:
            return one
    raise Refusal("not_found", "没有这个事项。", "看能办什么", "/items/")


def named(code: str) -> str:
    """The official name of a kind of case, also of one that is no longer offered."""
    known = ITEMS.get(code)
    return known.name if known else code
