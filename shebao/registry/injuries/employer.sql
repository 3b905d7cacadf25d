-- 工伤保险条例第二十条: the employer of the worker hears of the decision. Only within an entry of this transaction that
-- may write the worker's injury record; that the employer is told is an entry of the employer's own. Null: not insured.
create or replace function registry.injury_employer(p_token bytea, p_worker bigint, p_month int, p_case text)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_unit bigint;
begin
    if not p_worker = any(privacy.writable_subjects('injury.record')) then return null; end if;
    select m.subject_id into v_unit
      from registry_enrolment e join registry_employer m on m.id = e.employer_id
     where e.subject_id = p_worker and e.insurance = 410 and e.since <= p_month
       and (e.until is null or p_month < e.until)
     order by e.since desc limit 1;
    if v_unit is null then return null; end if;
    perform privacy.write_entry('approve', 'desk.decide', w.actor_id, w.role, w.unit, v_unit, '{case.record}',
                                '{case.record}', p_case, '工伤认定告知单位', 'allowed', null)
      from privacy.whoami(p_token) w;
    return v_unit;
end $$;

grant execute on function registry.injury_employer to shebao_app;
