"""钱到哪了、关系转到哪了、支付批次: the pages say where it is, who holds it, and never show a name at the desk."""

from datetime import date

from shebao.registry.models import Transfer
from shebao.registry.payables.payments import Standing
from shebao.registry.transfers.queries import Leg
from shebao.registry.transfers.queries import Standing as Moving
from shebao.web.pages import afterwards

DAY = date(2026, 11, 23)


def _standing(state: str, reason: str = "") -> Standing:
    return Standing(
        1, "survivor_benefit", 123456, False, 202611, state, DAY, "0404", reason, "BJ261123-000001"
    )


def test_what_the_bank_sent_back_stands_first_and_says_why() -> None:
    shown = afterwards.payments(
        [_standing("paid"), _standing("returned", "没有这个账号")], today=DAY, hidden=False
    )
    assert [row["word"] for row in shown["back"]] == ["银行退回"] and len(shown["rows"]) == 1
    assert shown["back"][0]["lines"] == ["1,234.56 元", "原因：没有这个账号。"]
    assert shown["rows"][0]["url"] == "/cases/BJ261123-000001/"
    assert "1,234.56" not in str(afterwards.payments([_standing("paid")], today=DAY, hidden=True))


def test_what_begins_next_month_says_when() -> None:
    pension = Standing(1, "pension", 263187, True, 202612, "approved", None, "", "", "BJ261123-000001")
    (row,) = afterwards.payments([pension], today=DAY, hidden=False)["rows"]
    assert row["lines"] == ["2026年12月起，每月 2,631.87 元", "到 2026年12月再交给银行。"]


def test_a_transfer_says_who_holds_it_until_when() -> None:
    row = Transfer(insurance=110, direction="in", region="310000", stage="letter_sent", months=0, case_no="",
                   requested_on=DAY, due_on=DAY)  # fmt: skip
    legs = (
        Leg("letter", "审核并发联系函", "here", DAY, DAY, DAY, False),
        Leg("hand_over", "转出地核对并划转", "there", DAY, date(2026, 12, 14), None, True),
    )
    (shown,) = afterwards.transfers([Moving(row, legs, "")], today=DAY)["rows"]
    assert shown["word"] == "在转" and shown["lines"] == ["从上海市转来"]
    assert [leg["holder"] for leg in shown["legs"]] == ["我们这边", "对方经办机构"]
    assert "最晚" in shown["legs"][1]["when"] and "催" in shown["legs"][1]["late"]
