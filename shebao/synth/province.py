"""Builds the invented province: the registry in one transaction, chunk by chunk, flat in memory."""

from collections.abc import Callable
from dataclasses import astuple, fields
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from django.conf import settings
from django.db import connections, transaction

from shebao.base.clock import today_in_china
from shebao.base.refusal import Refusal
from shebao.privacy import policy, register
from shebao.synth import (
    cards,
    cast,
    demonstration,
    enrolments,
    history,
    offices,
    payments,
    pensions,
    sealing,
    stream,
    treatment,
)  # fmt: skip
from shebao.synth.balances import Ledger
from shebao.synth.careers import careers
from shebao.synth.people import CHUNK, Crowd, capacity, crowd, draw
from shebao.synth.world import Institution, World, registered_on, world

Progress = Callable[[int, int], None]
SEED = 20260101
PEOPLE = 2000
SPARE_PEOPLE = 5
# Businesses that are no employers yet: name, legal representative of the cast (None: somebody not on file here).
SPARE_BUSINESSES = (("晨露试办商贸有限公司", 1), ("远岸试办科技有限公司", None))
PERSON = ("subject_id", "sex", "birth_date", "region")
BENEFIT = ("subject_id", "kind", "month", "amount_fen", "paid_on")
ACCOUNT = ("subject_id", "kind", "opened", "balance_fen", "balance_on")
YEAR = (
    "subject_id", "kind", "year", "opening_fen", "credit_fen", "interest_fen", "spent_fen", "closing_fen",
    "rate", "provisional",
)  # fmt: skip


def build(
    people: int = PEOPLE,
    seed: int = SEED,
    profile: str = "",
    today: date | None = None,
    progress: Progress | None = None,
) -> None:
    """Fills an empty installation. The same seed, count and day give the same rows; sealed values and
    credentials differ. Refuses an installation that has people, and more people than ID numbers.
    """
    demonstration.refuse_in_production()
    now = datetime.now(UTC)
    place = world(people=people, profile=profile or settings.PROFILE, today=today or today_in_china(now))
    deal = crowd(place, seed)
    if people < cast.count(place.axis.today) or people > capacity(place, deal):
        raise Refusal(
            "invalid_input", f"人数要在 {cast.count(place.axis.today)} 到 {capacity(place, deal)} 之间。"
        )
    _furnish(now)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        _refuse_inhabited(cursor)
        _forget_stray_keys(people)
        _places(cursor, place, people)
        cursor.execute("set constraints all immediate")
        with stream.bare(cursor):
            _population(cursor, place, deal, people, progress or _silent)
        _businesses(cursor, place)
        stream.number_on(cursor)
    _open(place, deal, people, now)
    stream.tidy()


def _open(place: World, deal: Crowd, people: int, now: datetime) -> None:
    """Accounts that can log in at once, a past worth looking at, and the file that tells the passwords."""
    first = cast.count(place.axis.today)
    crew = draw(place, deal, 0, min(CHUNK, people))
    cast.join(place, crew)
    staff, actors = demonstration.staff_logins(now=now)
    history.write(place, actors, now=now)
    citizens = demonstration.citizen_logins(place, crew.numbers, now=now)
    spare = demonstration.unregistered(crew.names, crew.numbers, first, SPARE_PEOPLE)
    offices.slots(now)
    demonstration.keep(citizens + staff, spare)


def _silent(_done: int, _all: int) -> None:
    return None


def _furnish(now: datetime) -> None:
    """Register and policies in force, without which no log-in and no gate would work."""
    book = register.current()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        if register.active_version(cursor) is None:
            register.sync(cursor, book, now=now, today=today_in_china(now))
            policy.install(register=book, now=now)


def _refuse_inhabited(cursor: Any) -> None:
    cursor.execute("lock table privacy_subject in exclusive mode")
    cursor.execute("select exists (select 1 from privacy_subject)")
    if cursor.fetchone()[0]:
        raise Refusal("conflict", "这里已经有参保人的数据，没有再造。请换一个空的安装。")


def _forget_stray_keys(people: int) -> None:
    """Keys left by a build that was cut off; nothing was ever sealed with them that stayed."""
    with connections["keys"].cursor() as cursor:
        cursor.execute("delete from person_key where subject_id <= %s", [people])


def _places(cursor: Any, place: World, people: int) -> None:
    """Employers, a subject each after the persons; institutions; offices."""
    stream.rows(cursor, "privacy_subject", ("id",), ((people + at,) for at in range(1, place.employers + 1)))
    stream.rows(
        cursor, "registry_employer",
        ("id", "subject_id", "uscc", "name", "region", "industry", "injury_class", "state", "registered_on"),
        (
            (
                number, people + number, place.employer_code(number), place.employer_name(number),
                place.divisions[int(place.employer_city[number])], place.trade(number),
                int(place.employer_class[number]), "active", registered_on(number),
            )
            for number in range(1, place.employers + 1)
        ),
    )  # fmt: skip
    stream.rows(
        cursor, "registry_institution", tuple(field.name for field in fields(Institution)),
        (astuple(one) for one in place.institutions),
    )  # fmt: skip
    cursor.execute("delete from appointments_office")
    stream.rows(cursor, "appointments_office", offices.NAMES, offices.offices(place))
    stream.rows(cursor, "appointments_window", offices.WINDOWS, offices.windows(place))


def _businesses(cursor: Any, place: World) -> None:
    """The shared registration of businesses: every employer, and two that are not registered here yet."""
    cursor.execute(
        "insert into registry_business (uscc, name, region, industry, injury_class, registered_on)"
        " select uscc, name, region, industry, injury_class, registered_on from registry_employer"
    )
    cursor.executemany(
        "insert into registry_business (uscc, name, region, industry, injury_class, registered_on, legal_id)"
        " select %s, %s, region, industry, injury_class, %s, %s from registry_employer where id = 1",
        [
            (place.spare_code(number), name, registered_on(1), legal)
            for number, (name, legal) in enumerate(SPARE_BUSINESSES)
        ],
    )


def _population(cursor: Any, place: World, deal: Crowd, people: int, progress: Progress) -> None:
    enrolment, claim = 1, 1
    for first in range(0, people, CHUNK):
        count = min(CHUNK, people - first)
        enrolment, claim = _chunk(cursor, place, deal, first, count, enrolment, claim)
        progress(first + count, people)


def _chunk(
    cursor: Any, place: World, deal: Crowd, first: int, count: int, enrolment: int, claim: int
) -> tuple[int, int]:
    """One chunk of people with everything that is theirs; returns the next free row numbers."""
    crew = draw(place, deal, first, count)
    fixed, visits = cast.join(place, crew) if first == 0 else ({}, [])
    told = careers(place, crew, fixed)
    paid = payments.payments(place, crew, told, set(cast.jobs(place)))
    ledger = Ledger()
    drawn = pensions.pensions(place, crew, told, paid, ledger)
    claims = treatment.treatment(place, crew, told, paid, visits, ledger)
    subject = crew.subject.tolist()
    stream.columns(cursor, "privacy_subject", pa.table({"id": crew.subject}))
    stream.columns(cursor, "registry_person", _persons(place, crew.subject, crew))
    rows = list(enrolments.enrolments(place, crew, told, enrolment))
    stream.rows(cursor, "registry_enrolment", enrolments.NAMES, rows)
    stream.columns(cursor, "registry_contribution", paid.table(crew))
    accounts = sorted(ledger.accounts)
    stream.columns(cursor, "registry_account", _table(ACCOUNT, accounts, subject))
    stream.columns(cursor, "registry_accountyear", _table(YEAR, sorted(ledger.years), subject))
    stream.columns(cursor, "registry_benefit", _table(BENEFIT, sorted(drawn.benefits), subject))
    settled, detail = claims.tables(crew, claim)
    stream.columns(cursor, "registry_claim", settled)
    stream.columns(cursor, "registry_claimdetail", detail)
    cards.issue(cursor, place, crew.subject)
    sealing.seal(cursor, place, crew)
    return enrolment + len(rows), claim + settled.num_rows


def _persons(place: World, subject: Any, crew: Any) -> pa.Table:
    return pa.table(
        {
            "subject_id": subject,
            "sex": crew.sex,
            "birth_date": pa.array(crew.birth.astype("int32")).cast(pa.date32()),
            "region": [place.divisions[city] for city in crew.city.tolist()],
        }
    )


def _table(names: tuple[str, ...], rows: list[Any], subject: list[int]) -> pa.Table:
    """Rows whose first value is a person's row number; days are days since 1970."""
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    data = {"subject_id": pa.array([subject[row] for row in columns[0]], pa.int64())}
    for name, values in zip(names[1:], columns[1:], strict=True):
        if name in ("paid_on", "balance_on"):
            data[name] = pa.array(values, pa.int32()).cast(pa.date32())
        else:
            data[name] = pa.array(values)
    return pa.table(data)
