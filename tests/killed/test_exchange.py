"""Two agencies hand a relation to each other, and both die at everything that lasts: it is in one place, whole, or on its way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from shebao.items import exchanging
from shebao.registry.transfers import folder
from tests import people
from tests.items.doing import NOW, granted, owned
from tests.items.test_transfers import _medical, balance, identity, known_as, months, stage, told, two
from tests.killing import Mortal

WHO = people.QINGHE
ROUND = {"step": "exchange", "now": NOW.isoformat()}
ROWS = """
select 'transfer', direction, stage, reason, months::text, account_fen::text, done_on::text from registry_transfer
union all select 'leg', code, holder, '', '', '', done_on::text from registry_transferleg
union all select 'document', direction, kind, state, '', '', '' from registry_exchange
union all select 'month', kind, state, '', month::text, '', '' from registry_contribution
           where subject_id = 3 and insurance = 310
union all select 'account', kind, '', '', '', balance_fen::text, '' from registry_account where subject_id = 3
union all select 'payment', kind, state, '', '', amount_fen::text, '' from registry_payable where subject_id = 3
union all select 'message', template, '', '', '', '', '' from notices_message where subject_id = 3
order by 1, 2, 3, 4, 5, 6, 7
"""


def world() -> list[tuple[Any, ...]]:
    """What this agency has of her, and the folder between the two."""
    files = sorted(str(file.relative_to(folder.place())) for file in folder.place().rglob("*.msg"))
    return [*owned(ROWS), ("files", *files)]


def sound_as(direction: str, before: tuple[int, int], closed: str) -> Callable[[object], None]:
    """Until its own end nothing changed in this place; at the end it is told once. Each document was kept once."""

    def sound(_: object) -> None:
        now = stage(WHO, direction)[0] if owned("select 1 from registry_transfer") else ""
        ended = now == closed
        assert ended or (months(WHO, 310), balance(WHO, "medical")) == before
        assert len(told(WHO)) == ended
        kinds = [row[0] for row in owned("select kind from registry_exchange")]
        assert len(kinds) == len(set(kinds))
        assert owned("select count(*) from registry_transferleg where done_on is null")[0][0] == (
            now != "" and not ended
        )

    return sound


def test_a_relation_is_handed_over_whoever_dies(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for name in ("jl", "gx"):
        (tmp_path / name).mkdir()
    with two(tmp_path) as at:
        agencies = {}
        for name in ("jilin", "guangxi"):
            at(name)
            shared = {"SHEBAO_PROFILE": name, "SHEBAO_EXCHANGE_FOLDER": str(settings.EXCHANGE_FOLDER)}
            agencies[name] = Mortal("tests.killed.worker", settings.HOME, **shared)
            request.addfinalizer(agencies[name].end)
        at("jilin")
        name, number = identity(WHO)
        born = owned("select birth_date from registry_person where subject_id = 3")[0][0]
        owned("update registry_enrolment set state = 'suspended', until = 202610 where subject_id = 3 and insurance = 310"
              " returning 1")  # fmt: skip
        old = months(WHO, 310), balance(WHO, "medical")
        leaves = sound_as("out", old, "closed")
        at("guangxi")
        known_as(WHO, name, number, born)
        owned(
            "delete from registry_contribution where subject_id = 3 and insurance = 310 and month < 202001 returning 1"
        )
        granted(_medical(WHO))
        new = months(WHO, 310), balance(WHO, "medical")
        arrives = sound_as("in", new, "merged")
        exchanging.run(now=NOW)
        ((file, letter),) = [(one, one.read_bytes()) for one in folder.place().rglob("*.msg")]
        kills = 0
        for place, sound in (("guangxi", arrives), ("jilin", leaves)) * 3:
            at(place)
            kills += agencies[place].everywhere(ROUND, world, sound)
        at("guangxi")
        assert stage(WHO) == ("merged", "")
        back = owned(
            "select coalesce(sum(amount_fen), 0) from registry_payable where kind = 'duplicate_refund'"
        )[0][0]
        assert balance(WHO, "medical") == new[1] + old[1] - back and months(WHO, 310) > new[0]
        assert told(WHO) == ["transfer.merged"]
        at("jilin")
        assert (stage(WHO, "out"), months(WHO, 310), balance(WHO, "medical")) == (("closed", ""), 0, 0)
        assert told(WHO) == ["transfer.left"] and not list(folder.place().rglob("*.msg"))
        file.write_bytes(letter)
        exchanging.run(now=NOW)
        again = {file.parent.name for file in folder.place().rglob("*.msg")}
        assert again == {"450000"}, "asked once more after its end, the answers go once more"
        assert owned(
            "select count(*) from privacy_reach where case_no like 'transfer/%%' and revoked_at is null"
        ) == [(0,)]
        at("guangxi")
        exchanging.run(now=NOW)
        assert not list(folder.place().rglob("*.msg")) and told(WHO) == ["transfer.merged"]
        assert kills > 40, kills
