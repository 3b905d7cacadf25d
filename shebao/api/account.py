"""/api/v1/me: standing in for somebody, family, mandates, remembered devices, leaving."""

import uuid
from datetime import date, datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from shebao.api.doors import REFUSED, knock
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting, cancelling, guardians, mandates, profile, remembered
from shebao.identity.asking import Request
from shebao.items import entrusting
from shebao.notices.actions import post
from shebao.privacy.gate import Actor

router = Router(tags=["账号"])


class ActingChoice(Schema):
    """One person or employer this account may stand in for."""

    reach_id: int
    rule: str
    relation: str
    until: datetime
    current: bool


class ActingChosen(Strict):
    """Whom to stand in for from now on."""

    reach_id: int = Field(ge=1, lt=2**63)


class Guardianship(Schema):
    """监护: the relation, whether it is in force, until which birthday."""

    id: int
    relation: str
    state: str
    until: date


class Family(Schema):
    """Children in one's care, and one's own guardians."""

    wards: list[Guardianship]
    guardians: list[Guardianship]


class MandateWanted(Strict):
    """委托: the helper by phone, or by name and ID number."""

    phone: str = Field("", max_length=30)
    name: str = Field("", max_length=50)
    id_number: str = Field("", max_length=40)
    relation: str = Field(max_length=20)
    items: list[str] = Field(max_length=20)
    until: date


class MandateRow(Schema):
    """One mandate."""

    id: int
    relation: str
    items: list[str]
    state: str
    until: date


class Mandates(Schema):
    """Mandates given and taken."""

    given: list[MandateRow]
    taken: list[MandateRow]


class DeviceRow(Schema):
    """记住的设备."""

    id: uuid.UUID
    device: str
    made_at: datetime
    used_at: datetime
    ends_at: datetime


class Change(Schema):
    """One change of the account and its ledger entry."""

    what: str
    at: datetime
    entry_id: int


class Receipt(Schema):
    """注销回执: the code is shown once; the note verifies without an account."""

    code: str
    note: str


@router.get("/acting", response={200: list[ActingChoice], **REFUSED}, summary="能替谁办")
def choices(request: Request) -> Any:
    """Everybody the account may stand in for, and whom this session has chosen."""
    by = _known(request)
    chosen = acting.current(by)
    return [
        {"reach_id": one.reach_id, "rule": one.rule, "relation": one.relation, "until": one.until,
         "current": chosen is not None and chosen.reach_id == one.reach_id}
        for one in acting.choices(by)
    ]  # fmt: skip


@router.put("/acting", response={204: None, **REFUSED}, summary="换成替别人办")
def choose(request: Request, wanted: ActingChosen) -> Any:
    """The session stands in under this reach until it goes back."""
    acting.choose(_known(request), reach_id=wanted.reach_id)
    return Status(204, None)


@router.delete("/acting", response={204: None, **REFUSED}, summary="回到自己")
def leave(request: Request) -> Any:
    """The session speaks for its own person again."""
    acting.choose(_known(request), reach_id=None)
    return Status(204, None)


@router.get("/guardians", response={200: Family, **REFUSED}, summary="监护关系")
def family(request: Request) -> Any:
    """Both sides of the account's guardianships."""
    own, about = guardians.mine(_known(request))
    return {"wards": own, "guardians": about}


@router.delete("/guardians/{bond_id}", response={204: None, **REFUSED}, summary="解除监护登记")
def end_guardianship(request: Request, bond_id: int) -> Any:
    """Effective at the next statement."""
    guardians.revoke(_known(request), bond_id=_number(bond_id), now=clock.now())
    return Status(204, None)


@router.get("/mandates", response={200: Mandates, **REFUSED}, summary="委托")
def mandate_list(request: Request) -> Any:
    """Mandates given and taken."""
    given, taken = mandates.mine(_known(request))
    return {"given": given, "taken": taken}


@router.post("/mandates", response={201: MandateRow, **REFUSED}, summary="委托别人办")
def give(request: Request, wanted: MandateWanted) -> Any:
    """Chosen items, one helper, until a day."""
    made = mandates.give(
        _known(request), helper=wanted.model_dump(include={"phone", "name", "id_number"}),
        relation=wanted.relation, items=wanted.items, businesses=entrusting.businesses(), until=wanted.until,
        now=clock.now(), post=post,
    )  # fmt: skip
    return Status(201, made)


@router.delete("/mandates/{mandate_id}", response={204: None, **REFUSED}, summary="收回委托")
def end_mandate(request: Request, mandate_id: int) -> Any:
    """Effective at the next statement; either side may."""
    mandates.revoke(_known(request), mandate_id=_number(mandate_id), now=clock.now(), post=post)
    return Status(204, None)


@router.get("/devices", response={200: list[DeviceRow], **REFUSED}, summary="记住的设备")
def devices(request: Request) -> Any:
    """Devices that log in with one tap."""
    return remembered.mine(_known(request), now=clock.now())


@router.delete("/devices/{device_id}", response={204: None, **REFUSED}, summary="解除一台设备")
def forget(request: Request, device_id: uuid.UUID) -> Any:
    """The device has to log in again."""
    remembered.forget(_known(request), device_id=device_id)
    return Status(204, None)


@router.get("/history", response={200: list[Change], **REFUSED}, summary="账号的变化")
def history(request: Request) -> Any:
    """Every change of the account, with its entry in the ledger."""
    return profile.history(_known(request))


@router.post("/cancel", response={200: Receipt, **REFUSED}, summary="注销账号")
def cancel(request: Request) -> Any:
    """Effective at once: the next call with this token is refused."""
    return cancelling.cancel(_known(request), now=clock.now())


def _known(request: Request) -> Actor:
    knock(request)
    if request.actor.is_visitor:
        raise Refusal("login_required")
    return request.actor


def _number(value: int) -> int:
    if not 0 < value < 2**63:
        raise Refusal("not_found")
    return value
