"""谁看过我的信息: the person's own view of the ledger."""

import json
from typing import Any

from django.db import connections

from shebao.base.refusal import Refusal
from shebao.privacy import gate, register

PAGE = 20
WHO = ("self", "helper", "staff", "partner", "system", "visitor", "refused")


def who_looked_text(actor: gate.Actor, *, before: int | None = None, who: str = "", limit: int = PAGE) -> str:
    """JSON text of accesses to the actor's own data, newest first. Reading it is itself an entry."""
    if who and who not in WHO:
        raise Refusal("invalid_input", "没有这一类，请从页面上的几类里选。", field="who")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select privacy.who_looked(%s, %s, %s, %s, %s)",
            [actor.token, before, limit, who, gate.request_id.get()],
        )
        (answer,) = cursor.fetchone()
    outcome = json.loads(answer)["outcome"]
    if outcome != "allowed":
        raise Refusal(outcome)
    return str(answer)


def who_looked(actor: gate.Actor, *, before: int | None = None, who: str = "") -> dict[str, Any]:
    """The same, parsed, with item names in Chinese."""
    answer: dict[str, Any] = json.loads(who_looked_text(actor, before=before, who=who))
    labels = {code: item.label_zh for code, item in register.current().items.items()}
    for entry in answer["entries"]:
        entry["item_names"] = [
            labels.get(code, code) for code in dict.fromkeys(entry["items"] + entry["writes"])
        ]
    return answer
