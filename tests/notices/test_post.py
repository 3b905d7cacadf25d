"""Posting: in the caller's transaction, under an entry about the person, and only what she takes."""

import pytest
from django.db import DatabaseError, connections, transaction

from shebao.base.refusal import Refusal
from shebao.notices import actions, sealing
from shebao.privacy import aead, gate, keys
from tests import people
from tests.clauses.doors import rows, run

DECIDED = {"item": "退休申请", "case": "YB26-1103-0482", "result": "通过"}


def posted(subject: int = people.CHUNMEI, template: str = "case.decided", **params: object) -> int:
    """A message posted the way other rooms do it: under the person's own visit."""
    with gate.open(people.citizen(subject), "inbox.read", items=("message.text",)):
        return actions.post(subject=subject, template=template, params=params or DECIDED, case="c-1")  # type: ignore[arg-type]


def test_a_message_and_its_first_step_stand_together(shebao):
    number = posted()

    assert rows(
        "select m.subject_id, m.template, m.category, d.channel, d.state, d.rest from notices_message m"
        " join notices_delivery d on d.message_id = m.id where m.id = %s",
        number,
    ) == [(people.CHUNMEI, "case.decided", "important", "push", "queued", ["email", "sms", "letter"])]


def test_the_parameters_are_sealed_with_the_persons_key(shebao):
    number = posted()
    ((key_class, box),) = rows("select key_class, params from notices_message where id = %s", number)

    assert b"0482" not in bytes(box)
    assert sealing.opened(people.CHUNMEI, actions.PARAMS, key_class, bytes(box)) == DECIDED
    with pytest.raises((aead.Unreadable, keys.Destroyed)):
        sealing.opened(people.YUANSHAN, actions.PARAMS, key_class, bytes(box))


def test_without_an_entry_about_the_person_nothing_is_posted(shebao):
    with pytest.raises(DatabaseError, match="no entry"), transaction.atomic():
        actions.post(subject=people.CHUNMEI, template="case.decided", params=DECIDED)
    with (
        pytest.raises(DatabaseError, match="no entry"),
        gate.open(people.citizen(people.YUANSHAN), "inbox.read", items=("message.text",)),
    ):
        actions.post(subject=people.CHUNMEI, template="case.decided", params=DECIDED)
    assert rows("select count(*) from notices_message") == [(0,)]


def test_a_transaction_that_fails_leaves_no_message(shebao):
    with pytest.raises(RuntimeError), gate.open(people.citizen(), "inbox.read", items=("message.text",)):
        actions.post(subject=people.CHUNMEI, template="case.decided", params=DECIDED)
        raise RuntimeError
    assert rows("select count(*) from notices_message, notices_delivery") == [(0,)]


@pytest.mark.parametrize(
    "params", [{}, DECIDED | {"more": "1"}, DECIDED | {"case": True}, DECIDED | {"case": 1.5}]
)
def test_wrong_parameters_are_refused(shebao, params):
    with pytest.raises(Refusal), gate.open(people.citizen(), "inbox.read", items=("message.text",)):
        actions.post(subject=people.CHUNMEI, template="case.decided", params=params)


def test_after_cancellation_the_law_still_reaches_the_person(shebao):
    keys.destroy(people.CHUNMEI, ["account"])

    number = posted()

    assert rows("select key_class from notices_message where id = %s", number) == [("statutory",)]


def test_the_database_itself_refuses_promotion_to_a_phone_number(shebao):
    with (
        pytest.raises(DatabaseError, match="phone number"),
        gate.open(people.citizen(), "inbox.read", items=("message.text",)),
        connections["default"].cursor() as cursor,
    ):
        cursor.execute(
            "select notices.post(%s, 'x', 1, 'promotion', false, '', 'account', '', '{sms}'::text[], 10, null, null)",
            [people.CHUNMEI],
        )


def test_no_role_reads_messages_without_an_entry(shebao):
    posted()
    for alias in ("default", "worker"):
        with connections[alias].cursor() as cursor:
            cursor.execute("select count(*) from notices_message")
            assert cursor.fetchone() == (0,)
    run("select 1")
