"""钱到哪了: batches go to the bank, answers come back; each line is one entry, one change and one message together."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import connections

from shebao.base.clock import today_in_china
from shebao.base.money import plain_yuan
from shebao.base.refusal import Refusal
from shebao.cases import deciding, writing
from shebao.items import catalogue
from shebao.notices import actions as notices
from shebao.privacy import gate, vault
from shebao.registry import working
from shebao.registry.accounts import actions as accounts
from shebao.registry.models import Recovery
from shebao.registry.payables import bank, payments, recoveries

PROCESS, OWN = "payment.bank", "payment.own"
READS = (
    "person.name",
    "person.bank_account",
    "payment.order",
    "account.balance",
    "benefit.record",
    "case.record",
)
WRITES = ("payment.order", "account.balance", "benefit.record", "case.record")
NAMES = {
    "pension": "职工养老金", "resident_pension": "居民养老金", "unemployment_benefit": "失业保险金",
    "survivor_benefit": "遗属待遇", "resident_funeral": "居民养老丧葬补助", "account_lump_sum": "养老账户余额",
    "account_withdrawal": "医保账户余额", "duplicate_refund": "重复缴费退款", "disability_allowance": "病残津贴",
    "training_subsidy": "技能提升补贴", "back_payment": "补发待遇", "inpatient_claim": "住院报销",
    "outpatient_claim": "门诊报销", "maternity_allowance": "生育津贴", "maternity_medical_claim": "生育医疗费",
    "prenatal_claim": "产前检查费", "family_planning_claim": "计划生育手术费", "medical_aid": "医疗救助",
    "injury_claim": "工伤医疗费", "injury_lump": "一次性伤残补助金", "injury_allowance": "伤残津贴",
    "injury_nursing": "生活护理费", "injury_device": "辅助器具费", "injury_death": "工亡待遇",
    "injury_dependant": "供养亲属抚恤金",
}  # fmt: skip


def name(kind: str) -> str:
    """What the money is, in plain words."""
    return NAMES.get(kind, "核定的待遇")


def mine(*, by: gate.Actor, case: str = "") -> list[payments.Standing]:
    """Where the person's money is, newest first; of one case when it is named."""
    with gate.open(by, OWN, items=("payment.order",), subject=by.person_id, case=case) as grant:
        return payments.standing(grant, case=case)


def owed(*, by: gate.Actor) -> list[Recovery]:
    """What the person was paid too much and has not given back."""
    with gate.open(by, OWN, items=("payment.order",), subject=by.person_id) as grant:
        return recoveries.standing(grant)


def run(*, now: datetime) -> int:
    """One round of the worker: sends approved batches, takes in answers. Running again changes nothing."""
    return _send(now) + bank.simulate(today_in_china(now)) + take_in(now=now)


def _send(now: datetime) -> int:
    batches = [int(row[0]) for row in _rows("select registry.payment_to_send()")]
    for batch in batches:
        lines = [
            line for payment, subject, owner in _rows("select * from registry.payment_lines(%s)", batch)
            if (line := _line(batch, payment, subject, owner, now)) is not None
        ]  # fmt: skip
        _rows("select registry.payment_sent(%s, %s, %s)", batch, bank.send(batch, lines), now)
        _rows("select registry.payment_close(%s)", batch)
    return len(batches)


def _line(batch: int, payment: int, subject: int, owner: int | None, now: datetime) -> bank.Line | None:
    """One line for the bank, under an entry of the payee; what was put back on an account leaves it once more."""
    case, on = f"payment/{batch}", today_in_china(now)
    with _opened(subject, case) as grant:
        row = payments.line(grant, payment)
        values = vault.read(grant, ("person.name", "person.bank_account"))
        if row is None or row.state == "returned":
            return None
        if not values.get("person.bank_account"):
            payments.missing(grant, row, on)
            _tell(grant, "payment.returned", row.payable.kind, row.payable.case_no, "没有登记银行账号")
            return None
        payments.addressed(grant, row, values["person.bank_account"])
        if owner is not None and not row.payable.monthly:
            accounts.take_again(
                _owned(grant, owner, case), on=on, reason="账户支付", case=row.payable.case_no
            )
        return bank.Line(
            payment, values["person.name"], values["person.bank_account"], plain_yuan(row.amount_fen),
            name(row.payable.kind),
        )  # fmt: skip


def take_in(*, now: datetime) -> int:
    """The bank's answers; a line that was closed before is passed over."""
    count = 0
    for file, found in bank.answers():
        count += sum(_answered(one, now) for one in found)
        bank.away(file)
    return count


def _answered(one: bank.Answer, now: datetime) -> int:
    known = _rows("select * from registry.payment_find(%s)", one.payment)
    if not known:
        return 0
    subject, owner, batch, state = known[0]
    if state != "sent":
        return 0
    with _opened(subject, f"payment/{batch}") as grant:
        row = (
            payments.paid(grant, one.payment, one.day)
            if one.paid
            else payments.returned(grant, one.payment, one.reason, one.day)
        )
        if row is None:
            return 0
        kind, case = row.payable.kind, row.payable.case_no
        if one.paid:
            _done(grant, case, now)
            if not row.payable.monthly:
                _tell(grant, "payment.paid", kind, case)
        else:
            if owner is not None:
                accounts.put_back(
                    _owned(grant, owner, f"payment/{batch}"), on=one.day, reason="支付退回", case=case
                )
            _tell(
                grant,
                "payment.returned",
                kind,
                case,
                payments.RETURNED.get(one.reason, payments.RETURNED["other"]),
            )
    _rows("select registry.payment_close(%s)", batch)
    return 1


def _done(grant: gate.Grant, case_no: str, now: datetime) -> None:
    """办结 by the bank's word, when the case waited for it and nothing else of it is out."""
    try:
        case = writing.locked(grant, case_no)
    except Refusal:
        return
    item = catalogue.ITEMS.get(case.kind)
    if item is not None and case.state == "decided" and not payments.open_of(grant, case_no):
        deciding.deliver(grant, item, case_no, now=now)


def _opened(subject: int, case: str) -> AbstractContextManager[gate.Grant]:
    return gate.open(
        working.session(working.PAYMENTS), PROCESS, items=READS, writes=WRITES, subject=subject, case=case,
        reason="支付待遇", alias=working.ALIAS,
    )  # fmt: skip


def _owned(grant: gate.Grant, owner: int, case: str) -> gate.Grant:
    """The owner of the account that is paid out: the payee, or the deceased."""
    if owner == grant.subject_id:
        return grant
    items = ("account.balance",)
    beside = gate.beside(grant, owner, items=items, writes=items, case=case, reason="账户支付")
    if beside is None:
        raise Refusal("out_of_reach")
    return beside


def _tell(grant: gate.Grant, template: str, kind: str, case: str, reason: str = "") -> None:
    params: dict[str, str | int] = {"what": name(kind)}
    if reason:
        params["reason"] = reason
    notices.post(subject=grant.subject_id, template=template, params=params, case=case, alias=grant.alias)


def _rows(statement: str, *values: str | int | datetime | None) -> list[tuple[Any, ...]]:
    with connections[working.ALIAS].cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall())
