-- An employer that is loaded gets a subject of its own (主体), so that its cases and agents hang on one number.
create or replace function registry.employer_subject()
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_subject default values returning id
$$;

alter table registry_employer alter column subject_id set default registry.employer_subject();

grant execute on function registry.employer_subject to shebao_worker;

-- An employer's people are found by the employer, not only by the person.
create index if not exists registry_enrolment_employer on registry_enrolment (employer_id, subject_id);

-- Which employer (单位) an agent's session stands in for at present. Internal.
create or replace function registry.agent_of(p_token bytea)
returns table (actor_id bigint, employer_id int, subject_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select w.actor_id, e.id, e.subject_id
      from privacy.whoami(p_token) w join registry_employer e on e.subject_id = w.acting_subject
     where w.active and w.role = 'employer_agent' and w.acting_rule = 'employer'
$$;

-- The employer whose own entry for that item this transaction has written, by its agent or by the clerk who holds its
-- case; the entry is the right. Internal.
drop function if exists registry.agent_at_work(bytea, text);
create or replace function registry.unit_at_work(p_item text)
returns int language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.id from registry_employer e where e.subject_id = any(privacy.visible_subjects(p_item)) limit 1
$$;

-- Opens one worker (职工) for an agent: a short reach, then an entry that the worker finds in her ledger. Internal:
-- the callers have judged that she belongs to the agent's employer or is named in its case.
create or replace function registry.open_for_agent(
    p_token bytea, p_actor bigint, p_worker bigint, p_items text[], p_writes text[], p_case text, p_request uuid,
    out entry bigint, out outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select 1 from privacy_reach r
                    where r.actor_id = p_actor and r.subject_id = p_worker and r.rule = 'roster'
                      and r.revoked_at is null and r.until > now()) then
        perform privacy.grant_reach(p_actor, p_worker, 'roster', p_case, p_actor, 5, '{employer.worker}');
    end if;
    select o.entry, o.outcome into entry, outcome
      from privacy.open(p_token, 'employer.worker', p_worker, p_items, p_writes, p_case, '', p_request) o;
end $$;

-- One worker who is or was enrolled by the agent's employer; `not_found` for everybody else, and nothing is opened.
create or replace function registry.open_worker(
    p_token bytea, p_worker bigint, p_items text[], p_writes text[], p_case text, p_request uuid,
    out entry bigint, out outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare a record;
begin
    select * into a from registry.agent_of(p_token);
    if a.actor_id is null then outcome := 'out_of_reach'; return; end if;
    if not exists (select 1 from registry_enrolment e
                    where e.employer_id = a.employer_id and e.subject_id = p_worker) then
        outcome := 'not_found'; return;
    end if;
    select o.entry, o.outcome into entry, outcome
      from registry.open_for_agent(p_token, a.actor_id, p_worker, p_items, p_writes, p_case, p_request) o;
end $$;

-- A page of the roster (在册职工): each person on it gets her own entry.
create or replace function registry.roster(
    p_token bytea, p_items text[], p_limit int, p_offset int, p_request uuid)
returns table (worker bigint, entry bigint, outcome text)
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select w.subject_id, o.entry, o.outcome
      from (select distinct e.subject_id, a.actor_id
              from registry.agent_of(p_token) a join registry_enrolment e on e.employer_id = a.employer_id
             where e.state = 'active' and e.until is null
             order by e.subject_id limit p_limit offset p_offset) w,
           lateral registry.open_for_agent(p_token, w.actor_id, w.subject_id, p_items, '{}', '', p_request) o
     order by w.subject_id
$$;

-- Several workers who are or were enrolled by the agent's employer, opened at one call; everybody else `not_found`.
create or replace function registry.open_workers(
    p_token bytea, p_workers bigint[], p_items text[], p_writes text[], p_case text, p_request uuid)
returns table (worker bigint, entry bigint, outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare a record;
begin
    select * into a from registry.agent_of(p_token);
    foreach worker in array p_workers loop
        entry := null;
        if a.actor_id is null then outcome := 'out_of_reach';
        elsif not exists (select 1 from registry_enrolment e
                           where e.employer_id = a.employer_id and e.subject_id = worker) then outcome := 'not_found';
        else
            select o.entry, o.outcome into entry, outcome
              from registry.open_for_agent(p_token, a.actor_id, worker, p_items, p_writes, p_case, p_request) o;
        end if;
        return next;
        if outcome not in ('allowed', 'not_found') then return; end if;
    end loop;
end $$;

-- How many people are on the roster; a number only.
create or replace function registry.roster_count()
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(distinct e.subject_id)
      from registry_enrolment e
     where e.employer_id = registry.unit_at_work('enrolment.record') and e.state = 'active' and e.until is null
$$;

-- The worker on the roster behind a name and number, by its digest; nothing about anybody who is not on it.
create or replace function registry.on_roster(p_digest bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.subject_id
      from registry_enrolment e
     where e.employer_id = registry.unit_at_work('enrolment.record')
       and e.subject_id = privacy.find_subject('real_name', p_digest) and e.state = 'active' and e.until is null
     limit 1
$$;

-- The same for a whole list of digests: each with its place, counted from 1, and the worker or nothing.
create or replace function registry.many_on_roster(p_digests bytea[])
returns table (place bigint, worker bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with unit as materialized (select registry.unit_at_work('enrolment.record') as id)
    select d.place, f.worker
      from unnest(p_digests) with ordinality d(digest, place),
           lateral (select privacy.find_subject('real_name', d.digest) as worker) f, unit
     where exists (select 1 from registry_enrolment e
                    where e.employer_id = unit.id and e.subject_id = f.worker and e.state = 'active'
                      and e.until is null)
$$;

-- The worker on the roster with this number, by its digest; for finding one among thousands.
create or replace function registry.numbered_on_roster(p_digest bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.subject_id
      from registry_enrolment e
     where e.employer_id = registry.unit_at_work('enrolment.record')
       and e.subject_id = privacy.find_subject('id_number', p_digest) and e.state = 'active' and e.until is null
     limit 1
$$;

-- Months that are not paid yet are few: an employer finds them without reading everybody's history.
create index if not exists registry_contribution_open on registry_contribution (employer_id, month)
 where state <> 'paid';

-- The bill (月度账单): sums of one month by insurance and state; month 0: the newest month there is. Rows are found
-- person by person through the primary key, and those not paid yet through their own index.
create or replace function registry.bill(p_month int)
returns table (month int, insurance smallint, state text, people bigint, base_fen bigint, employer_fen bigint,
               person_fen bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with unit as materialized (select registry.unit_at_work('contribution.record') as id),
    people as materialized (
        select distinct e.subject_id, e.insurance from registry_enrolment e join unit on e.employer_id = unit.id),
    newest as (
        select max(c.month) as month
          from people p join unit on p_month = 0,
               lateral (select k.month from registry_contribution k
                         where k.subject_id = p.subject_id and k.insurance = p.insurance and k.employer_id = unit.id
                         order by k.month desc limit 1) c),
    chosen as materialized (select case when p_month > 0 then p_month else (select n.month from newest n) end as month),
    rows as (
        select c.* from chosen, unit, people p,
               lateral (select * from registry_contribution k
                         where k.subject_id = p.subject_id and k.insurance = p.insurance
                           and k.month = chosen.month and k.employer_id = unit.id and k.state = 'paid') c
        union all
        select c.* from chosen, unit, registry_contribution c
         where c.employer_id = unit.id and c.month = chosen.month and c.state <> 'paid')
    select r.month, r.insurance, r.state, count(distinct r.subject_id), sum(r.base_fen)::bigint,
           sum(r.employer_fen)::bigint, sum(r.person_fen)::bigint
      from rows r group by r.month, r.insurance, r.state order by r.insurance, r.state
$$;

-- Months that wait for payment (等缴款) by insurance, also those of a back-payment; sums only.
drop function if exists registry.months_waiting();
create or replace function registry.months_waiting()
returns table (month int, insurance smallint, amount_fen bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.month, c.insurance, sum(c.employer_fen + c.person_fen)::bigint
      from registry_contribution c
     where c.employer_id = registry.unit_at_work('contribution.record') and c.state = 'paying'
     group by c.month, c.insurance having sum(c.employer_fen + c.person_fen) > 0 order by c.month
$$;

-- Months in arrears (欠费): one row for each person and insurance, without the person.
create or replace function registry.employer_arrears()
returns table (month int, insurance smallint, principal_fen bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.month, c.insurance, sum(c.employer_fen + c.person_fen)::bigint
      from registry_contribution c
     where c.employer_id = registry.unit_at_work('contribution.record') and c.state = 'arrears'
     group by c.subject_id, c.month, c.insurance
    having sum(c.employer_fen + c.person_fen) > 0
     order by c.month, c.insurance
$$;

-- 注销 and 变更 by the clerk who decides the employer's case: only within her entry that writes its registration.
create or replace function registry.decides_employer(p_subject bigint)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy.writers(p_subject, 'enrolment.record') w
                    where w.process = 'desk.decide' and w.role in ('clerk', 'supervisor'))
$$;

create or replace function registry.close_employer(p_subject bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update registry_employer set state = 'closed'
     where subject_id = p_subject and registry.decides_employer(p_subject);
    return found;
end $$;

create or replace function registry.change_employer(p_subject bigint, p_name text, p_industry text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update registry_employer
       set name = coalesce(nullif(p_name, ''), name), industry = coalesce(nullif(p_industry, ''), industry)
     where subject_id = p_subject and registry.decides_employer(p_subject);
    return found;
end $$;

grant execute on function registry.close_employer, registry.change_employer to shebao_app;
grant execute on function registry.open_worker, registry.open_workers, registry.roster, registry.roster_count,
    registry.on_roster, registry.many_on_roster, registry.numbered_on_roster, registry.bill, registry.months_waiting,
    registry.employer_arrears to shebao_app;
