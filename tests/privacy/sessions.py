"""Actors with a live session, made the way the log-in role makes them."""

import hashlib
import secrets

from django.db import connections

from shebao.privacy import gate


def start(role: str = "citizen", *, subject: int | None = None, level: int = 1) -> gate.Actor:
    """An actor of this role, signed in; a citizen is the first person of the province unless one is named."""
    with connections["owner"].cursor() as cursor:
        if role == "citizen" and subject is None:
            cursor.execute(
                "select s.id from privacy_subject s join registry_person p on p.subject_id = s.id"
                " where not exists (select 1 from privacy_actor a where a.subject_id = s.id) order by s.id limit 1"
            )
            (subject,) = cursor.fetchone()
    token = secrets.token_bytes(32)
    with connections["login"].cursor() as cursor:
        cursor.execute("select privacy.make_actor(%s, %s, '220100', '')", [role, subject])
        (actor,) = cursor.fetchone()
        digest = hashlib.sha256(token).digest()
        cursor.execute("select privacy.start_session(%s, %s, %s, 'password', '', 30)", [actor, digest, level])
    return gate.actor_of(token)


def outcomes(actor: gate.Actor, process: str) -> list[str]:
    """What the ledger says about this actor's attempts for one purpose."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select outcome from privacy_entry where actor_id = %s and process = %s order by id",
            [actor.actor_id, process],
        )
        return [row[0] for row in cursor.fetchall()]
