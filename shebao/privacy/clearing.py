"""Takes away what the installer makes (函数、触发器、行级规则、权限), so that nothing of an earlier version stays.

Tables, sequences and their content are left alone. Nothing is dropped with what depends on it: an index or a
constraint that rests on one of our functions stops the upgrade and is named.
"""

from typing import Any

from psycopg import sql

OURS = "select oid from pg_namespace where nspname <> 'information_schema' and nspname !~ '^pg_'"
NO_EXTENSION = (
    "not exists (select 1 from pg_depend x where x.objid = {}.oid and x.deptype = 'e'"
    " and x.classid = '{}'::regclass)"
)
DEFAULTS = f"""
select c.oid::regclass::text, a.attname
  from pg_depend d
  join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
  join pg_proc p on d.refclassid = 'pg_proc'::regclass and p.oid = d.refobjid and p.pronamespace in ({OURS})
  join pg_class c on c.oid = f.adrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = f.adnum
"""
TRIGGERS = f"""
select t.tgname, c.oid::regclass::text from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where not t.tgisinternal and c.relnamespace in ({OURS})
"""
POLICIES = "select polname, polrelid::regclass::text from pg_policy"
GUARDED = "select oid::regclass::text from pg_class where relrowsecurity or relforcerowsecurity"
VIEWS = f"""
select case relkind when 'v' then 'view' else 'materialized view' end, c.oid::regclass::text from pg_class c
 where relkind in ('v', 'm') and relnamespace in ({OURS}) and {NO_EXTENSION.format("c", "pg_class")}
"""
ROUTINES = f"""
select p.oid::regprocedure::text from pg_proc p
 where pronamespace in ({OURS}) and {NO_EXTENSION.format("p", "pg_proc")}
"""
GRANTS = f"""
select distinct case relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass::text, a.grantee
  from pg_class c, aclexplode(c.relacl) a where c.relnamespace in ({OURS}) and a.grantee <> c.relowner
union
select distinct 'table', c.oid::regclass::text, a.grantee
  from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
 where c.relnamespace in ({OURS}) and a.grantee <> c.relowner
union
select distinct 'schema', quote_ident(n.nspname), a.grantee
  from pg_namespace n, aclexplode(n.nspacl) a
 where n.oid in ({OURS}) and n.nspname <> 'public' and a.grantee <> n.nspowner
"""
PROMISED = """
select distinct case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                     when 'T' then 'types' else 'schemas' end,
       case when d.defaclnamespace = 0 then '' else 'in schema ' || d.defaclnamespace::regnamespace::text end, a.grantee
  from pg_default_acl d, aclexplode(d.defaclacl) a
 where d.defaclrole = (select oid from pg_roles where rolname = current_user) and a.grantee <> d.defaclrole
   and not (a.grantee = 0 and d.defaclobjtype = 'T')
"""
EMPTY = f"""
select quote_ident(nspname) from pg_namespace n
 where oid in ({OURS}) and nspname <> 'public' and nspname <> all(%s)
   and pg_get_userbyid(nspowner) = current_user
   and not exists (select 1 from pg_class where relnamespace = n.oid)
   and not exists (select 1 from pg_type where typnamespace = n.oid)
"""


def clear(cursor: Any, *, rooms: tuple[str, ...]) -> None:
    """Leaves tables and sequences that nobody but the owner may touch. `rooms`: schemas that are kept."""
    for table, column in _rows(cursor, DEFAULTS):
        cursor.execute(f"alter table {table} alter column {_name(column)} drop default")
    for trigger, table in _rows(cursor, TRIGGERS):
        cursor.execute(f"drop trigger {_name(trigger)} on {table}")
    for policy, table in _rows(cursor, POLICIES):
        cursor.execute(f"drop policy {_name(policy)} on {table}")
    for (table,) in _rows(cursor, GUARDED):
        cursor.execute(f"alter table {table} disable row level security, no force row level security")
    for kind, view in _rows(cursor, VIEWS):
        cursor.execute(f"drop {kind} if exists {view} cascade")
    routines = [routine for (routine,) in _rows(cursor, ROUTINES)]
    if routines:
        cursor.execute(f"drop routine {', '.join(routines)}")
    _revoke(cursor)
    for (schema,) in _rows(cursor, EMPTY, [list(rooms)]):
        cursor.execute(f"drop schema {schema}")


def _revoke(cursor: Any) -> None:
    """Every right that somebody other than the owner holds, on what exists and on what is still to come."""
    for kind, thing, grantee in _rows(cursor, GRANTS):
        cursor.execute(f"revoke all on {kind} {thing} from {_role(cursor, grantee)} cascade")
    for kind, place, grantee in _rows(cursor, PROMISED):
        cursor.execute(
            f"alter default privileges {place} revoke all on {kind} from {_role(cursor, grantee)} cascade"
        )


def _role(cursor: Any, oid: int) -> str:
    if oid == 0:
        return "public"
    ((name,),) = _rows(cursor, "select rolname from pg_roles where oid = %s", [oid])
    return _name(name)


def _name(word: str) -> str:
    return sql.Identifier(word).as_string(None)


def _rows(cursor: Any, query: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    cursor.execute(query, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
