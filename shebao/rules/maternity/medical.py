"""生育医疗费用: what the fund covers, in fen (社会保险法第五十五条). Local ceilings are not established."""

from typing import Any

from shebao.rules.columns import most
from shebao.rules.explain import Explained, Working

LAW = "社会保险法第五十五条"


def covered(*, total_fen: Any, own_fen: Any) -> Explained[Any]:
    """The part inside the catalogue: what the law lets the fund pay before any local ceiling."""
    note = Working()
    amount = note.step("目录内费用", "总费用减去自费和先行自付", most(total_fen - own_fen, 0), law=LAW)
    note.say("当地的限额还没有查实，由经办人员核定。")
    return note.explained(amount)
