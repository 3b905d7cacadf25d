"""/api/v1/inbox: the bearer's messages, how she wants to be told, her browsers; public notices."""

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from ninja.params.functions import Path, Query
from pydantic import Field

from shebao.api.doors import REFUSED
from shebao.api.schemas import Strict
from shebao.base import clock
from shebao.identity.asking import Request
from shebao.notices import browsers, mailings, preferences
from shebao.notices.channels import inbox

router = Router(tags=["消息"])
BIGGEST = 2**63 - 1


class Trip(Schema):
    """One step on the way: channel, state, class of error."""

    channel: str
    state: str
    error: str
    at: datetime


class Message(Schema):
    """A message of the bearer."""

    number: int
    template: str
    category: str
    title: str
    body: str
    link: str
    case_no: str
    duty: bool
    created_at: datetime
    read_at: datetime | None


class Opened(Message):
    """A message with its way."""

    trips: list[Trip]


class Listing(Schema):
    """A page, newest first; unread ones that ask something stand on top of the first."""

    messages: list[Message]
    more: bool


class Unread(Schema):
    """How many are unread, at most 100."""

    unread: int


class Wishes(Strict):
    """Category -> channels that are wanted; topics that are followed."""

    categories: dict[str, list[str]] = Field(max_length=8)
    topics: list[str] = Field(max_length=20)


class PushKeys(Strict):
    """Keys of a browser, base64url."""

    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)


class Subscription(Strict):
    """What PushManager.subscribe gives."""

    endpoint: str = Field(max_length=browsers.LONGEST)
    keys: PushKeys
    expirationTime: float | None = None


class Announcement(Schema):
    """A public notice."""

    number: int
    kind: str
    title: str
    body: str
    published_at: datetime


@router.get("/inbox", response={200: Listing, **REFUSED}, summary="我的消息")
def listing(request: Request, before: int | None = Query(None, ge=1, le=BIGGEST)) -> Any:
    """Twenty at a time."""
    return inbox.listing(request.actor, before=before)


@router.get("/inbox/unread", response={200: Unread, **REFUSED}, summary="几条未读")
def unread(request: Request) -> Any:
    """The number on the tab; it opens nothing."""
    return {"unread": inbox.unread(request.token)}


@router.get("/inbox/settings", response={200: Wishes, **REFUSED}, summary="通知方式")
def wishes(request: Request) -> Any:
    """What is wanted as it stands."""
    found = preferences.wishes(request.actor)
    wanted = {
        category: [channel for channel in channels if channel not in found.off.get(category, ())]
        for category, channels in preferences.offered().items()
    }
    return {"categories": wanted, "topics": sorted(found.topics)}


@router.put("/inbox/settings", response={200: Wishes, **REFUSED}, summary="改通知方式")
def prefer(request: Request, wish: Wishes) -> Any:
    """Replaces the named categories and all topics; what must arrive cannot be muted."""
    preferences.prefer(wish.categories, now=clock.now(), by=request.actor)
    preferences.follow(wish.topics, by=request.actor)
    return wishes(request)


@router.post("/inbox/push", response={201: Unread, **REFUSED}, summary="登记一个浏览器收推送")
def subscribe(request: Request, wish: Subscription) -> Any:
    """Only push services on the list of the installation."""
    keys = wish.keys
    browsers.subscribe(endpoint=wish.endpoint, p256dh=keys.p256dh, auth=keys.auth, by=request.actor)
    return Status(201, {"unread": inbox.unread(request.token)})


@router.delete("/inbox/push", response={200: Unread, **REFUSED}, summary="不再收推送")
def unsubscribe(request: Request) -> Any:
    """Forgets every browser of the bearer."""
    browsers.unsubscribe(endpoint="", by=request.actor)
    return {"unread": inbox.unread(request.token)}


@router.get("/inbox/{number}", response={200: Opened, **REFUSED}, summary="看一条消息")
def one(request: Request, number: int = Path(..., ge=1, le=BIGGEST)) -> Any:
    """Opening it marks it as read."""
    return inbox.one(request.actor, number)


@router.get("/announcements", auth=None, response=list[Announcement], summary="公告")
def announcements(request: Request) -> Any:
    """Public notices in force."""
    return [
        {
            "number": one.id,
            "kind": one.kind,
            "title": one.title,
            "body": one.body,
            "published_at": one.published_at,
        }
        for one in mailings.announcements(clock.now())
    ]
