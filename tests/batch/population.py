"""Many plain people for runs: a person, enrolments and one month of contributions each, made by the server itself."""

from collections.abc import Sequence

import psycopg
from psycopg import sql

REGIONS = ["220100", "220200", "220300", "220400", "220500", "220600", "220700", "220800", "222400"]

STEPS = (
    "insert into privacy_subject (id) select g from generate_series({first}, {last}) g",
    """insert into registry_person (subject_id, sex, birth_date, region)
       select g, 1 + g % 2, date '1970-01-01' + (g % 12000)::int, ({regions}::text[])[1 + g % 9]
         from generate_series({first}, {last}) g""",
    """insert into registry_enrolment (subject_id, insurance, person_type, state, employer_id, since)
       select g, i, 'employee', 'active', 1 + g % {employers}, 202001
         from generate_series({first}, {last}) g, unnest({insurances}::smallint[]) i""",
    """insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,
                                          person_fen, subsidy_fen, employer_id, paid_on)
       select g, i, {month}, 0, 'normal', 'paid', 300000 + g::bigint * 7919 % 2500000, 0, 0, 0, 1 + g % {employers}, null
         from generate_series({first}, {last}) g, unnest({insurances}::smallint[]) i""",
)


def fill(
    superuser: str, people: int, *, month: int = 202610, insurances: Sequence[int] = (110, 210, 310)
) -> range:
    """Adds people after those who are there; returns their numbers. Foreign keys hold by construction."""
    with psycopg.connect(superuser, autocommit=True) as connection:
        (last,) = connection.execute("select coalesce(max(id), 0) from privacy_subject").fetchone() or (0,)
        (employers,) = connection.execute("select count(*) from registry_employer").fetchone() or (0,)
        connection.execute("set session_replication_role = replica")
        for step in STEPS:
            connection.execute(
                sql.SQL(step).format(
                    first=last + 1,
                    last=last + people,
                    employers=employers,
                    regions=sql.Literal(REGIONS),
                    insurances=sql.Literal(list(insurances)),
                    month=month,
                )
            )
        connection.execute(
            "select setval(pg_get_serial_sequence('privacy_subject', 'id'), %s)", [last + people]
        )
        for table in ("privacy_subject", "registry_person", "registry_enrolment", "registry_contribution"):
            connection.execute(sql.SQL("vacuum analyze {}").format(sql.Identifier(table)))
    return range(last + 1, last + people + 1)
