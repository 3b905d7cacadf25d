-- Cases (办件) as the gate's ground for staff: open one for a person at the window, take one, close one.

create sequence if not exists cases.serial;
create or replace function cases.next_no(p_unit text)
returns text language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select 'BJ' || to_char(now() at time zone 'Asia/Shanghai', 'YYMMDD') || '-'
        || lpad((nextval('cases.serial') % 1000000)::text, 6, '0')
$$;

-- Opens a window case (窗口受理) for the person with this number digest. The person sees who, why and when.
create or replace function cases.open_window(
    p_token bytea, p_digest bytea, p_kind text, p_reason text, p_request uuid,
    out outcome text, out case_no text, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select o.outcome, o.subject into outcome, subject
      from privacy.search_subject(p_token, p_digest, '', p_reason, p_request) o;
    if outcome <> 'allowed' then return; end if;
    select * into w from privacy.whoami(p_token);
    if w.subject_id = subject then outcome := 'out_of_reach'; return; end if;
    case_no := cases.next_no(w.unit);
    insert into cases_case (no, subject_id, kind, state, unit, reason, opened_by_id)
    values (case_no, subject, p_kind, 'open', w.unit, p_reason, w.actor_id);
    perform privacy.grant_reach(w.actor_id, subject, 'case', case_no, w.actor_id,
                                case when p_kind = 'urgent' then 30 else 480 end,
                                '{desk.case,desk.reveal,desk.urgent}');
    perform privacy.write_entry('approve', 'desk.case', w.actor_id, w.role, w.unit, subject, '{case.record}',
                                '{case.record}', case_no, p_reason, 'allowed', p_request);
end $$;

-- The open cases of the clerk's own unit that she has taken (no names, no numbers).
create or replace function cases.mine(p_token bytea)
returns table (case_no text, kind text, state text, reason text, opened_at timestamptz, subject_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.no, c.kind, c.state, c.reason, c.opened_at, c.subject_id
      from privacy.whoami(p_token) w
      join privacy_reach r on r.actor_id = w.actor_id and r.rule = 'case' and r.revoked_at is null and r.until > now()
      join cases_case c on c.no = r.case_no and c.state = 'open'
     where w.active
     order by c.opened_at desc
$$;

create or replace function cases.close(p_token bytea, p_case text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    update cases_case c set state = 'closed', closed_at = now()
     where c.no = p_case and c.state = 'open' and exists (
        select 1 from privacy_reach r where r.actor_id = w.actor_id and r.rule = 'case' and r.case_no = p_case
           and r.revoked_at is null and r.until > now());
    if not found then return false; end if;
    perform privacy.revoke_reach(null, null, 'case', p_case);
    return true;
end $$;

grant execute on function cases.open_window, cases.mine, cases.close to shebao_app;
