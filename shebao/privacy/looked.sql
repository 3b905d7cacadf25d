-- 谁看过我的信息: the person's own view of the ledger. Reading it is itself an entry.

-- Entries about a person: her own, and those of whole-population runs whose range she stands in.
create or replace function privacy.entries_about(p_subject bigint)
returns setof privacy_entry language sql stable as $$
    select e.* from public.privacy_entry e where e.subject_id = p_subject
    union all
    select e.* from public.privacy_cover c join public.privacy_entry e on e.id = c.entry_id where c.span @> p_subject
$$;

create or replace function privacy.looked_counts(p_subject bigint, out others_30d bigint, out refused_30d bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) filter (where e.outcome = 'allowed'), count(*) filter (where e.outcome <> 'allowed')
      from privacy.entries_about(p_subject) e
     where p_subject = any((select privacy.visible_subjects('ledger.entry'))::bigint[])
       and e.at > now() - interval '30 days'
       and e.actor_id is distinct from (select a.id from privacy_actor a where a.subject_id = p_subject)
$$;

drop function if exists privacy.who_of(text, boolean);
create or replace function privacy.who_of(p_role text, p_own boolean, p_behalf boolean)
returns text language sql immutable as $$
    select case when p_own then 'self' when p_behalf then 'helper' when p_role in ('clerk', 'supervisor', 'privacy_officer', 'auditor',
                'security_officer', 'operator') then 'staff'
                when p_role = 'partner' then 'partner' when p_role = 'system' then 'system' else 'visitor' end
$$;

create or replace function privacy.who_looked(
    p_token bytea, p_before bigint, p_limit int, p_who text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    g record;
    v_actor bigint;
begin
    select * into g from privacy.open(p_token, 'privacy.who_looked', null, '{ledger.entry}', '{}', '', '', p_request);
    if g.outcome <> 'allowed' then return json_build_object('outcome', g.outcome)::text; end if;
    select a.id into v_actor from privacy_actor a where a.subject_id = g.subject;
    return json_build_object(
        'outcome', 'allowed', 'entry', g.entry, 'as_of', now(),
        'entries', coalesce((select json_agg(row_to_json(t)) from (
            select e.id as entry, e.at, e.kind, e.actor_role as role, e.actor_unit as unit,
                   right(coalesce(a.staff_no, ''), 2) as staff_tail, w.who, h.rule as acted_as, e.on_behalf as reach, e.process,
                   coalesce(p.name, e.process) as process_name, coalesce(p.plain_zh, '') as purpose,
                   coalesce(p.legal_reference, '') as basis, e.items, e.writes, e.outcome,
                   nullif(e.case_no, '') as "case", nullif(e.reason, '') as reason, l.index as leaf,
                   exists (select 1 from privacy_question q
                            where q.subject_id = g.subject and q.entry_id = e.id) as questioned
              from privacy.entries_about(g.subject) e
              left join privacy_actor a on a.id = e.actor_id
              left join privacy_process p on p.code = e.process and p.register_version = e.register_version
              left join privacy_leaf l on l.entry_id = e.id
              left join privacy_reach h on h.id = e.on_behalf
              cross join lateral (select privacy.who_of(e.actor_role, e.actor_id is not distinct from v_actor,
                                                        e.on_behalf is not null) as who) w
             where (p_before is null or e.id < p_before)
               and (coalesce(p_who, '') = '' or (p_who = 'refused' and e.outcome <> 'allowed')
                    or (w.who = p_who and e.outcome = 'allowed'))
             order by e.id desc limit p_limit) t), '[]'::json),
        'months', coalesce((select json_agg(row_to_json(m)) from (
            select to_char(e.at at time zone 'Asia/Shanghai', 'YYYYMM')::int as month,
                   case when e.outcome <> 'allowed' then 'refused'
                        else privacy.who_of(e.actor_role, e.actor_id is not distinct from v_actor, e.on_behalf is not null)
                        end as who,
                   count(*) as count
              from privacy.entries_about(g.subject) e
             where e.at > now() - interval '12 months'
             group by 1, 2 order by 1, 2) m), '[]'::json),
        'others_30d', (select c.others_30d from privacy.looked_counts(g.subject) c),
        'refused_30d', (select c.refused_30d from privacy.looked_counts(g.subject) c))::text;
end $$;

-- May the bearer ask for the proof of this entry? Her own entries only. Writes no new entry: the proof is public in form.
create or replace function privacy.owns_entry(p_token bytea, p_entry bigint)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy.whoami(p_token) w cross join lateral privacy.entries_about(w.subject_id) e
                    where e.id = p_entry and w.active)
$$;

grant execute on function privacy.looked_counts, privacy.who_looked, privacy.owns_entry to shebao_app;
grant execute on function privacy.who_of to shebao_app, shebao_worker;
