"""家庭共济: offered by one, agreed to by the other in her own account, ended by either; nobody learns who is on file."""

from datetime import date, timedelta

from django.db import connections

from shebao.items import catalogue, handling, pooling
from shebao.rules.medical import account
from tests import people
from tests.conftest import Installation
from tests.items.business import NOW, apply, filings, newborn, number_of, refused, unsent

PROFILE = "guangxi"
OWNER, MEMBER, STRANGER = people.CHUNMEI, people.YUANSHAN, people.WANQING
NAMES = {OWNER: "何春梅", MEMBER: "周远山", STRANGER: "苏晚晴", 7: "其其格·白音", people.CHANGHE: "孙长河"}


def offer(who: int, *, name: str = "", relation: str = "spouse") -> dict[str, str]:
    return {
        "relation": relation, "member_name": name or NAMES[who], "member_id": number_of(who), "aware": "yes",
    }  # fmt: skip


def agreement(owner: int) -> dict[str, str]:
    return {"owner_name": NAMES[owner], "owner_id": number_of(owner), "agree": "yes"}


def ending(other: int) -> dict[str, str]:
    return {"other_name": NAMES[other], "other_id": number_of(other)}


def told(who: int) -> list[str]:
    """Messages about sharing an account, oldest first."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("select template from notices_message where subject_id = %s order by id", [who])
        return [row[0] for row in cursor.fetchall() if row[0].startswith("pool.")]


def test_an_offer_nobody_answers_ends_by_itself(standing: Installation) -> None:
    by = people.citizen(OWNER)
    apply("family-pool", offer(7), by=by)
    late = NOW + timedelta(days=pooling.days() + 1)
    assert pooling.expire(now=NOW + timedelta(days=pooling.days())) == 0
    field, _ = unsent("family-pool-agree", agreement(OWNER), by=people.citizen(7), now=late)
    assert field == "not_invited", "an old offer does not hold, even before the worker has ended it"
    assert pooling.expire(now=late) == 2 and pooling.expire(now=late) == 0
    assert filings(OWNER, "family-pool")[0][0] == "expired"
    assert told(OWNER) == ["pool.expired"] and told(7)[-2:] == ["pool.invited", "pool.expired"]
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from registry_filing where kind = 'family-pool'")
        cursor.execute("delete from notices_delivery; delete from notices_message")


def test_nothing_holds_before_the_other_agrees_and_either_may_end_it(standing: Installation) -> None:
    owner, member = people.citizen(OWNER), people.citizen(MEMBER)
    receipt = apply("family-pool", offer(MEMBER), by=owner)
    assert receipt.effect.text == "已发起。对方同意以后才生效。"
    assert filings(OWNER, "family-pool") == [
        ("pending", date(2026, 11, 23), None, {"relation": "spouse"}, MEMBER)
    ]
    assert filings(MEMBER, "family-pool-member") == []
    field, said = unsent("family-pool", offer(MEMBER), by=owner)
    assert (field, said) == ("already_bound", "和这位家人已经绑定，或者在等对方同意。（国办发〔2021〕14号）")

    field, said = unsent("family-pool-agree", agreement(OWNER), by=people.citizen(STRANGER))
    assert (field, said) == (
        "not_invited",
        "没有查到这位家人的邀请。请核对姓名和身份证号，或者请家人先发起。（国办发〔2021〕14号）",
    )
    assert filings(OWNER, "family-pool")[0][0] == "pending"

    seen = len(people.entries(OWNER, "handle.account"))
    done = apply("family-pool-agree", agreement(OWNER), by=member)
    assert done.effect.text == "已绑定，马上能用。"
    assert filings(OWNER, "family-pool")[0][0] == filings(MEMBER, "family-pool-member")[0][0] == "active"
    assert len(people.entries(OWNER, "handle.account")) == seen + 1
    assert unsent("family-pool-agree", agreement(OWNER), by=member)[0] == "not_invited"

    assert told(OWNER) == ["pool.bound"] and told(MEMBER) == ["pool.invited", "pool.bound"]
    apply("family-pool-end", ending(OWNER), by=member)
    assert told(OWNER)[-1] == told(MEMBER)[-1] == "pool.ended"
    assert filings(OWNER, "family-pool")[0][0] == filings(MEMBER, "family-pool-member")[0][0] == "ended"
    field, said = unsent("family-pool-end", ending(MEMBER), by=owner)
    assert (field, said) == (
        "not_bound",
        "您和这位家人没有共济，不用取消。请核对姓名和身份证号。（国办发〔2021〕14号）",
    )


def test_the_owner_takes_an_offer_back_before_anyone_agreed(standing: Installation) -> None:
    owner = people.citizen(people.CHANGHE)
    apply("family-pool", offer(7), by=owner)
    apply("family-pool-end", ending(7), by=owner)
    assert [row[0] for row in filings(people.CHANGHE, "family-pool")] == ["ended"]
    assert unsent("family-pool-agree", agreement(people.CHANGHE), by=people.citizen(7))[0] == "not_invited"
    apply("family-pool", offer(7, relation="sibling"), by=owner)
    apply("family-pool-agree", agreement(people.CHANGHE), by=people.citizen(7))
    apply("family-pool-end", ending(7), by=owner)
    assert filings(7, "family-pool-member")[0][0] == "ended"


def test_an_offer_to_nobody_says_the_same_words(standing: Installation) -> None:
    by = people.citizen(people.QINGHE)
    known = apply("family-pool", offer(STRANGER), by=by)
    unknown = apply("family-pool", offer(MEMBER, name="查无此人"), by=by)
    assert known.effect == unknown.effect
    assert told(STRANGER)[-1] == "pool.invited", "she has an account"
    assert "pool.invited" not in told(people.QINGHE)
    assert filings(people.QINGHE, "family-pool")[1][4] is None


def test_only_the_relations_of_the_rule_can_be_chosen(standing: Installation) -> None:
    offered = catalogue.item("family-pool").questions[0].choices.values()
    assert set(offered) == set(account.FAMILY)


def test_what_is_refused(standing: Installation) -> None:
    field, said = refused(handling.start, "family-pool", now=NOW, by=people.citizen(7))
    assert (field, said) == (
        "no_account",
        "您没有职工医保个人账户，或者账户里没有钱，不能发起。（国办发〔2021〕14号）",
    )
    mine = offer(STRANGER) | {"member_name": "苏晚晴"}
    field, said = unsent("family-pool", mine, by=people.citizen(STRANGER))
    assert (field, said) == ("self", "这是您自己的身份证号，请改成家人的。（国办发〔2021〕14号）")


def test_a_person_without_cover_does_not_agree(standing: Installation) -> None:
    child = newborn(people.citizen(STRANGER), date(2026, 11, 20))
    field, said = refused(handling.start, "family-pool-agree", now=NOW, by=child)
    assert (field, said) == (
        "not_insured",
        "您现在没有参加医保，参加以后才能用家人的账户。（国办发〔2021〕14号）",
    )
