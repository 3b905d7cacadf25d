"""军人退役养老保险转入: the months of service join one's own, each once; the account grows; first in the queue."""

import pytest

from shebao.cases import assigning
from tests import people
from tests.conftest import Installation
from tests.items.doing import granted, owned, refused, sent

CODE, PAPER = "military-transfer", "record"
RECORD = {"since": "201301", "until": "201412", "base": "6000", "account": "12345.67"}


def months(subject: int) -> set[int]:
    return {
        month
        for (month,) in owned(
            "select month from registry_contribution where subject_id = %s and insurance = 110", subject
        )
    }


def balance(subject: int) -> int:
    found = owned(
        "select balance_fen from registry_account where subject_id = %s and kind = 'pension'", subject
    )
    return int(found[0][0]) if found else 0


def test_the_months_of_service_count_once_and_the_account_grows(standing: Installation) -> None:
    me = people.citizen(people.QINGHE)
    owned(
        "delete from registry_contribution where subject_id = 3 and insurance = 110 and month < 201407 returning 1"
    )
    before, held = months(people.QINGHE), balance(people.QINGHE)
    overlap = len({month for month in before if 201301 <= month <= 201412})
    no = sent(CODE, me, RECORD, PAPER)
    first = assigning.queue(by=people.staff("clerk"))[0]
    assert first.no == no, "soldiers first (经办条例第十七条)"
    said = granted(no)
    assert said.text == f"转进 {24 - overlap} 个月，账户加 12,345.67 元。"
    assert {month for month in months(people.QINGHE) if 201301 <= month <= 201412} == {
        *range(201301, 201313), *range(201401, 201413)
    }  # fmt: skip
    assert owned(
        "select count(*), min(kind), min(base_fen) from registry_contribution where subject_id = 3"
        " and insurance = 110 and month between 201301 and 201312"
    ) == [(12, "transfer", 600_000)]
    assert balance(people.QINGHE) == held + 1_234_567
    assert refused(CODE, me, RECORD, PAPER)[0] == "all_known"


@pytest.mark.parametrize(
    ("subject", "more", "code"),
    [
        (people.CHANGHE, {}, "draws_pension"),
        (7, {}, "not_enrolled"),
        (people.YUANSHAN, {"since": "201412", "until": "201301"}, "order"),
        (people.YUANSHAN, {"until": "202712"}, "order"),
        (people.YUANSHAN, {"since": "201206"}, "too_early"),
    ],
)
def test_it_is_refused_with_the_reason(
    standing: Installation, subject: int, more: dict[str, str], code: str
) -> None:
    assert refused(CODE, people.citizen(subject), RECORD | more, PAPER)[0] == code


def test_a_second_transfer_waits_for_the_first(standing: Installation) -> None:
    owned("insert into registry_transfer (subject_id, insurance, direction, region, stage, requested_on, due_on,"
          " case_no) values (2, 110, 'in', '110100', 'requested', '2026-11-01', '2027-01-31', 'X') returning 1")  # fmt: skip
    assert refused(CODE, people.citizen(people.YUANSHAN), RECORD, PAPER)[0] == "under_way"
