"""Phone and e-mail change only after both ends are proved, or a supervisor has looked; the history stays."""

from datetime import timedelta

import pytest

from shebao.base import clock
from shebao.base.refusal import Refusal
from shebao.identity import acting, confirming, contacts, reviews
from shebao.identity.deciding import EFFECTS
from shebao.privacy import gate
from shebao.synth import demonstration
from tests import people
from tests.conftest import Installation
from tests.identity.people import rows, run
from tests.identity.post import Posted
from tests.identity.test_codes import HERE, PHONE, refused, verified

NEW = "13912340002"


def start(
    post: Posted, *, lost: bool = False, value: str = NEW, by: gate.Actor | None = None
) -> contacts.Change:
    return contacts.start(
        by or people.citizen(),
        item="person.phone",
        value=value,
        lost=lost,
        source=HERE,
        now=clock.now(),
        post=post,
    )


def name_and_number(subject: int) -> tuple[str, str]:
    line = next(one for one in demonstration.logins() if one.get("subject") == subject)
    from shebao.privacy import vault

    with gate.open(
        people.citizen(subject), "privacy.export", items=("person.name", "person.id_number")
    ) as grant:
        values = vault.read(grant, ("person.name", "person.id_number"))
    assert values["person.name"] == line["name"]
    return values["person.name"], values["person.id_number"]


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.3.1-02")
def test_old_and_new_number_are_both_proved_and_the_history_keeps_the_change(shebao: Installation) -> None:
    post, by = Posted(), people.citizen()
    verified(post=post)
    change = start(post)
    right = {"code_new": post.code(NEW), "code_old": post.code(PHONE)}
    for field, other in (("code_old", "code_new"), ("code_new", "code_old")):
        with pytest.raises(Refusal) as no:
            contacts.finish(by, change, **(right | {field: ""}), now=clock.now())
        assert no.value.field == field
        assert contacts.current(by)["person.phone"] == PHONE
        run("delete from identity_code")
        change = start(post)
        right = {"code_new": post.code(NEW), "code_old": post.code(PHONE)}
        assert other in right
    assert contacts.finish(by, change, **right, now=clock.now()) == "done"
    assert contacts.current(by)["person.phone"] == NEW
    told = [(one.item, one.how, one.state, one.tail) for one in contacts.history(by)]
    assert told[:2] == [
        ("person.phone", "both", "done", NEW[-4:]),
        ("person.phone", "new", "done", PHONE[-4:]),
    ]
    assert ("identity.contact", "allowed", "citizen") in people.entries(people.CHUNMEI)


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-1.3.1-02")
def test_a_lost_number_takes_the_real_name_and_a_supervisor(shebao: Installation) -> None:
    post, by = Posted(), people.citizen()
    verified(post=post)
    name, number = name_and_number(people.CHUNMEI)
    change = start(post, lost=True)
    assert change.old is None
    refused("invalid_input", contacts.finish, by, change, code_new=post.code(NEW), name="周远山", id_number=number,
            now=clock.now())  # fmt: skip
    state = contacts.finish(by, change, code_new=post.code(NEW), name=name, id_number=number, now=clock.now())
    assert state == "review"
    assert contacts.current(by)["person.phone"] == PHONE
    (waiting,) = reviews.waiting(people.staff("clerk"))
    given = {"approve": True, "reason": "核对了本人", "effects": EFFECTS, "post": post, "now": clock.now()}
    refused("purpose_not_allowed", reviews.decide, waiting.no, by=people.staff("clerk"), **given)
    reviews.decide(waiting.no, by=people.staff("supervisor"), **given)  # type: ignore[arg-type]
    assert contacts.current(by)["person.phone"] == NEW
    assert contacts.history(by)[0].how == "fallback"
    assert post.templates()[-1] == "account.reviewed"
    refused("not_found", reviews.decide, waiting.no, by=people.staff("supervisor"), **given)


def test_a_number_bound_to_somebody_else_is_refused(shebao: Installation) -> None:
    post = Posted()
    verified(people.YUANSHAN, NEW, post)
    verified(people.CHUNMEI, PHONE, post)
    change = start(post)
    refused("conflict", contacts.finish, people.citizen(), change, code_new=post.code(NEW), code_old=post.code(PHONE),
            now=clock.now())  # fmt: skip
    assert contacts.current(people.citizen())["person.phone"] == PHONE


def test_an_old_change_and_a_strangers_change_are_refused(shebao: Installation) -> None:
    post, by = Posted(), people.citizen()
    verified(post=post)
    change = start(post)
    codes = {"code_new": post.code(NEW), "code_old": post.code(PHONE)}
    refused(
        "precondition_unmet",
        contacts.finish,
        people.citizen(people.YUANSHAN),
        change,
        **codes,
        now=clock.now(),
    )
    late = clock.now() + timedelta(minutes=31)
    refused("precondition_unmet", contacts.finish, by, change, **codes, now=late)


def test_mail_is_proved_by_a_code_too(shebao: Installation) -> None:
    post, by, mail = Posted(), people.citizen(), "he@example.cn"
    run("delete from privacy_vault where subject_id = %s and item = 'person.email'", people.CHUNMEI)
    refused("invalid_input", contacts.start, by, item="person.email", value="keine Post", lost=False, source=HERE,
            now=clock.now(), post=post)  # fmt: skip
    change = contacts.start(
        by, item="person.email", value=mail, lost=False, source=HERE, now=clock.now(), post=post
    )
    assert contacts.finish(by, change, code_new=post.code(mail), now=clock.now()) == "done"
    assert contacts.current(by)["person.email"] == mail
    assert (
        rows("select 1 from privacy_blind where purpose = 'phone' and subject_id = %s", people.CHUNMEI) == []
    )


def test_nobody_changes_the_number_of_the_person_she_stands_in_for(shebao: Installation) -> None:
    mother = people.citizen(people.WANQING)
    acting.choose(mother, reach_id=acting.choices(mother)[0].reach_id)
    refused("out_of_reach", start, Posted(), by=gate.actor_of(mother.token))


@pytest.mark.profile("guangxi")
@pytest.mark.clause("GX-5-06")
def test_the_confirmation_is_kept_with_the_account_and_asked_on_every_device(shebao: Installation) -> None:
    here, elsewhere = people.citizen(), people.citizen()
    start(Posted(), by=here)
    run("delete from identity_code")
    confirming.choose(here, on=True)
    for device in (here, elsewhere, people.citizen()):
        refused("step_up_required", start, Posted(), by=device)
    refused("step_up_required", confirming.choose, elsewhere, on=False)
    start(Posted(), by=people.citizen(level=2))
