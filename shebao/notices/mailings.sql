-- Mailings (群发), public notices (公告), letters and calls: what staff do, under their own session and the ledger.

create or replace function notices.staff(p_token bytea, p_roles text[])
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select w.actor_id from privacy.whoami(p_token) w
     where w.active and w.level >= 2 and w.role = any(p_roles)
$$;

-- Drafting: one person writes what many will get. Promotion without a registered purpose is refused.
create or replace function notices.draft(
    p_token bytea, p_template text, p_category text, p_params jsonb, p_topic text, p_kind text, p_title text,
    p_body text, p_request uuid, out outcome text, out mailing bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_actor bigint := notices.staff(p_token, '{supervisor,privacy_officer,operator}');
    v_process text := case p_category when 'promotion' then 'notice.marketing' when 'partner_offer' then 'notice.partner'
                                      else 'run.notices' end;
    w record;
    v_notice bigint;
begin
    select * into w from privacy.whoami(p_token);
    outcome := case when v_actor is null then 'permission_missing'
                    when not exists (select 1 from privacy_process p where p.code = v_process and p.in_force)
                    then 'purpose_not_allowed' else 'allowed' end;
    if w.actor_id is not null then
        perform privacy.write_entry(case outcome when 'allowed' then 'draft' else 'refuse' end, v_process, w.actor_id,
                                    w.role, w.unit, null, '{}', '{}', '', p_template, outcome, p_request);
    end if;
    if outcome <> 'allowed' then return; end if;
    if p_title <> '' then
        insert into notices_announcement (kind, title, body, by_actor) values (p_kind, p_title, p_body, v_actor)
        returning id into v_notice;
    end if;
    insert into notices_mailing (template, params, topic, drafted_by, announcement_id)
    values (p_template, p_params, p_topic, v_actor, v_notice) returning id into mailing;
end $$;

-- Approval by a second person: the public notice appears, the worker may begin.
create or replace function notices.approve(p_token bytea, p_mailing bigint, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_actor bigint := notices.staff(p_token, '{supervisor,privacy_officer}');
    m notices_mailing;
begin
    select * into m from notices_mailing where id = p_mailing for update;
    if v_actor is null or v_actor = m.drafted_by then return 'permission_missing'; end if;
    if m.id is null then return 'not_found'; end if;
    if m.state <> 'draft' then return 'conflict'; end if;
    if privacy.approve_bulk(p_token, notices.system_actor(), 'run.notices/' || m.id, 7 * 1440, 'run.notices') is null
    then return 'permission_missing'; end if;
    update notices_mailing set state = 'approved', approved_by = v_actor where id = m.id;
    update notices_announcement set published_at = now() where id = m.announcement_id;
    return 'allowed';
end $$;

-- A public notice by itself, or as the fall-back of a mailing that did not reach everybody.
create or replace function notices.announce(
    p_token bytea, p_kind text, p_title text, p_body text, p_ends timestamptz, p_mailing bigint)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_actor bigint := notices.staff(p_token, '{supervisor,privacy_officer}');
    v_id bigint;
begin
    if v_actor is null then return null; end if;
    insert into notices_announcement (kind, title, body, published_at, ends_at, by_actor)
    values (p_kind, p_title, p_body, now(), p_ends, v_actor) returning id into v_id;
    update notices_mailing set announcement_id = v_id where id = p_mailing;
    return v_id;
end $$;

-- The next approved mailing, where it stands, and the last person's number.
create or replace function notices.next_mailing()
returns table (mailing bigint, template text, params jsonb, low bigint, last bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.template, m.params, m.position, (select coalesce(max(s.id), 0) from privacy_subject s)
      from notices_mailing m where m.state = 'approved' order by m.id limit 1
$$;

-- Whom a mailing addresses in the span that this transaction has opened. It looks at accounts, at choices of the
-- person and at general topics; nothing of insurance or treatment is read here.
create or replace function notices.addressees(p_mailing bigint, p_category text, p_low bigint, p_high bigint)
returns table (subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select 1 from privacy_entry e join privacy_cover c on c.entry_id = e.id
                    where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
                      and e.case_no = 'run.notices/' || p_mailing and c.span @> int8range(p_low, p_high)) then
        raise exception 'no entry of this transaction opens these persons' using errcode = 'SB003';
    end if;
    update notices_mailing set position = p_high
     where id = p_mailing and state = 'approved' and position = p_low;
    if not found then return; end if;
    return query
    select a.subject_id from privacy_actor a join notices_mailing m on m.id = p_mailing
     where a.role = 'citizen' and a.subject_id >= p_low and a.subject_id < p_high
       and a.inactive_reason <> 'cancelled'
       and (m.topic = '' or exists (select 1 from notices_subscription t
                                     where t.subject_id = a.subject_id and t.topic = m.topic))
       and notices.takes(a.subject_id, p_category, 'inbox')
     order by a.subject_id;
end $$;

create or replace function notices.count_posted(p_mailing bigint, p_posted bigint, p_done boolean, p_now timestamptz)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_mailing
       set posted = posted + p_posted, state = case when p_done then 'done' else state end,
           finished_at = case when p_done then p_now else finished_at end
     where id = p_mailing and state = 'approved';
    if p_done then perform privacy.revoke_reach(null, null, 'bulk', 'run.notices/' || p_mailing); end if;
end $$;

-- What became of a mailing: messages by where they stand; `undelivered` has neither left the house nor been read.
create or replace function notices.report(p_mailing bigint)
returns table (channel text, state text, count bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.channel, d.state, count(*) from notices_delivery d join notices_message m on m.id = d.message_id
     where m.mailing_id = p_mailing group by 1, 2 order by 1, 2
$$;

create or replace function notices.undelivered(p_mailing bigint)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) from notices_message m
     where m.mailing_id = p_mailing and m.read_at is null
       and not exists (select 1 from notices_delivery d
                        where d.message_id = m.id and d.state in ('sent', 'delivered'))
$$;

-- The end of a service becomes final with evidence for everybody, or with a public notice for the others
-- (JL-3.1.1.5-03).
create or replace function notices.finalise(p_token bytea, p_mailing bigint)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    m notices_mailing;
    v_notice boolean;
begin
    if notices.staff(p_token, '{supervisor,privacy_officer}') is null then return 'permission_missing'; end if;
    select * into m from notices_mailing where id = p_mailing for update;
    if m.id is null or m.template <> 'service.ended' then return 'not_found'; end if;
    v_notice := exists (select 1 from notices_announcement a where a.id = m.announcement_id
                           and a.published_at is not null and (a.ends_at is null or a.ends_at > now()));
    if m.state <> 'done' or (notices.undelivered(m.id) > 0 and not v_notice) then return 'precondition_unmet'; end if;
    update notices_mailing set state = 'final' where id = m.id;
    return 'allowed';
end $$;

create or replace function notices.mailings(p_token bytea)
returns table (mailing bigint, template text, params jsonb, topic text, state text, mine boolean, posted bigint,
               undelivered bigint, announcement bigint, drafted_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select m.id, m.template, m.params, m.topic, m.state, m.drafted_by = s.actor, m.posted, notices.undelivered(m.id),
           m.announcement_id, m.drafted_at
      from (select notices.staff(p_token, '{supervisor,privacy_officer,operator}') actor) s
      join notices_mailing m on s.actor is not null
     order by m.id desc limit 50
$$;

-- The way of one message, for staff who hold its number: channels and outcomes, nothing of the person.
create or replace function notices.chain(p_token bytea, p_message bigint)
returns table (channel text, state text, error text, attempts smallint, changed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.channel, d.state, d.error, d.attempts, d.changed_at from notices_delivery d
     where d.message_id = p_message
       and notices.staff(p_token, '{clerk,supervisor,privacy_officer,operator,security_officer}') is not null
     order by d.id
$$;

-- Work for people: letters to print, calls to make. Taking one gives reach to that person for two hours.
create or replace function notices.waiting(p_token bytea)
returns table (channel text, waiting bigint, held bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.channel, count(*) filter (where d.state = 'queued' and d.next_at <= now()),
           count(*) filter (where d.state = 'sending' and d.reference like s.actor || ':%')
      from (select notices.staff(p_token, '{clerk,supervisor,operator,privacy_officer}') actor) s
      join notices_delivery d on s.actor is not null and d.channel in ('letter', 'phone')
       and d.state in ('queued', 'sending')
     group by d.channel
$$;

create or replace function notices.take(p_token bytea, p_channel text, p_limit int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_process text := case p_channel when 'letter' then 'notice.print' when 'phone' then 'notice.call' end;
    v_actor bigint := notices.staff(p_token, (select p.roles from privacy_process p
                                               where p.code = v_process and p.in_force));
    d record;
    v_count int := 0;
begin
    if v_actor is null then return null; end if;
    for d in select n.id, n.message_id, n.subject_id from notices_delivery n
              where n.channel = p_channel and n.state = 'queued' and n.next_at <= now()
                and n.subject_id is distinct from (select w.subject_id from privacy.whoami(p_token) w)
              order by n.next_at, n.id limit p_limit for update skip locked loop
        v_count := v_count + 1;
        update notices_delivery
           set state = 'sending', attempts = attempts + 1, changed_at = now(), worker = null,
               reference = v_actor || ':' || to_char(now() at time zone 'Asia/Shanghai', 'YYYYMMDDHH24MISS'),
               lease_until = now() + case p_channel when 'letter' then interval '7 days' else interval '1 day' end
         where id = d.id;
        perform privacy.grant_reach(v_actor, d.subject_id, 'case', 'message/' || d.message_id, v_actor, 120, array[v_process]);
    end loop;
    return v_count;
end $$;

create or replace function notices.held(p_token bytea, p_channel text)
returns table (delivery bigint, message bigint, subject bigint, template text, version smallint, key_class text,
               reach boolean, taken_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, m.id, m.subject_id, m.template, m.version, m.key_class,
           exists (select 1 from privacy_reach r where r.actor_id = w.actor_id and r.subject_id = m.subject_id
                      and r.case_no = 'message/' || m.id and r.revoked_at is null and r.until > now()),
           d.changed_at
      from privacy.whoami(p_token) w
      join notices_delivery d on d.channel = p_channel and d.state = 'sending' and d.reference like w.actor_id || ':%'
      join notices_message m on m.id = d.message_id
     order by d.id
$$;

-- What came of it: sent or delivered, failed, or later (after a day; the third time it failed).
create or replace function notices.report_back(p_token bytea, p_delivery bigint, p_outcome text, p_error text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    d notices_delivery;
    v_later boolean;
begin
    select * into w from privacy.whoami(p_token);
    select * into d from notices_delivery where id = p_delivery for update;
    if w.actor_id is null or d.id is null or d.state <> 'sending' or d.reference not like w.actor_id || ':%'
       or d.channel not in ('letter', 'phone') or p_outcome not in ('sent', 'delivered', 'failed', 'later') then
        return false;
    end if;
    v_later := p_outcome = 'later' and d.attempts < 3 and d.until > now() + interval '1 day';
    if v_later then
        update notices_delivery set state = 'queued', error = p_error, reference = '', lease_until = null,
               next_at = now() + interval '1 day', changed_at = now() where id = d.id;
    else
        perform notices.settle(d.id, case p_outcome when 'later' then 'failed' else p_outcome end, p_error,
                               d.reference, now());
    end if;
    perform privacy.revoke_reach(w.actor_id, d.subject_id, 'case', 'message/' || d.message_id);
    perform privacy.write_entry('note', case d.channel when 'letter' then 'notice.print' else 'notice.call' end,
                                w.actor_id, w.role, w.unit, d.subject_id, '{}', '{message.text}',
                                'message/' || d.message_id, p_outcome, 'allowed', null);
    return true;
end $$;

grant execute on function notices.draft, notices.approve, notices.announce, notices.report, notices.undelivered,
    notices.finalise, notices.mailings, notices.chain, notices.waiting, notices.take, notices.held,
    notices.report_back to shebao_app;
grant execute on function notices.next_mailing, notices.addressees, notices.count_posted to shebao_worker;
