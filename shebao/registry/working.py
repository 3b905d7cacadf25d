"""The worker's own sessions (转移、支付、死亡登记、参保资助): one actor for each kind of work, reaching only whom that work concerns."""

import hashlib
import os
from datetime import timedelta

from django.db import connections

from shebao.base import clock
from shebao.privacy import gate

ALIAS = "worker"
MINUTES = 12 * 60
TRANSFERS, PAYMENTS, DEATHS, COVER, AID = "关系转移", "待遇支付", "死亡登记", "代缴医保", "参保资助"
_held: dict[tuple[str, str], gate.Actor] = {}


def session(unit: str) -> gate.Actor:
    """A session that lives at least one minute more; a new one for another database."""
    place = (str(connections[ALIAS].settings_dict["NAME"]), unit)
    actor = _held.get(place)
    edge = clock.now() + timedelta(minutes=1)
    if actor is None or actor.expires_at is None or actor.expires_at < edge:
        token = os.urandom(32)
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(
                "select registry.begin_work(%s, %s, %s)", [unit, hashlib.sha256(token).digest(), MINUTES]
            )
        actor = _held[place] = gate.actor_of(token, alias=ALIAS)
    return actor
