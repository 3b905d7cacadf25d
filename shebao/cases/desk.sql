-- What the desk needs beside the engine: who was turned away, what was revealed, urgent looks and their countersign.

-- Somebody of the staff asked for a case that is not hers: the person of the case sees the refusal.
create or replace function cases.turned_away(p_token bytea, p_no text, p_request uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record; v_subject bigint;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role in ('citizen', 'employer_agent', 'partner') then return null; end if;
    select c.subject_id into v_subject from cases_case c where c.no = p_no;
    return privacy.write_entry('refuse', 'desk.case', w.actor_id, w.role, w.unit, v_subject, '{case.record}', '{}',
                               case when v_subject is null then '' else p_no end, '', 'out_of_reach', p_request);
end $$;

-- Stepping aside (回避): the holder gives a case back for a reason and never gets it again.
create or replace function cases.step_aside(p_token bytea, p_no text, p_reason text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record; c record;
begin
    select * into w from privacy.whoami(p_token);
    select * into c from cases_case where cases_case.no = p_no and holder_id = w.actor_id and w.active for update;
    if c.no is null then return 'out_of_reach'; end if;
    perform privacy.revoke_reach(null, null, 'case', p_no);
    perform notices.pass_reminder(p_no, null);
    update cases_case set holder_id = null, held_until = null where cases_case.no = p_no;
    perform privacy.write_entry('approve', 'desk.case', w.actor_id, w.role, w.unit, c.subject_id, '{case.record}',
                                '{case.record}', p_no, '回避：' || p_reason, 'allowed', p_request);
    return 'allowed';
end $$;

-- The items this clerk has revealed through this case (已看几项).
create or replace function cases.revealed(p_token bytea, p_no text)
returns text[] language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(distinct i), '{}')
      from privacy.whoami(p_token) w join privacy_entry e on e.actor_id = w.actor_id, unnest(e.items) i
     where e.case_no = p_no and e.kind = 'reveal' and e.outcome = 'allowed'
$$;

-- Urgent looks (紧急查看) of the unit, for the supervisor: no person in it. Newest first, unsigned before signed.
create or replace function cases.urgent(p_token bytea)
returns table (no text, opened_at timestamptz, opened_by text, is_mine boolean, reason text, open boolean,
               until timestamptz, signed_at timestamptz, signed_by text, justified boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.no, c.opened_at, o.staff_no, o.id = w.actor_id, c.reason, c.state = 'open',
           (select max(r.until) from privacy_reach r where r.rule = 'case' and r.case_no = c.no and r.revoked_at is null),
           c.decided_at, coalesce(d.staff_no, ''), c.granted
      from privacy.whoami(p_token) w join cases_case c on c.unit = w.unit and c.kind = 'urgent'
      join privacy_actor o on o.id = c.opened_by_id left join privacy_actor d on d.id = c.decided_by_id
     where w.active and (w.role = 'supervisor' or w.role = 'clerk' and o.id = w.actor_id)
     order by c.decided_at is not null, c.opened_at desc limit 100
$$;

-- Countersigning (科长核对): once, by a supervisor who did not look herself. Not justified ends the look at once.
create or replace function cases.countersign(p_token bytea, p_no text, p_justified boolean, p_note text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record; c record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role <> 'supervisor' then return 'purpose_not_allowed'; end if;
    select * into c from cases_case where cases_case.no = p_no and kind = 'urgent' and unit = w.unit for update;
    if c.no is null then return 'out_of_reach'; end if;
    if c.opened_by_id = w.actor_id then return 'own_look'; end if;
    if c.decided_at is not null then return 'conflict'; end if;
    update cases_case set decided_at = now(), decided_by_id = w.actor_id, granted = p_justified,
           state = case when p_justified then state else 'closed' end,
           closed_at = case when p_justified then closed_at else now() end
     where cases_case.no = p_no;
    if not p_justified then perform privacy.revoke_reach(null, null, 'case', p_no); end if;
    perform privacy.write_entry('approve', 'desk.urgent', w.actor_id, w.role, w.unit, c.subject_id, '{case.record}',
        '{case.record}', p_no, case when p_justified then '核对：理由成立。' else '核对：理由不成立。' end || p_note,
        'allowed', p_request);
    return 'allowed';
end $$;

-- A look nobody reviewed in time (到期没核对) is closed; the worker raises the alert.
create or replace function cases.unreviewed(p_now timestamptz, p_hours int)
returns table (no text, unit text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare c record;
begin
    for c in select * from cases_case k where k.kind = 'urgent' and k.state = 'open' and k.decided_at is null
                and k.opened_at < p_now - make_interval(hours => p_hours) for update loop
        update cases_case set state = 'closed', closed_at = p_now where cases_case.no = c.no;
        perform privacy.revoke_reach(null, null, 'case', c.no);
        perform privacy.write_entry('approve', 'desk.urgent', null, 'system', c.unit, c.subject_id, '{case.record}',
                                    '{case.record}', c.no, '到期没有核对，已经收回', 'allowed', null);
        no := c.no; unit := c.unit; return next;
    end loop;
end $$;

-- Whether this clerk has a look that should have been reviewed by now: then she has no other.
create or replace function cases.owes_review(p_token bytea, p_hours int)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy.whoami(p_token) w join cases_case c on c.opened_by_id = w.actor_id
                    where c.kind = 'urgent' and c.decided_at is null and c.opened_at < now() - make_interval(hours => p_hours))
$$;

grant execute on function cases.unreviewed to shebao_worker;
grant execute on function cases.owes_review, cases.turned_away, cases.step_aside, cases.revealed, cases.urgent, cases.countersign to shebao_app;
