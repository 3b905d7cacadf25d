-- A death and what follows outside the registry (登录、代办、共济、预约、消息), and what goes on when it was a mistake.
-- Each acts only for a person whose death this very transaction may write.

create or replace function cases.die(p_token bytea, p_subject bigint, p_case text, p_on date, p_now timestamptz)
returns bigint[] language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    b record;
    f record;
    v_others bigint[] := '{}';
begin
    if not coalesce(p_subject = any(privacy.writable_subjects('death.record')), false) then
        raise exception 'no entry of this transaction writes this death' using errcode = 'SB002';
    end if;
    update privacy_session e set ended_at = now() from privacy_actor a
     where a.id = e.actor_id and a.subject_id = p_subject and a.role = 'citizen' and e.ended_at is null;
    update privacy_actor set active = false, inactive_reason = 'deceased'
     where subject_id = p_subject and role = 'citizen' and active;
    update privacy_reach r set revoked_at = now()
     where r.revoked_at is null and r.rule in ('guardian', 'mandate', 'linked')
       and (r.subject_id = p_subject
            or r.actor_id in (select a.id from privacy_actor a where a.subject_id = p_subject and a.role = 'citizen'));
    update identity_mandate m set state = 'ended', ended_at = p_now
     where m.state = 'active' and (m.subject_id = p_subject
            or m.helper_id in (select a.id from privacy_actor a where a.subject_id = p_subject));
    update identity_guardianship g set state = 'ended', ended_at = p_now
     where g.state in ('requested', 'active') and (g.subject_id = p_subject
            or g.guardian_id in (select a.id from privacy_actor a where a.subject_id = p_subject));
    for f in update registry_filing x set state = 'ended', until = greatest(p_on, x.since)
              where x.kind in ('family-pool', 'family-pool-member') and x.state in ('pending', 'active')
                and (x.subject_id = p_subject or x.other_id = p_subject)
             returning x.subject_id, x.other_id, x.kind loop
        if f.subject_id <> p_subject then
            perform registry.pool_entry(f.subject_id, p_token, p_case, '家人共济终止');
            v_others := v_others || f.subject_id;
        end if;
    end loop;
    for b in update appointments_booking k set state = 'cancelled', changed_at = p_now from appointments_slot s
              where s.id = k.slot_id and k.subject_id = p_subject and k.state = 'booked' and s.starts_at > p_now
             returning k.slot_id loop
        update appointments_slot set taken = taken - 1 where id = b.slot_id;
    end loop;
    update appointments_waiting set state = 'left'
     where subject_id = p_subject and state = 'waiting';
    update notices_delivery set state = 'gave_up', error = 'deceased', changed_at = p_now, lease_until = null
     where subject_id = p_subject and state = 'queued';
    return v_others;
end $$;

-- The log-in opens again. What others had to agree to (代办、共济、监护) is begun anew by them.
create or replace function cases.revive(p_token bytea, p_subject bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not coalesce(p_subject = any(privacy.writable_subjects('death.record')), false) then
        raise exception 'no entry of this transaction writes this death' using errcode = 'SB002';
    end if;
    update privacy_actor set active = true, inactive_reason = ''
     where subject_id = p_subject and inactive_reason = 'deceased';
    return found;
end $$;

-- 更正 at the desk. A clerk who has the person before her (登记更正) says that she lives; the second person agrees or not;
-- the worker takes the death back under an entry of its own. None of these lists names anybody.
create or replace function cases.death_contest(p_token bytea, p_case text, p_reason text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_subject bigint;
    v_death bigint;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role not in ('clerk', 'supervisor') or w.level < 2 then
        return 'purpose_not_allowed';
    end if;
    select c.subject_id into v_subject from cases_case c
      join privacy_reach r on r.rule = 'case' and r.case_no = c.no and r.subject_id = c.subject_id
       and r.actor_id = w.actor_id and r.revoked_at is null and r.until > now()
     where c.no = p_case and c.kind = 'correction' and c.state = 'open' and c.unit = w.unit;
    if v_subject is null then return 'out_of_reach'; end if;
    select d.id into v_death from registry_death d where d.subject_id = v_subject and d.withdrawn_on is null
     order by d.id desc limit 1 for update;
    if v_death is null then return 'not_found'; end if;
    update registry_death set contest_case = p_case, contest_reason = p_reason, contested_by = w.actor_id,
           contested_at = now() where id = v_death and contested_by is null;
    if not found then return 'conflict'; end if;
    perform privacy.write_entry('approve', 'death.enter', w.actor_id, w.role, w.unit, v_subject, '{death.record}',
                                '{death.record}', p_case, '提出更正死亡登记：' || p_reason, 'allowed', p_request);
    return 'allowed';
end $$;

-- What the unit contests, newest first: the case, why, since when, by whom, and how it stands.
create or replace function cases.death_contests(p_token bytea)
returns table (number bigint, case_no text, reason text, at timestamptz, staff_no text, mine boolean, state text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.contest_case, d.contest_reason, d.contested_at, a.staff_no, a.id = w.actor_id,
           case when d.withdrawn_on is not null then 'done' when d.agreed_by is not null then 'agreed' else 'open' end
      from privacy.whoami(p_token) w
      join registry_death d on d.contested_by is not null
      join privacy_actor a on a.id = d.contested_by and a.unit = w.unit
     where w.active and w.level >= 2 and w.role in ('clerk', 'supervisor')
     order by d.withdrawn_on is not null, d.contested_at desc limit 100
$$;

-- The second person: a supervisor of the unit who did not contest it herself. No leaves the death as it is.
create or replace function cases.death_judge(p_token bytea, p_death bigint, p_agreed boolean, p_note text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    d record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role <> 'supervisor' or w.level < 2 then
        return 'purpose_not_allowed';
    end if;
    select x.* into d from registry_death x join privacy_actor a on a.id = x.contested_by and a.unit = w.unit
     where x.id = p_death for update of x;
    if d.id is null then return 'out_of_reach'; end if;
    if d.withdrawn_on is not null or d.agreed_by is not null then return 'conflict'; end if;
    if d.contested_by = w.actor_id then return 'own_proposal'; end if;
    if p_agreed then
        update registry_death set agreed_by = w.actor_id where id = p_death;
        perform registry.work_reach('死亡登记', d.subject_id, 'death/desk-' || p_death);
    else
        update registry_death set contest_case = '', contest_reason = '', contested_by = null, contested_at = null
         where id = p_death;
    end if;
    perform privacy.write_entry('approve', 'death.enter', w.actor_id, w.role, w.unit, d.subject_id, '{death.record}',
        '{death.record}', d.contest_case, case when p_agreed then '同意更正死亡登记' else '不同意更正死亡登记：' || p_note end,
        'allowed', p_request);
    return 'allowed';
end $$;

-- What two people agreed on and nobody has done yet.
create or replace function cases.deaths_agreed()
returns table (death bigint, subject bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.subject_id from registry_death d where d.agreed_by is not null and d.withdrawn_on is null order by d.id
$$;

grant execute on function cases.death_contest, cases.death_contests, cases.death_judge to shebao_app;
grant execute on function cases.deaths_agreed to shebao_worker;
grant execute on function cases.die, cases.revive to shebao_app, shebao_worker;
