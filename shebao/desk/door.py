"""The door of the desk (经办端的门): who may come in, from where, and trained until when. Every no is an entry."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import connections

from shebao.base.refusal import Refusal
from shebao.identity.asking import Request
from shebao.privacy import gate

CLERKS = ("clerk", "supervisor")


def enter(request: Request, *roles: str, process: str = "desk.case") -> gate.Actor:
    """The member of staff asking, in one of these roles.

    Refuses visitors, other roles, one factor alone, a network that is not the office's, training that has lapsed.
    """
    actor = known(request)
    if actor.role not in (roles or CLERKS):
        raise Refusal("purpose_not_allowed", "这一页不给您的岗位用。", "回首页", "/")
    door = "" if from_office(request) else "network_not_allowed"
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.may_work(%s, %s, %s, %s)", [actor.token, process, door, gate.request_id.get()]
        )
        (outcome,) = cursor.fetchone()
    if outcome == "step_up_required":
        raise Refusal(outcome, "登录时没有用动态码，经办端打不开。", "用动态码登录", "/desk/login")
    if outcome != "allowed":
        raise Refusal(outcome)
    return actor


def known(request: Request) -> gate.Actor:
    """Somebody with a session of staff."""
    actor = request.actor
    if actor.is_visitor:
        raise Refusal("login_required", "请先用工号登录经办端。", "去登录", "/desk/login")
    if not actor.is_staff:
        raise Refusal("purpose_not_allowed", "这里只给工作人员用。", "回首页", "/")
    return actor


def from_office(request: Request) -> bool:
    """Whether the request comes from a network of the office; a deployment that names none has no such limit."""
    allowed = settings.DEPLOYMENT.get("staff", {}).get("networks", [])
    if not allowed:
        return True
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ip_network(one) for one in allowed)
