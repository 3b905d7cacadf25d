-- A unit's average monthly base of a year (单位月平均工资), fen; null where it declared none. A number without a person,
-- and only for a person of that unit whose contributions this transaction has opened with an entry.
create or replace function registry.unit_average(p_employer int, p_year int)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select round(avg(c.base_fen))::bigint
      from (select distinct e.subject_id from registry_enrolment e where e.employer_id = p_employer) p
      join registry_contribution c
        on c.subject_id = p.subject_id and c.employer_id = p_employer and c.insurance = 310 and c.seq = 0
       and c.month between p_year * 100 + 1 and p_year * 100 + 12
     where exists (select 1 from registry_enrolment own
                    where own.employer_id = p_employer
                      and own.subject_id = any(privacy.visible_subjects('contribution.record')))
$$;

grant execute on function registry.unit_average to shebao_app;
