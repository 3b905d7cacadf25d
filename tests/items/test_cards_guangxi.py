"""广西: one card serves all insurances, so whoever can get and activate it here can also report, find and replace it."""

from shebao.items import catalogue
from tests import people
from tests.conftest import Installation
from tests.items.doing import done, granted, refused, sent

PROFILE = "guangxi"


def test_a_lost_card_is_reported_replaced_and_activated_again(standing: Installation) -> None:
    by = people.citizen(people.CHUNMEI)
    assert done("card-loss", by).text == "已挂失，这张卡现在不能用。"
    assert refused("card-activate", by)[0] == "wrong_state"
    done("card-found", by)
    done("card-password", by)
    done("card-loss", by)
    granted(sent("card-replace", by, {"why": "lost", "way": "office"}))
    done("card-activate", by)


def test_what_follows_an_item_is_offered_where_the_item_is(standing: Installation) -> None:
    """The voucher of medical insurance is another one; the electronic social security card stays with the others."""
    offered = {item.code for item in catalogue.offered()}
    assert {
        "card-issue",
        "card-activate",
        "card-loss",
        "card-found",
        "card-replace",
        "card-password",
    } <= offered
    assert not offered & {"card-electronic", "card-electronic-end"}
