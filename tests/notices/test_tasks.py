"""Letters and calls: taken by a clerk, opened under her own entry, reported back; the chain can be read."""

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.notices import tasks
from shebao.notices.channels import letter, phone
from shebao.privacy import gate, vault
from tests import people
from tests.clauses.doors import rows, run, value
from tests.documents import pdf as paper
from tests.notices.conftest import forget_phone
from tests.notices.errands import chain, post


def at_paper(world, *subjects: int) -> list[int]:
    """Incident notices that neither push nor mail nor SMS could deliver."""
    numbers = []
    for subject in subjects:
        numbers.append(post(subject, template="incident"))
        forget_phone(subject)
    world.now.at = clock.now()
    world.work()
    return numbers


@pytest.mark.clause("JL-3.4-10")
def test_push_and_mail_fail_then_a_letter_then_a_call_and_the_report_shows_the_chain(world):
    me, clerk = people.citizen(), people.staff("clerk")
    world.browser(me)
    world.confirmed_mail(me)
    world.push.status, world.mail.refuse = 404, "550 no"
    number = post(template="incident")
    run(
        "delete from privacy_vault where subject_id = %s and item in ('person.phone', 'person.address')",
        people.CHUNMEI,
    )
    world.now.at = clock.now()
    world.work()

    assert tasks.waiting(clerk)["letter"] == (1, 0)
    assert letter.take(clerk) == 1
    with pytest.raises(Refusal):
        letter.print_batch(now=clock.now(), by=clerk)
    assert phone.take(clerk) == 1
    told = [(step.channel, step.state, step.error) for step in tasks.chain(number, clerk)]
    assert told == [
        ("push", "failed", "browser_gone"),
        ("email", "failed", "refused_550"),
        ("sms", "failed", "no_phone"),
        ("letter", "failed", "no_address"),
        ("phone", "sending", ""),
    ]


def test_letters_are_printed_by_who_took_them_and_each_is_an_entry(world, tmp_path):
    at_paper(world, people.CHUNMEI, people.YUANSHAN)
    clerk, other = people.staff("clerk"), people.staff("clerk")
    for subject in (people.CHUNMEI, people.YUANSHAN):
        give_address(subject)
    assert letter.take(clerk) == 2
    assert letter.take(other) == 0

    pdf, count, without = letter.print_batch(now=clock.now(), by=clerk)

    assert (count, without) == (2, 0)
    said = paper.text(pdf, tmp_path)
    assert value(people.CHUNMEI, "person.name") in said and "信息安全事件告知" in said
    assert ("notice.print", "allowed", "clerk") in people.entries(people.CHUNMEI, "notice.print")
    with pytest.raises(Refusal):
        letter.print_batch(now=clock.now(), by=other)
    assert letter.mailed(by=clerk) == 2
    assert rows("select distinct state from notices_delivery where channel = 'letter'") == [("sent",)]
    with pytest.raises(Refusal), gate.open(clerk, "notice.print", items=("person.address",), subject=people.CHUNMEI,
                                           case="message/1"):  # fmt: skip
        pass


def test_a_call_is_tried_three_times_and_then_given_up(world):
    (number,) = at_paper(world, people.CHUNMEI)
    run("update notices_delivery set channel = 'phone', rest = '{}' where channel = 'letter'")
    clerk = people.staff("clerk")
    with gate.open(
        people.citizen(), "identity.phone", items=("person.phone",), writes=("person.phone",)
    ) as grant:
        vault.write(grant, "person.phone", "13800000000")
    for _ in range(3):
        run("update notices_delivery set next_at = now() where state = 'queued'")
        assert phone.take(clerk) == 1
        call = phone.current(clerk)
        assert call is not None and call.number == "13800000000" and call.lines
        phone.report(call.delivery, outcome="no_answer", by=clerk)
    assert chain(number)[-1] == ("phone", "gave_up", "no_answer")


def test_nobody_reports_anothers_call_and_only_clerks_take_them(world):
    at_paper(world, people.CHUNMEI)
    run("update notices_delivery set channel = 'phone', rest = '{}' where channel = 'letter'")
    clerk = people.staff("clerk")
    phone.take(clerk)
    (held,) = tasks.held("phone", clerk)
    with pytest.raises(Refusal):
        phone.report(held.delivery, outcome="told", by=people.staff("clerk"))
    for role in ("auditor", "security_officer"):
        with pytest.raises(Refusal):
            phone.take(people.staff(role))
    with pytest.raises(Refusal):
        phone.take(people.citizen(people.YUANSHAN))


def test_what_nobody_reported_back_waits_again(world):
    (number,) = at_paper(world, people.CHUNMEI)
    letter.take(people.staff("clerk"))
    world.now.turn(days=8)
    world.courier.run()
    assert chain(number)[-1] == ("letter", "queued", "worker_lost")


def give_address(subject: int) -> None:
    sealed = vault.seal(subject, "person.address", "长春市某路 1 号")
    run("insert into privacy_vault (subject_id, item, key_class, ciphertext) values (%s, 'person.address', 'statutory', %s)"
        " on conflict (subject_id, item) do update set ciphertext = excluded.ciphertext", subject, sealed)  # fmt: skip
