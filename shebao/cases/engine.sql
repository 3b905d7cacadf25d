-- The engine's own word on cases: which jumps exist, who holds a case, what a clerk may see before she takes it.

-- Every change of state, whoever writes it, is one of these; a decision once made stays as it was. Whoever no longer
-- holds a case reaches its person no more, from the same moment.
create or replace function cases.guard()
returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if (new.no, new.subject_id, new.kind, new.opened_by_id) is distinct from
       (old.no, old.subject_id, old.kind, old.opened_by_id) then
        raise exception 'a case keeps its number, person, item and opener' using errcode = 'check_violation';
    end if;
    if new.state <> old.state and not (old.state, new.state) in (
        ('draft', 'submitted'), ('draft', 'withdrawn'), ('draft', 'lapsed'),
        ('submitted', 'accepted'), ('submitted', 'supplement'), ('submitted', 'declined'),
        ('submitted', 'withdrawn'), ('accepted', 'supplement'), ('accepted', 'proposed'),
        ('accepted', 'decided'), ('accepted', 'withdrawn'), ('supplement', 'submitted'),
        ('supplement', 'withdrawn'), ('supplement', 'lapsed'), ('proposed', 'accepted'), ('accepted', 'accepted'),
        ('proposed', 'decided'), ('proposed', 'withdrawn'), ('decided', 'done'), ('open', 'closed')) then
        raise exception 'a case does not go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.state = 'proposed' and new.state = 'decided' and new.decided_by_id is not distinct from old.proposed_by_id
    then
        raise exception 'the proposer does not confirm' using errcode = 'check_violation';
    end if;
    if old.decided_at is not null and (new.decision, new.granted, new.amount_fen, new.decided_at, new.decided_by_id)
       is distinct from (old.decision, old.granted, old.amount_fen, old.decided_at, old.decided_by_id) then
        raise exception 'a decision is not rewritten' using errcode = 'check_violation';
    end if;
    if old.holder_id is not null and new.holder_id is distinct from old.holder_id then
        perform privacy.revoke_reach(old.holder_id, null, 'case', new.no);
    end if;
    if new.state in ('done', 'declined', 'withdrawn', 'lapsed') and new.state <> old.state then
        new.holder_id := null;
        perform privacy.revoke_reach(null, null, 'case', new.no);
        perform notices.settle_reminders(new.no);
    end if;
    return new;
end $$;
create or replace trigger guard before update on cases_case for each row execute function cases.guard();

create or replace function cases.entrusted(r privacy_reach, c cases_case)
returns boolean language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select (r.scope = '{}' or c.kind = any(r.scope))
       and (c.opened_by_id = r.actor_id or c.state not in ('done', 'declined', 'withdrawn', 'lapsed', 'closed'))
$$;

-- The mandates and guardianships under which the one who sent a case (or began it) acts. Internal.
create or replace function cases.helpers(p_no text)
returns table (actor bigint, rule text, relation text, called text, until date, live boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with sent as (
        select c.subject_id, c.kind, c.capacity, coalesce((select s.actor_id from cases_step s
                where s.case_id = c.no and s.act in ('submit', 'supply') order by s.seq desc limit 1),
               c.opened_by_id) as actor
          from cases_case c where c.no = p_no)
    select sent.actor, 'mandate', m.relation, m.called, m.until,
           m.state = 'active' and m.until >= (now() at time zone 'Asia/Shanghai')::date
      from sent join identity_mandate m on m.subject_id = sent.subject_id and m.helper_id = sent.actor
     where sent.capacity = 'mandate' and sent.kind = any(m.items)
    union all
    select sent.actor, 'guardian', g.relation, '', g.until, g.state = 'active'
      from sent join identity_guardianship g on g.subject_id = sent.subject_id and g.guardian_id = sent.actor
     where sent.capacity = 'guardian'
$$;

-- Which person and item a number belongs to, for those who may reach her: herself, who acts for her, the holder.
-- A helper (受托人) finds only cases of the items entrusted to her: those she opened, and those still under way.
create or replace function cases.find(p_token bytea, p_no text)
returns table (subject_id bigint, other_id bigint, kind text, state text, unit text, held_by bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.subject_id, c.other_id, c.kind, c.state, c.unit, c.holder_id
      from privacy.whoami(p_token) w join cases_case c on c.no = p_no
     where w.active and (c.subject_id = w.subject_id and w.role in ('citizen', 'employer_agent')
        or exists (select 1 from privacy_reach r
                    where r.actor_id = w.actor_id and r.subject_id = c.subject_id and r.revoked_at is null
                      and r.until > now() and (r.rule in ('guardian', 'employer')
                                               or r.rule = 'mandate' and cases.entrusted(r, c)
                                               or r.rule = 'case' and r.case_no = p_no)))
$$;

-- Who acts in a case for its person (代办人): relation, how the person calls her, until when, whether still. For those
-- who may find the case.
create or replace function cases.helper(p_token bytea, p_no text)
returns table (rule text, relation text, called text, until date, live boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select h.rule, h.relation, h.called, h.until, h.live
      from cases.find(p_token, p_no) f cross join lateral cases.helpers(p_no) h
     order by h.live desc, h.until desc limit 1
$$;

-- Tells the helper too: her person, after an entry in her own ledger. Only beside an entry about the case's person.
create or replace function cases.tell_helper(p_no text)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_person bigint; v_other bigint;
begin
    select c.subject_id, a.subject_id into v_person, v_other
      from cases_case c cross join lateral cases.helpers(p_no) h join privacy_actor a on a.id = h.actor
     where c.no = p_no and h.live and a.active limit 1;
    if v_other is null or v_other = v_person or not notices.holds_entry(v_person) then return null; end if;
    perform privacy.write_entry('tell', 'handle.own', null, 'system', '消息送达', v_other, '{}', '{}', p_no, '代办进展',
                                'allowed', null);
    return v_other;
end $$;

-- The queue (办件列表) of a clerk's own unit: no person in it.
-- The queue (办件列表) of a clerk's own unit: no person in it. The clock narrows it: late, soon (70 % used), halted
-- (no limit runs), free (running, in nobody's hands).
drop function if exists cases.queue(bytea, text, text, boolean, text, int, int);
create or replace function cases.queue(
    p_token bytea, p_kind text, p_state text, p_clock text, p_today date, p_mine boolean, p_no text, p_limit int,
    p_offset int)
returns table (no text, kind text, state text, channel text, submitted_at timestamptz, due_on date, provisional boolean,
               holder text, is_mine boolean, is_held boolean, asked boolean, escalated smallint, halted boolean,
               proposed_by_me boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.no, c.kind, c.state, c.channel, c.submitted_at, c.due_on, c.provisional,
           coalesce(h.staff_no, ''), h.id is not distinct from w.actor_id and h.id is not null,
           h.id is not null and c.held_until > now(), c.asked_at is not null, c.escalated,
           exists (select 1 from cases_halt t where t.case_id = c.no and t.until is null),
           c.proposed_by_id is not distinct from w.actor_id and c.proposed_by_id is not null
      from privacy.whoami(p_token) w join cases_case c on c.unit = w.unit
      left join privacy_actor h on h.id = c.holder_id
     where w.active and w.role in ('clerk', 'supervisor')
       and c.state in ('submitted', 'accepted', 'proposed', 'supplement', 'decided')
       and (p_kind = '' or c.kind = p_kind) and (p_state = '' or c.state = p_state) and (p_no = '' or c.no = p_no)
       and (not p_mine or c.holder_id = w.actor_id and c.held_until > now())
       and case p_clock
           when '' then true
           when 'halted' then c.state = 'supplement'
                or exists (select 1 from cases_halt t where t.case_id = c.no and t.until is null)
           else c.state in ('submitted', 'accepted', 'proposed') and case p_clock
                when 'late' then c.due_on < p_today
                when 'soon' then c.due_on >= p_today and c.warn_on <= p_today
                when 'free' then c.holder_id is null or c.held_until <= now()
                else false end
           end
     -- Soldiers and veterans are served first (社会保险经办条例第十七条).
     order by c.kind <> 'military-transfer', c.due_on nulls last, c.submitted_at, c.no
     limit p_limit offset p_offset
$$;

-- Who has stepped aside from a case (回避, a relative or an interest) does not get it again.
create or replace function cases.stepped_aside(p_actor bigint, p_no text)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy_entry e
                    where e.actor_id = p_actor and e.case_no = p_no and e.kind = 'approve' and e.reason like '回避：%')
$$;

-- What a case in hand opens: its decision and the looks its page offers, nothing else of the person.
create or replace function cases.handling()
returns text[] language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select '{desk.decide,desk.case,desk.reveal}'::text[]
$$;

-- Taking a case (领件): one holder at a time; she reaches the person through it, and the person sees it.
create or replace function cases.take(p_token bytea, p_no text, p_minutes int, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record; c record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null then return 'login_required'; end if;
    if not w.active or w.role not in ('clerk', 'supervisor') then return 'purpose_not_allowed'; end if;
    select * into c from cases_case where cases_case.no = p_no and unit = w.unit for update;
    if c.no is null then return 'out_of_reach'; end if;
    if c.state not in ('submitted', 'accepted', 'proposed', 'supplement', 'decided') then return 'conflict'; end if;
    if c.opened_by_id = w.actor_id or w.subject_id in (c.subject_id, c.other_id) then return 'own_case'; end if;
    if cases.stepped_aside(w.actor_id, p_no) then return 'stepped_aside'; end if;
    if c.state = 'proposed' and c.proposed_by_id = w.actor_id then return 'own_proposal'; end if;
    if c.holder_id is not null and c.holder_id <> w.actor_id and c.held_until > now() then return 'held'; end if;
    perform privacy.revoke_reach(null, null, 'case', p_no);
    perform notices.pass_reminder(p_no, w.actor_id);
    update cases_case set holder_id = w.actor_id, held_until = now() + make_interval(mins => p_minutes)
     where cases_case.no = p_no;
    perform privacy.grant_reach(w.actor_id, c.subject_id, 'case', p_no, w.actor_id, p_minutes, cases.handling());
    if c.other_id is not null then
        perform privacy.grant_reach(w.actor_id, c.other_id, 'case', p_no, w.actor_id, p_minutes, cases.handling());
    end if;
    perform privacy.write_entry('approve', 'desk.case', w.actor_id, w.role, w.unit, c.subject_id, '{case.record}',
                                '{case.record}', p_no, '领件', 'allowed', p_request);
    return 'allowed';
end $$;

-- Giving it back to the queue (放回), or to a colleague of the unit (转交) with a reason.
create or replace function cases.let_go(p_token bytea, p_no text, p_to text, p_reason text, p_minutes int, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record; c record; v_to bigint;
begin
    select * into w from privacy.whoami(p_token);
    select * into c from cases_case where cases_case.no = p_no and holder_id = w.actor_id and w.active for update;
    if c.no is null then return 'out_of_reach'; end if;
    if p_to <> '' then
        select id into v_to from privacy_actor where staff_no = p_to and unit = w.unit and active
           and role in ('clerk', 'supervisor') and id <> w.actor_id;
        if v_to is null then return 'not_found'; end if;
        if cases.stepped_aside(v_to, p_no) then return 'stepped_aside'; end if;
        if v_to = c.opened_by_id or c.state = 'proposed' and v_to = c.proposed_by_id then return 'own_proposal'; end if;
    end if;
    perform privacy.revoke_reach(null, null, 'case', p_no);
    perform notices.pass_reminder(p_no, v_to);
    update cases_case set holder_id = v_to, held_until = now() + make_interval(mins => p_minutes)
     where cases_case.no = p_no;
    if v_to is not null then
        perform privacy.grant_reach(v_to, c.subject_id, 'case', p_no, w.actor_id, p_minutes, cases.handling());
        if c.other_id is not null then
            perform privacy.grant_reach(v_to, c.other_id, 'case', p_no, w.actor_id, p_minutes, cases.handling());
        end if;
    end if;
    perform privacy.write_entry('approve', 'desk.case', w.actor_id, w.role, w.unit, c.subject_id, '{case.record}',
        '{case.record}', p_no, case when p_to = '' then '放回' else '转交 ' || p_to || '：' || p_reason end,
        'allowed', p_request);
    return 'allowed';
end $$;

drop function if exists cases.free(bytea, text);

-- Clocks (时限): what passed 70 % or the last day gets its mark once; the worker tells holder, supervisor and person.
-- A holder is whoever has it in hand at this moment.
drop function if exists cases.escalate(date);
create or replace function cases.escalate(p_today date, p_now timestamptz)
returns table (no text, subject_id bigint, kind text, level smallint, due_on date, unit text, holder bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    for no, subject_id, kind, level, due_on, unit, holder in
        update cases_case c set escalated = case when c.due_on < p_today then 100 else 70 end
         where c.state in ('submitted', 'accepted', 'proposed') and c.due_on is not null
           and (c.due_on < p_today and c.escalated < 100 or c.warn_on <= p_today and c.escalated < 70)
        returning c.no, c.subject_id, c.kind, c.escalated, c.due_on, c.unit,
                  case when c.held_until > p_now then c.holder_id end
    loop
        perform privacy.write_entry('approve', 'handle.own', null, 'system', '时限', subject_id, '{case.record}',
            '{case.record}', no, case when level = 100 then '超过期限' else '期限已用七成' end, 'allowed', null);
        return next;
    end loop;
end $$;

-- What the clock ends (到期终止): supplements not brought, drafts not touched. Applying again stays open.
create or replace function cases.lapse(p_today date, p_drafts timestamptz, p_now timestamptz)
returns table (no text, subject_id bigint, kind text, was text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_entry bigint; v_seq smallint;
begin
    for no, subject_id, kind, was in
        select c.no, c.subject_id, c.kind, c.state from cases_case c
         where c.state = 'supplement' and c.supply_by < p_today or c.state = 'draft' and c.touched_at < p_drafts
           for update skip locked
    loop
        v_entry := privacy.write_entry('approve', 'handle.own', null, 'system', '时限', subject_id, '{case.record}',
                                       '{case.record}', no, '到期终止', 'allowed', null);
        select coalesce(max(s.seq), 0) + 1 into v_seq from cases_step s where s.case_id = lapse.no;
        insert into cases_step (case_id, seq, subject_id, at, act, source, target, role, unit, entry_id)
        values (lapse.no, v_seq, lapse.subject_id, p_now, 'lapse', was, 'lapsed', 'system', '时限', v_entry);
        update cases_case c set state = 'lapsed', closed_at = p_now where c.no = lapse.no;
        update cases_halt t set until = p_today + 1 where t.case_id = lapse.no and t.until is null;
        if was = 'draft' then delete from cases_material m where m.case_id = lapse.no; end if;
        return next;
    end loop;
end $$;

-- Counts for the board (办件看板): by unit, item, state, due day and holder; nobody of the public in it.
create or replace function cases.load(p_token bytea)
returns table (kind text, state text, due_on date, escalated smallint, holder text, submitted_on date, count bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.kind, c.state, c.due_on, c.escalated, coalesce(h.staff_no, ''),
           (c.submitted_at at time zone 'Asia/Shanghai')::date, count(*)
      from privacy.whoami(p_token) w join cases_case c on c.unit = w.unit
      left join privacy_actor h on h.id = c.holder_id
     where w.active and w.role in ('clerk', 'supervisor')
       and c.state in ('submitted', 'accepted', 'proposed', 'supplement', 'decided')
     group by 1, 2, 3, 4, 5, 6
$$;

-- The other person of a matter (关系人), by her number's digest: only by the applicant, never shown back.
create or replace function cases.relate(p_token bytea, p_no text, p_digest bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_other bigint;
begin
    if not exists (select 1 from privacy.whoami(p_token) w, cases.find(p_token, p_no) f
                    where w.role in ('citizen', 'employer_agent') and f.state in ('draft', 'supplement')) then
        return false;
    end if;
    v_other := privacy.find_subject('real_name', p_digest);
    update cases_case set other_id = v_other where no = p_no and subject_id is distinct from v_other;
    return v_other is not null and found;
end $$;

-- How satisfied the person was (满意度), once, when her case is over. An entry of hers.
create or replace function cases.rate(p_token bytea, p_no text, p_stars int, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare f record;
begin
    select * into f from cases.find(p_token, p_no);
    if f.subject_id is null or f.held_by is not null then return 'out_of_reach'; end if;
    if f.state not in ('done', 'declined', 'withdrawn') or p_stars not between 1 and 5 then return 'conflict'; end if;
    update cases_case set stars = p_stars where no = p_no and stars is null;
    if not found then return 'conflict'; end if;
    perform privacy.write_entry('rate', 'handle.own', w.actor_id, w.role, w.unit, f.subject_id, '{case.record}',
                                '{case.record}', p_no, '评价', 'allowed', p_request) from privacy.whoami(p_token) w;
    return 'allowed';
end $$;

-- Ratings by item (满意度汇总): counts and the mean, nobody in it; below five ratings no mean is told.
create or replace function cases.ratings()
returns table (kind text, total bigint, rated bigint, stars numeric)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.kind, count(*), count(c.stars), case when count(c.stars) >= 5 then round(avg(c.stars), 1) end
      from cases_case c where c.state in ('done', 'declined', 'withdrawn') and c.submitted_at is not null
     group by c.kind order by c.kind
$$;

grant execute on function cases.rate, cases.ratings to shebao_app;
grant execute on function cases.next_no, cases.find, cases.queue, cases.take, cases.let_go, cases.load, cases.relate,
    cases.helper to shebao_app;
grant execute on function cases.escalate, cases.lapse to shebao_worker;
grant execute on function cases.tell_helper to shebao_app, shebao_worker;
