"""A worker named in an employer's case (职工登记): found by exact number and name, opened for its agent."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate, keys
from shebao.registry.employers import workers


def named(
    grant: gate.Grant, no: str, *, id_number: str, name: str, items: Sequence[str], writes: Sequence[str] = ()
) -> gate.Grant | None:
    """The worker's grant in the transaction of the case; None when number and name match nobody on file."""
    digest = keys.blind("real_name", f"{id_number}|{name}")
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select worker, entry, outcome from cases.open_worker(%s, %s, %s, %s, %s, %s)",
            [grant.actor.token, no, digest, list(items), list(writes), gate.request_id.get()],
        )
        worker, entry, outcome = cursor.fetchone()
    if outcome == "not_found":
        return None
    if outcome != "allowed":
        raise Refusal(outcome)
    return replace(
        grant, subject_id=worker, entry_id=entry, process=workers.PROCESS, items=tuple(items),
        writes=tuple(writes),
    )  # fmt: skip


def many_named(
    grant: gate.Grant,
    no: str,
    people: Sequence[tuple[str, str]],
    *,
    items: Sequence[str],
    writes: Sequence[str] = (),
) -> list[gate.Grant | None]:
    """The same for a list of (number, name), in its order, at one call."""
    digests = [keys.blind("real_name", f"{id_number}|{name}") for id_number, name in people]
    with connections[grant.alias].cursor() as cursor:
        cursor.execute(
            "select worker, entry, outcome from cases.open_workers(%s, %s, %s, %s, %s, %s)",
            [grant.actor.token, no, digests, list(items), list(writes), gate.request_id.get()],
        )
        found = cursor.fetchall()
    refused = next((outcome for _, _, outcome in found if outcome not in ("allowed", "not_found")), None)
    if refused is not None:
        raise Refusal(refused)
    return [
        replace(
            grant, subject_id=worker, entry_id=entry, process=workers.PROCESS, items=tuple(items),
            writes=tuple(writes),
        )
        if outcome == "allowed"
        else None
        for worker, entry, outcome in found
    ]  # fmt: skip
