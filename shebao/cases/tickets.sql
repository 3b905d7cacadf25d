-- Tickets (工单): what staff do before a grant is open; each checks the acting session and leaves an entry.

create or replace function cases.next_ticket()
returns text language sql volatile set search_path = pg_catalog, public, pg_temp as $$
    select 'GD' || to_char(now() at time zone 'Asia/Shanghai', 'YYMMDD') || '-'
        || lpad((floor(random() * 1000000))::int::text, 6, '0')
$$;

-- What a ticket in hand opens.
create or replace function cases.answering()
returns text[] language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select '{contact.privacy,contact.login,contact.service,contact.technical}'::text[]
$$;

-- Who of the staff sees which kind in the queue; a supervisor sees all.
create or replace function cases.answers_kind(p_role text, p_kind text)
returns boolean language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select p_role = 'supervisor'
        or (p_role = 'privacy_officer' and p_kind in ('privacy', 'policy', 'terms', 'letter'))
        or (p_role = 'clerk' and p_kind not in ('privacy', 'policy', 'terms'))
$$;

-- The queue (工单队列): no names, no text.
create or replace function cases.ticket_queue(p_token bytea)
returns table (no text, kind text, channel text, topic text, state text, owner text, due_on date,
               opened_at timestamptz, escalated boolean, matched boolean, taken boolean, mine boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.no, t.kind, t.channel, t.topic, t.state, t.owner, t.due_on, t.opened_at, t.escalated_at is not null,
           t.subject_id is not null, t.holder_id is not null, t.holder_id = w.actor_id
      from privacy.whoami(p_token) w join cases_ticket t on t.state = 'open'
       and (cases.answers_kind(w.role, t.kind) or t.holder_id = w.actor_id)
     where w.active and w.role in ('clerk', 'supervisor', 'privacy_officer')
     order by t.due_on, t.no limit 200
$$;

-- Takes a ticket: the taker reaches its person through it, nobody else does any more.
create or replace function cases.take_ticket(p_token bytea, p_no text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    t cases_ticket;
begin
    select * into w from privacy.whoami(p_token);
    select * into t from cases_ticket where no = p_no for update;
    if w.actor_id is null or not w.active or t.no is null
       or not (cases.answers_kind(w.role, t.kind) or coalesce(t.holder_id = w.actor_id, false))
    then return 'out_of_reach'; end if;
    if t.state <> 'open' then return 'conflict'; end if;
    if t.subject_id is null then return 'precondition_unmet'; end if;
    if t.subject_id = w.subject_id then return 'out_of_reach'; end if;
    perform privacy.revoke_reach(null, null, 'case', p_no);
    perform privacy.grant_reach(w.actor_id, t.subject_id, 'case', p_no, w.actor_id, 480, cases.answering());
    update cases_ticket set holder_id = w.actor_id where no = p_no;
    perform privacy.write_entry('approve', 'contact.take', w.actor_id, w.role, w.unit, t.subject_id,
                                '{ticket.text}', '{}', p_no, '', 'allowed', p_request);
    return 'allowed';
end $$;

-- Which person a ticket in the hands of this session is about, and of which kind.
create or replace function cases.ticket_of(p_token bytea, p_no text)
returns table (subject_id bigint, kind text, identity text, state text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.subject_id, t.kind, t.identity, t.state
      from privacy.whoami(p_token) w join cases_ticket t on t.no = p_no
     where w.active and (t.holder_id = w.actor_id or (w.role = 'citizen' and t.subject_id = w.subject_id))
$$;

-- A call (电话来访) of the person with this number digest, logged by a clerk or supervisor.
create or replace function cases.log_ticket(
    p_token bytea, p_digest bytea, p_kind text, p_channel text, p_owner text, p_received date, p_due date,
    p_identity text, p_reason text, p_request uuid, out outcome text, out ticket text, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select o.outcome, o.subject into outcome, subject
      from privacy.search_subject(p_token, p_digest, '', p_reason, p_request) o;
    if outcome <> 'allowed' then return; end if;
    select * into w from privacy.whoami(p_token);
    if w.subject_id = subject then outcome := 'out_of_reach'; return; end if;
    ticket := cases.next_ticket();
    insert into cases_ticket (no, subject_id, kind, channel, owner, holder_id, received_on, due_on, identity)
    values (ticket, subject, p_kind, p_channel, p_owner, w.actor_id, p_received, p_due, p_identity);
    perform privacy.grant_reach(w.actor_id, subject, 'case', ticket, w.actor_id, 480, cases.answering());
    perform privacy.write_entry('approve', 'contact.take', w.actor_id, w.role, w.unit, subject,
                                '{ticket.text}', '{ticket.text}', ticket, p_reason, 'allowed', p_request);
end $$;

-- The register of incoming letters (来信登记): no person and no content until the letter is matched.
create or replace function cases.register_letter(
    p_token bytea, p_topic text, p_owner text, p_received date, p_due date, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_no text := cases.next_ticket();
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role not in ('clerk', 'supervisor', 'privacy_officer')
    then return null; end if;
    insert into cases_ticket (no, kind, channel, topic, owner, received_on, due_on)
    values (v_no, 'letter', 'letter', p_topic, p_owner, p_received, p_due);
    perform privacy.write_entry('approve', 'contact.letter', w.actor_id, w.role, w.unit, null, '{}', '{}', v_no, '',
                                'allowed', p_request);
    return v_no;
end $$;

create or replace function cases.match_letter(
    p_token bytea, p_no text, p_digest bytea, p_reason text, p_request uuid, out outcome text, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select o.outcome, o.subject into outcome, subject
      from privacy.search_subject(p_token, p_digest, p_no, p_reason, p_request) o;
    if outcome <> 'allowed' then return; end if;
    select * into w from privacy.whoami(p_token);
    if w.subject_id = subject then outcome := 'out_of_reach'; return; end if;
    update cases_ticket set subject_id = subject, holder_id = w.actor_id, identity = '来信署名和证件号'
     where no = p_no and cases_ticket.subject_id is null and state = 'open';
    if not found then outcome := 'conflict'; return; end if;
    perform privacy.grant_reach(w.actor_id, subject, 'case', p_no, w.actor_id, 480, cases.answering());
    perform privacy.write_entry('approve', 'contact.take', w.actor_id, w.role, w.unit, subject,
                                '{ticket.text}', '{ticket.text}', p_no, p_reason, 'allowed', p_request);
end $$;

-- The closed ticket opens nobody's data any more.
create or replace function cases.leave_ticket(p_token bytea, p_no text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    if not exists (select 1 from cases_ticket t where t.no = p_no and t.holder_id = w.actor_id and t.state = 'closed')
    then return false; end if;
    perform privacy.revoke_reach(null, null, 'case', p_no);
    return true;
end $$;

-- Late tickets go to the person in charge (升级); the content of old ones ends, the ticket is still counted.
create or replace function cases.escalate_tickets(p_now timestamptz, p_today date)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update cases_ticket set escalated_at = p_now, owner = '科长'
     where state = 'open' and due_on < p_today and escalated_at is null;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

create or replace function cases.erase_tickets(p_now timestamptz, p_today date)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    delete from cases_ticketnote n using cases_ticket t
     where t.no = n.ticket_id and t.keep_until < p_today and t.erased_at is null;
    update cases_ticket set fields = null, plan = null, result = null, topic = '', erased_at = p_now
     where keep_until < p_today and erased_at is null;
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- How satisfied people were (满意度): counts by kind and stars, nobody's name.
create or replace function cases.ticket_ratings()
returns table (kind text, total bigint, late bigint, rated bigint, stars numeric)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select t.kind, count(*), count(t.escalated_at), count(t.rating), round(avg(t.rating), 1)
      from cases_ticket t group by t.kind order by t.kind
$$;

grant execute on function cases.next_ticket, cases.ticket_queue, cases.take_ticket, cases.ticket_of, cases.log_ticket,
    cases.register_letter, cases.match_letter, cases.leave_ticket, cases.ticket_ratings to shebao_app;
grant execute on function cases.escalate_tickets, cases.erase_tickets to shebao_worker;
