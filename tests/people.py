"""Sessions for the tests: as a citizen of the province, as staff, as nobody."""

import hashlib
import os

from django.db import connections

from shebao.privacy import gate

CHUNMEI, YUANSHAN, QINGHE, CHANGHE, WANQING, XIAOMAN = 1, 2, 3, 4, 5, 6


def citizen(subject: int = CHUNMEI, *, level: int = 1) -> gate.Actor:
    """A citizen of the cast, logged in."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select id from privacy_actor where subject_id = %s", [subject])
        row = cursor.fetchone()
    return logged_in(row[0] if row else _actor("citizen", subject, ""), level)


def staff(role: str = "clerk", *, unit: str = "业务受理科", level: int = 2) -> gate.Actor:
    """A member of staff, logged in with two factors."""
    return logged_in(_actor(role, None, unit), level)


def account(role: str, *, level: int = 1) -> gate.Actor:
    """A fresh account of another role, logged in."""
    return logged_in(_actor(role, None, ""), level)


def _actor(role: str, subject: int | None, unit: str) -> int:
    with connections["login"].cursor() as cursor:
        cursor.execute("select privacy.make_actor(%s, %s, %s, %s)", [role, subject, unit, "001127"])
        return int(cursor.fetchone()[0])


def logged_in(actor: int, level: int) -> gate.Actor:
    """Somebody who is known, logged in."""
    token = os.urandom(32)
    with connections["login"].cursor() as cursor:
        cursor.execute(
            "select privacy.start_session(%s, %s, %s, 'password', '测试', 60)",
            [actor, hashlib.sha256(token).digest(), level],
        )
    return gate.actor_of(token)


def entries(subject: int, process: str = "") -> list[tuple[str, str, str]]:
    """(process, outcome, role) of the ledger entries about a person, oldest first."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select process, outcome, actor_role from privacy_entry where subject_id = %s"
            " and (%s = '' or process = %s) order by id",
            [subject, process, process],
        )
        return list(cursor.fetchall())
