"""Everything of an installation's databases that is not data, as comparable lines."""

from typing import Any

SOME = "(select oid from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema')"
WHO = (
    "case a.grantee when 0 then 'public' else a.grantee::regrole::text end, a.privilege_type, a.is_grantable"
)
QUERIES = {
    "functions": "select case prokind when 'a' then oid::regprocedure::text else pg_get_functiondef(oid) end,"
    f" pg_get_userbyid(proowner) from pg_proc where pronamespace in {SOME}",
    "rights to functions": f"select p.oid::regprocedure::text, {WHO} from pg_proc p,"
    f" aclexplode(coalesce(p.proacl, acldefault('f', proowner))) a where pronamespace in {SOME}",
    "rights to tables": f"select c.oid::regclass::text, {WHO} from pg_class c,"
    f" aclexplode(coalesce(c.relacl, acldefault(case relkind when 'S' then 's' else 'r' end::\"char\", relowner))) a"
    f" where relnamespace in {SOME} and relkind in ('r', 'S', 'v', 'm')",
    "rights to columns": "select attrelid::regclass::text, attname, "
    f"{WHO} from pg_attribute t, aclexplode(t.attacl) a where attrelid in"
    f" (select oid from pg_class where relnamespace in {SOME})",
    "rights to schemas": f"select nspname, {WHO} from pg_namespace n,"
    f" aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a where n.oid in {SOME}",
    "rights to come": "select defaclrole::regrole::text, defaclnamespace, defaclobjtype::text,"
    f" {WHO} from pg_default_acl d, aclexplode(defaclacl) a",
    "row policies": "select polrelid::regclass::text, polname, polcmd::text, polpermissive,"
    " polroles::regrole[]::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) from pg_policy",
    "guarded tables": f"select oid::regclass::text, relrowsecurity, relforcerowsecurity from pg_class"
    f" where relkind = 'r' and relnamespace in {SOME}",
    "triggers": "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal",
    "views": f"select oid::regclass::text, pg_get_viewdef(oid) from pg_class"
    f" where relkind in ('v', 'm') and relnamespace in {SOME}",
    "schemas": f"select nspname from pg_namespace where oid in {SOME}",
    "columns": "select c.relname, attname, format_type(atttypid, atttypmod), attnotnull, attidentity::text,"
    " pg_get_expr(adbin, adrelid) from pg_class c join pg_attribute t on t.attrelid = c.oid"
    " left join pg_attrdef d on d.adrelid = c.oid and d.adnum = attnum"
    f" where relkind = 'r' and attnum > 0 and not attisdropped and relnamespace in {SOME}",
    "indexes": f"select pg_get_indexdef(indexrelid) from pg_index join pg_class c on c.oid = indrelid"
    f" where c.relnamespace in {SOME}",
    "constraints": f"select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
    f" where connamespace in {SOME}",
    "sequences": f"select c.oid::regclass::text from pg_class c where relkind = 'S' and relnamespace in {SOME}",
    "migrations": "select app, name from django_migrations",
}


def of(connection: Any, *, parts: tuple[str, ...] = tuple(QUERIES)) -> dict[str, list[tuple[Any, ...]]]:
    """Each part of the catalogue, sorted; `connection` of psycopg or a cursor of Django."""
    found = {}
    for part in parts:
        rows = connection.execute(QUERIES[part])
        rows = (rows or connection).fetchall()
        found[part] = sorted(tuple(str(value) for value in row) for row in rows)
    return found
