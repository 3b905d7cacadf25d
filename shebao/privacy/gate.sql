-- The gate: a row is visible only to a transaction that has already written the ledger entry for it.
-- The installer runs this as shebao_owner after every migration; every statement can be run again.

-- Writes one ledger entry that opens nothing: only privacy.open writes the kinds that row-level security honours.
-- Internal: no runtime role may execute it.
create or replace function privacy.write_entry(
    p_kind text, p_process text, p_actor bigint, p_role text, p_unit text, p_subject bigint,
    p_items text[], p_writes text[], p_case text, p_reason text, p_outcome text, p_request uuid)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_entry (kind, process, register_version, basis, actor_id, actor_role, actor_unit,
                               subject_id, items, writes, case_no, reason, outcome, request)
    select p_kind, p_process, coalesce(p.register_version, ''), coalesce(p.basis, ''), p_actor, p_role, p_unit,
           p_subject, p_items, p_writes, p_case, p_reason, p_outcome, p_request
      from (select 1) one left join privacy_process p on p.code = p_process and p.in_force
     where p_kind not in ('read', 'write', 'reveal')
    returning id
$$;

-- The reach (可及关系) under which this actor stands in for another person: her guardian (监护), by her mandate
-- (委托代办) or for an employer (单位). A scope that is not empty names the only processes it opens. Null: none.
create or replace function privacy.acting_reach(p_actor bigint, p_subject bigint, p_process text)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id from privacy_reach r
     where r.actor_id = p_actor and r.subject_id = p_subject and r.rule in ('guardian', 'mandate', 'employer')
       and (r.scope = '{}' or p_process = any(r.scope)) and r.revoked_at is null and r.until > now()
     order by r.id limit 1
$$;

-- The row rule (可及规则) of a process: may this actor reach this person? Returns 'allowed' or a refusal code.
drop function if exists privacy.judge_reach(text, bigint, bigint, bigint, text);
create or replace function privacy.judge_reach(
    p_rule text, p_actor bigint, p_own bigint, p_subject bigint, p_case text, p_process text default '')
returns text language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_reaches boolean := exists (
        select 1 from privacy_reach r
         where r.actor_id = p_actor and r.subject_id is not distinct from p_subject and r.rule = p_rule
           and (p_rule not in ('case', 'bulk') or (p_case <> '' and r.case_no = p_case))
           and (p_rule <> 'case' or r.scope = '{}' or p_process = any(r.scope))
           and (p_rule <> 'bulk' or r.granted_by <> p_actor)
           and r.revoked_at is null and r.until > now());
begin
    return case p_rule
        when 'self' then case when p_subject = p_own then 'allowed' else 'out_of_reach' end
        when 'linked' then case when p_subject is distinct from p_own then 'out_of_reach'
                                when v_reaches then 'allowed' else 'card_not_linked' end
        when 'guardian' then case when p_subject = p_own or v_reaches then 'allowed' else 'out_of_reach' end
        when 'acting' then case when p_subject = p_own then 'allowed'
                                when privacy.acting_reach(p_actor, p_subject, p_process) is not null then 'allowed'
                                else 'out_of_reach' end
        when 'case' then case when v_reaches then 'allowed' else 'out_of_reach' end
        when 'roster' then case when v_reaches then 'allowed' else 'out_of_reach' end
        when 'bulk' then case when p_subject is null and v_reaches then 'allowed' else 'precondition_unmet' end
        when 'none' then case when p_subject is null or p_subject = p_own then 'allowed' else 'out_of_reach' end
        else 'out_of_reach' end;
end $$;

-- Consent (同意): the newest event of this person and process must be a yes given after the last material change.
create or replace function privacy.has_consent(p_subject bigint, p_process text, p_since timestamptz)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce((select c.state in ('given', 'renewed') and (p_since is null or c.at >= p_since)
                       from privacy_consentevent c
                      where c.subject_id = p_subject and c.process = p_process
                      order by c.id desc limit 1), false)
$$;

-- How often this actor used this purpose in the window, counted up to the limit.
create or replace function privacy.recent_uses(
    p_actor bigint, p_role text, p_own bigint, p_process text, p_seconds int, p_limit int)
returns bigint language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count bigint;
begin
    if p_role = 'citizen' then
        select count(*) into v_count from (
            select 1 from privacy_entry e
             where e.subject_id = p_own and e.at > now() - make_interval(secs => p_seconds)
               and e.process = p_process and e.actor_id = p_actor limit p_limit) counted;
    else
        select count(*) into v_count from (
            select 1 from privacy_entry e
             where e.actor_id = p_actor and e.actor_role <> 'citizen'
               and e.at > now() - make_interval(secs => p_seconds)
               and e.process = p_process limit p_limit) counted;
    end if;
    return v_count;
end $$;

-- Opens the gate: checks everything, writes the entry (a refusal is an entry too), returns the outcome.
-- p_token: the session token itself, null for a visitor. p_subject null: the session's own person.
create or replace function privacy.open(
    p_token bytea, p_process text, p_subject bigint, p_items text[], p_writes text[] default '{}',
    p_case text default '', p_reason text default '', p_request uuid default null,
    out entry bigint, out outcome text, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    s record;
    p record;
    v_role text := 'visitor';
    v_behalf bigint;
begin
    subject := p_subject;
    select a.id, a.role, a.unit, a.subject_id, a.active, a.trained_until, e.level into s
      from privacy_session e join privacy_actor a on a.id = e.actor_id
     where e.digest = sha256(p_token) and e.ended_at is null and e.expires_at > now();
    if s.id is not null then v_role := s.role; end if;
    select * into p from privacy_process where code = p_process and in_force;
    if subject is null and (v_role = 'citizen' or p.row_rule in ('self', 'linked', 'guardian', 'acting')) then
        subject := s.subject_id;
    end if;

    if s.id is not null and not s.active then outcome := 'account_suspended';
    elsif p.code is null then outcome := 'purpose_not_allowed';
    elsif p.ceased_at is not null then outcome := 'service_ceased';
    elsif s.id is null and not 'visitor' = any(p.roles) then outcome := 'login_required';
    elsif not v_role = any(p.roles) then outcome := 'purpose_not_allowed';
    elsif s.id is not null and (s.level < p.min_level or not privacy.may_act(true, v_role, s.level))
    then outcome := 'step_up_required';
    elsif not (p_items <@ p.items and p_writes <@ p.writes) then outcome := 'field_not_declared';
    elsif s.trained_until < (now() at time zone 'Asia/Shanghai')::date then outcome := 'training_lapsed';
    elsif p_process like 'run.%' and p_case not like p_process || '/%' then outcome := 'precondition_unmet';
    elsif p.row_rule in ('self', 'acting') and subject = s.subject_id then outcome := 'allowed';
    else outcome := privacy.judge_reach(p.row_rule, s.id, s.subject_id, subject, p_case, p_process);
    end if;
    if outcome = 'allowed' and p.row_rule in ('guardian', 'acting') and subject is distinct from s.subject_id
    then v_behalf := privacy.acting_reach(s.id, subject, p_process); end if;
    if outcome = 'allowed' and p.consent_kind <> '' and not privacy.has_consent(subject, p_process, p.material_since)
    then outcome := 'consent_required'; end if;
    if outcome = 'allowed' and p.rate_count > 0 and s.id is not null and privacy.recent_uses(
        s.id, v_role, case when v_behalf is null then s.subject_id else subject end, p_process, p.rate_seconds,
        p.rate_count) >= p.rate_count
    then outcome := 'rate_limited'; end if;

    insert into privacy_entry (kind, process, register_version, basis, actor_id, actor_role, actor_unit,
                               subject_id, items, writes, case_no, reason, on_behalf, outcome, request)
    values (case when outcome <> 'allowed' then 'refuse' when p_process = 'desk.reveal' then 'reveal'
                 when p_writes <> '{}' then 'write' else 'read' end,
            p_process, coalesce(p.register_version, ''), coalesce(p.basis, ''), s.id, v_role,
            coalesce(s.unit, ''), subject, p_items, p_writes, coalesce(p_case, ''), coalesce(p_reason, ''),
            v_behalf, outcome, p_request)
    returning id into entry;
end $$;

-- What row-level security asks, once per statement: whom may this transaction see, for this item?
create or replace function privacy.visible_subjects(p_item text)
returns bigint[] language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(subject_id), '{}') from privacy_entry
     where xid = pg_current_xact_id_if_assigned() and at = now() and outcome = 'allowed'
       and kind in ('read', 'write', 'reveal') and subject_id is not null and p_item = any(items || writes)
$$;

create or replace function privacy.writable_subjects(p_item text)
returns bigint[] language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(subject_id), '{}') from privacy_entry
     where xid = pg_current_xact_id_if_assigned() and at = now() and outcome = 'allowed'
       and kind in ('read', 'write', 'reveal') and subject_id is not null and p_item = any(writes)
$$;

-- Who of this transaction may write an item of a person, and under which entry: for triggers that ask who acts.
create or replace function privacy.writers(p_subject bigint, p_item text)
returns table (entry bigint, actor bigint, role text, process text, case_no text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.id, e.actor_id, e.actor_role, e.process, e.case_no from privacy_entry e
     where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
       and e.kind in ('read', 'write', 'reveal') and e.subject_id = p_subject and p_item = any(e.writes)
     order by e.id desc
$$;

-- A whole-population run (run.*) writes down whom this transaction may reach: subjects [low, high), by number.
-- The words of the range stand in the entry, so that the public tree commits to them; any other words are refused.
create or replace function privacy.cover(p_entry bigint, p_low bigint, p_high bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into privacy_cover (entry_id, span)
    select e.id, int8range(p_low, p_high) from privacy_entry e
     where e.id = p_entry and e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
       and e.process like 'run.%' and e.subject_id is null and p_low < p_high
       and e.reason = privacy.cover_words(p_low, p_high);
    return found;
end $$;

create or replace function privacy.cover_words(p_low bigint, p_high bigint)
returns text language sql immutable as $$
    select '整批办理，人员序号 ' || p_low || ' 至 ' || p_high - 1
$$;

-- The same question for a whole-population run: from which subject to which (not included)? Null: none.
-- A run reaches what its cover says and nothing without one; loading, which makes persons, is not bounded.
create or replace function privacy.bulk_bounds(p_item text, p_write boolean)
returns int8range language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when e.process like 'run.%' then c.span else int8range(null, null) end
      from privacy_entry e join privacy_process p on p.code = e.process and p.in_force
      left join privacy_cover c on c.entry_id = e.id
     where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
       and e.kind in ('read', 'write', 'reveal') and e.subject_id is null and p.row_rule = 'bulk'
       and p_item = any(case when p_write then e.writes else e.items || e.writes end)
     order by e.id limit 1
$$;

create or replace function privacy.bulk_low(p_item text, p_write boolean)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when lower_inf(b) then -9223372036854775808 else lower(b) end
      from privacy.bulk_bounds(p_item, p_write) b
$$;

create or replace function privacy.bulk_high(p_item text, p_write boolean)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when upper_inf(b) then 9223372036854775807 else upper(b) end
      from privacy.bulk_bounds(p_item, p_write) b
$$;

-- The vault is visible cell by cell: person and item.
create or replace function privacy.visible_cells(p_write boolean)
returns table (subject_id bigint, item text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.subject_id, i from privacy_entry e, unnest(case when p_write then e.writes else e.items || e.writes end) i
     where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
       and e.kind in ('read', 'write', 'reveal') and e.subject_id is not null
$$;

-- Whether a session may work at all (可用): its account is active, and staff came with two factors (口令加动态码).
create or replace function privacy.may_act(p_active boolean, p_role text, p_level smallint)
returns boolean language sql immutable as $$
    select p_active and (p_level >= 2 or p_role not in ('clerk', 'supervisor', 'privacy_officer', 'security_officer',
                                                        'auditor', 'operator'))
$$;

-- Who a session speaks for (one row or none), and for whom it stands in at present; opens nothing.
drop function if exists privacy.whoami(bytea);
create or replace function privacy.whoami(p_token bytea)
returns table (session_id uuid, actor_id bigint, role text, unit text, staff_no text, subject_id bigint,
               level smallint, active boolean, expires_at timestamptz, acting_reach bigint, acting_subject bigint,
               acting_rule text, acting_relation text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.id, a.id, a.role, a.unit, a.staff_no, a.subject_id, e.level,
           privacy.may_act(a.active, a.role, e.level), e.expires_at,
           r.id, r.subject_id, r.rule, r.relation
      from privacy_session e join privacy_actor a on a.id = e.actor_id
      left join privacy_reach r on r.id = e.acting_id and r.actor_id = a.id and r.revoked_at is null and r.until > now()
     where e.digest = sha256(p_token) and e.ended_at is null and e.expires_at > now()
$$;

-- May this session work with personal data (培训有效)? A no, also one of the door itself, is an entry.
create or replace function privacy.may_work(p_token bytea, p_process text, p_door text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    s record;
    v_outcome text := p_door;
begin
    select a.id, a.role, a.unit, a.trained_until, privacy.may_act(a.active, a.role, e.level) as may_act into s
      from privacy_session e join privacy_actor a on a.id = e.actor_id
     where e.digest = sha256(p_token) and e.ended_at is null and e.expires_at > now();
    if s.id is null then return 'login_required'; end if;
    if v_outcome = '' and not s.may_act then v_outcome := 'step_up_required'; end if;
    if v_outcome = '' and s.trained_until < (now() at time zone 'Asia/Shanghai')::date
    then v_outcome := 'training_lapsed'; end if;
    if v_outcome = '' then return 'allowed'; end if;
    perform privacy.write_entry('refuse', p_process, s.id, s.role, s.unit, null, '{}', '{}', '', '', v_outcome,
                                p_request);
    return v_outcome;
end $$;

-- Sessions (会话) of the same account: list and end.
create or replace function privacy.sessions_of(p_token bytea)
returns table (session_id uuid, method text, device text, started_at timestamptz, expires_at timestamptz,
               ended_at timestamptz, is_this boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select o.id, o.method, o.device, o.started_at, o.expires_at, o.ended_at, o.digest = sha256(p_token)
      from privacy_session o
     where o.actor_id = (select w.actor_id from privacy.whoami(p_token) w)
     order by o.started_at desc limit 50
$$;

create or replace function privacy.end_session(p_token bytea, p_session uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update privacy_session set ended_at = now()
     where id = p_session and ended_at is null
       and actor_id = (select e.actor_id from privacy_session e where e.digest = sha256(p_token));
    return found;
end $$;

-- Starting a session (only the log-in role may): the caller hands over the digest, never the token.
create or replace function privacy.start_session(
    p_actor bigint, p_digest bytea, p_level int, p_method text, p_device text, p_minutes int)
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_id uuid;
    a privacy_actor;
begin
    select * into a from privacy_actor where id = p_actor;
    if a.id is null or not a.active then return null; end if;
    insert into privacy_session (digest, actor_id, level, method, device, expires_at)
    values (p_digest, p_actor, p_level, p_method, p_device, now() + make_interval(mins => p_minutes))
    returning id into v_id;
    perform privacy.write_entry('login', 'identity.login', a.id, a.role, a.unit, a.subject_id,
                                '{login.session}', '{login.session}', '', p_method, 'allowed', null);
    return v_id;
end $$;

-- Finding the person behind a keyed digest. The log-in role finds at registration; staff only through desk.search.
create or replace function privacy.find_subject(p_purpose text, p_digest bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select subject_id from privacy_blind where purpose = p_purpose and digest = p_digest
$$;

-- Staff search by exact number: reason and case are needed, the search is an entry of the person found.
create or replace function privacy.search_subject(
    p_token bytea, p_digest bytea, p_case text, p_reason text, p_request uuid,
    out entry bigint, out outcome text, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    select o.entry, o.outcome into entry, outcome
      from privacy.open(p_token, 'desk.search', null, '{person.id_number}', '{}', p_case, p_reason, p_request) o;
    if outcome <> 'allowed' then return; end if;
    if p_reason = '' then outcome := 'precondition_unmet'; return; end if;
    subject := privacy.find_subject('id_number', p_digest);
    if subject is null then outcome := 'not_found'; return; end if;
    perform privacy.write_entry('search', 'desk.search', w.actor_id, w.role, w.unit, subject,
                                '{person.id_number}', '{}', p_case, p_reason, 'allowed', p_request)
       from privacy.whoami(p_token) w;
end $$;

-- Reach (可及) changes only through functions that check the acting session's own right. These two are the
-- last step of such functions in the rooms above (a case taken, a card linked, a run approved): internal.
drop function if exists privacy.grant_reach(bigint, bigint, text, text, bigint, int);
create or replace function privacy.grant_reach(
    p_actor bigint, p_subject bigint, p_rule text, p_case text, p_by bigint, p_minutes int,
    p_scope text[] default '{}', p_relation text default '')
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_reach (actor_id, subject_id, rule, case_no, granted_by, until, scope, relation)
    values (p_actor, p_subject, p_rule, p_case, p_by, now() + make_interval(mins => p_minutes), p_scope, p_relation)
    returning id
$$;

create or replace function privacy.revoke_reach(p_actor bigint, p_subject bigint, p_rule text, p_case text)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update privacy_reach set revoked_at = now()
     where rule = p_rule and case_no = p_case and revoked_at is null
       and (p_actor is null or actor_id = p_actor) and (p_subject is null or subject_id = p_subject);
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- A whole-population run needs a second person (双人审批): a supervisor or officer approves for an operator.
drop function if exists privacy.approve_bulk(bytea, bigint, text, int);
create or replace function privacy.approve_bulk(
    p_token bytea, p_operator bigint, p_run text, p_minutes int, p_process text default 'data.load')
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role not in ('supervisor', 'privacy_officer')
       or w.actor_id = p_operator or p_run = ''
       or not exists (select 1 from privacy_process p
                       where p.code = p_process and p.in_force and p.row_rule = 'bulk')
       or not exists (select 1 from privacy_actor a where a.id = p_operator and a.active
                         and a.role in ('operator', 'system')) then return null; end if;
    perform privacy.write_entry('approve', p_process, w.actor_id, w.role, w.unit, null, '{}', '{}', p_run, '',
                                'allowed', null);
    return privacy.grant_reach(p_operator, null, 'bulk', p_run, w.actor_id, p_minutes);
end $$;

-- The account as the gate knows it (log-in role): made, frozen by its owner at once, reopened by staff review.
create or replace function privacy.make_actor(p_role text, p_subject bigint, p_unit text, p_staff_no text)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_actor (role, subject_id, unit, staff_no) values (p_role, p_subject, p_unit, p_staff_no)
    returning id
$$;

-- The items a bulk run of this transaction may see (or write) in the vault.
create or replace function privacy.bulk_items(p_write boolean)
returns text[] language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(i), '{}') from privacy_entry e
      join privacy_process p on p.code = e.process and p.in_force and p.row_rule = 'bulk' and p.code not like 'run.%',
           unnest(case when p_write then e.writes else e.items || e.writes end) i
     where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
       and e.kind in ('read', 'write', 'reveal') and e.subject_id is null
$$;

grant execute on function privacy.open, privacy.visible_subjects, privacy.writable_subjects, privacy.writers,
    privacy.bulk_low, privacy.bulk_high, privacy.bulk_items, privacy.visible_cells, privacy.whoami, privacy.sessions_of,
    privacy.end_session to shebao_app, shebao_login, shebao_worker;
grant execute on function privacy.search_subject, privacy.approve_bulk, privacy.may_work to shebao_app;
grant execute on function privacy.start_session, privacy.find_subject, privacy.make_actor, privacy.grant_reach,
    privacy.revoke_reach to shebao_login;
grant execute on function privacy.find_subject, privacy.cover, privacy.cover_words to shebao_worker;
