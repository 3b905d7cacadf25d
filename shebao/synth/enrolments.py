"""Enrolments (参保登记) of a chunk: every spell in every insurance it brought."""

from collections.abc import Iterator

from shebao.synth.axis import day_of, month_at, position
from shebao.synth.careers import EMPLOYEE, NEVER, RESIDENT_COVER, Careers, Spell
from shebao.synth.payments import (
    FIRST_RESIDENT_COVER,
    INJURY,
    JOBLESS,
    MATERNITY,
    MEDICAL,
    PENSION,
    RESIDENT_MEDICAL,
    RESIDENT_PENSION,
)  # fmt: skip
from shebao.synth.people import People
from shebao.synth.world import World

NAMES = ("id", "subject_id", "insurance", "person_type", "state", "employer_id", "since", "until", "reason")
WITH_A_JOB = (PENSION, JOBLESS, MEDICAL, INJURY, MATERNITY)
MERGED = "2020年起随职工医保一并缴费"
Row = tuple[int, int, int, str, str, int | None, int, int | None, str]


def enrolments(world: World, people: People, told: Careers, first_id: int) -> Iterator[Row]:
    """Rows of registry_enrolment in order of person, in the insurances that the deployment offers."""
    number = first_id
    of: dict[int, list[Spell]] = {}
    for spell in told.spells:
        of.setdefault(spell.person, []).append(spell)
    for person, spells in of.items():
        subject = people.first + person + 1
        retired = told.retired.get(person, 0)
        for row in _rows(world, people, person, spells, retired):
            if row[0] in world.offered:
                yield (number, subject, *row)
                number += 1


def _rows(
    world: World, people: People, person: int, spells: list[Spell], retired: int
) -> Iterator[tuple[int, str, str, int | None, int, int | None, str]]:
    for at, spell in enumerate(spells):
        later = at + 1 < len(spells)
        if spell.kind == RESIDENT_COVER:
            yield from _resident(world, people, person, spell)
            continue
        until = None if spell.until == NEVER else int(month_at(spell.until))
        ended = "terminated" if later or retired else "suspended"
        state = "active" if until is None else ended
        who = "employee" if spell.kind == EMPLOYEE else "flexible"
        reason = _reason(spells, at, retired) if until else ""
        since = int(month_at(spell.since))
        insurances = WITH_A_JOB if spell.kind == EMPLOYEE else (PENSION, MEDICAL)
        for insurance in (PENSION,) if spell.moved else insurances:
            note = MERGED if insurance == MATERNITY and state == "active" else reason
            yield insurance, who, state, (None if spell.moved else spell.employer or None), since, until, note
    if retired:
        for insurance in (PENSION, MEDICAL):
            yield (
                insurance,
                "retired",
                "retired",
                None,
                int(month_at(position(retired) + 1)),
                None,
                "办理退休",
            )


def _resident(
    world: World, people: People, person: int, spell: Spell
) -> Iterator[tuple[int, str, str, int | None, int, int | None, str]]:
    born = day_of(int(people.birth[person]))
    since = int(month_at(spell.since))
    turn = (born.year + 60) * 100 + born.month
    if world.axis.today.year - born.year > 16 or since // 100 - born.year >= 16:
        if turn > since:
            drawing = turn < int(month_at(world.axis.current))
            state, until = ("terminated", turn) if drawing else ("active", None)
            yield RESIDENT_PENSION, "resident", state, None, since, until, "到龄领取待遇" if drawing else ""
        if turn < int(month_at(world.axis.current)):
            yield RESIDENT_PENSION, "retired", "retired", None, max(turn, since), None, "到龄领取待遇"
    covered = max(since, FIRST_RESIDENT_COVER * 100 + 1)
    yield RESIDENT_MEDICAL, "resident", "active", None, covered, None, ""


def _reason(spells: list[Spell], at: int, retired: int) -> str:
    if at + 1 == len(spells):
        return "办理退休" if retired else "解除劳动合同"
    following = spells[at + 1]
    if spells[at].moved:
        return "关系转入本地"
    if following.kind != EMPLOYEE:
        return "转为灵活就业"
    return "换单位" if following.since == spells[at].until else "解除劳动合同"
