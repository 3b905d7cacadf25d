-- Messages and their delivery (消息与投递). Every table row is written by these functions; row-level security shows a
-- person her own messages under an entry of the ledger, and the worker nobody without one.

-- Does this transaction already hold an allowed entry of the ledger about this person (or a cover that holds her)?
create or replace function notices.holds_entry(p_subject bigint)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select 1 from privacy_entry e left join privacy_cover c on c.entry_id = e.id
         where e.xid = pg_current_xact_id_if_assigned() and e.at = now() and e.outcome = 'allowed'
           and (e.subject_id = p_subject or (e.subject_id is null and c.span @> p_subject)))
$$;

-- The one actor that delivers (系统，消息送达).
create or replace function notices.system_actor()
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_id bigint;
begin
    select id into v_id from privacy_actor where role = 'system' and unit = '消息送达' order by id limit 1;
    if v_id is not null then return v_id; end if;
    perform pg_advisory_xact_lock(hashtext('notices.system_actor'));
    select id into v_id from privacy_actor where role = 'system' and unit = '消息送达' order by id limit 1;
    if v_id is null then
        insert into privacy_actor (role, unit) values ('system', '消息送达') returning id into v_id;
    end if;
    return v_id;
end $$;

-- A session of that actor alone, for the worker. It reaches only persons with a message under way.
create or replace function notices.begin_work(p_digest bytea, p_minutes int)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint := notices.system_actor();
begin
    update privacy_session set ended_at = now()
     where actor_id = v_actor and ended_at is null and expires_at <= now() + make_interval(mins => 1);
    insert into privacy_session (digest, actor_id, level, method, device, expires_at)
    values (p_digest, v_actor, 1, 'worker', '消息送达', now() + make_interval(mins => p_minutes));
    return v_actor;
end $$;

-- Does the person take this category at all? Promotion asks for consent; what must arrive is never muted.
create or replace function notices.takes(p_subject bigint, p_category text, p_channel text)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when p_category in ('important', 'security', 'policy') then true
                else coalesce((select f.wanted from notices_preference f
                                where f.subject_id = p_subject and f.category = p_category
                                  and f.channel = p_channel), true) end
       and (p_category not in ('promotion', 'partner_offer')
            or exists (select 1 from privacy_process p
                        where p.in_force and p.code = case p_category when 'promotion' then 'notice.marketing'
                                                                      else 'notice.partner' end
                          and privacy.has_consent(p_subject, p.code, p.material_since)))
$$;

-- Posts one message in the caller's own transaction: message, and the first step on its way out.
-- Null: the person does not take this category. Raises SB003 without an entry about the person, SB004 when a phone
-- number would serve another purpose than log-in, service and incidents.
create or replace function notices.post(
    p_subject bigint, p_template text, p_version int, p_category text, p_duty boolean, p_params bytea,
    p_key_class text, p_case text, p_channels text[], p_minutes int, p_unsubscribe bytea, p_mailing bigint)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_id bigint;
    v_actor bigint;
begin
    if not notices.holds_entry(p_subject) then
        raise exception 'no entry of this transaction is about this person' using errcode = 'SB003';
    end if;
    if p_category not in ('important', 'security', 'progress') and p_channels && '{sms,phone}'::text[] then
        raise exception 'a phone number serves log-in, service and incident notices only' using errcode = 'SB004';
    end if;
    if not notices.takes(p_subject, p_category, 'inbox') or exists (
        select 1 from privacy_actor a where a.subject_id = p_subject and a.inactive_reason = 'deceased')
    then return null; end if;
    insert into notices_message (subject_id, template, version, category, duty, params, key_class, case_no,
                                 unsubscribe, mailing_id)
    values (p_subject, p_template, p_version, p_category, p_duty, p_params, p_key_class, p_case, p_unsubscribe,
            p_mailing)
    returning id into v_id;
    if cardinality(p_channels) = 0 then return v_id; end if;
    v_actor := notices.system_actor();
    perform privacy.grant_reach(v_actor, p_subject, 'case', 'message/' || v_id, v_actor, p_minutes + 1440, '{notice.deliver}');
    insert into notices_delivery (message_id, subject_id, channel, next_at, until, rest)
    values (v_id, p_subject, p_channels[1], now(), now() + make_interval(mins => p_minutes), p_channels[2:]);
    return v_id;
end $$;

-- The next channel of the chain, in the same transaction as the end of the one before.
create or replace function notices.fall_over(p_delivery bigint, p_now timestamptz)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    d notices_delivery;
    v_id bigint;
begin
    select * into d from notices_delivery where id = p_delivery;
    if cardinality(d.rest) = 0 or d.until <= p_now
       or exists (select 1 from notices_delivery c where c.parent_id = d.id) then return null; end if;
    insert into notices_delivery (message_id, subject_id, channel, next_at, until, rest, parent_id, created_at,
                                  changed_at)
    values (d.message_id, d.subject_id, d.rest[1], p_now, d.until, d.rest[2:], d.id, p_now, p_now)
    returning id into v_id;
    update privacy_reach set revoked_at = null
     where subject_id = d.subject_id and rule = 'case' and case_no = 'message/' || d.message_id
       and actor_id = notices.system_actor() and until > now();
    return v_id;
end $$;

-- When nothing of a message is under way any more, nobody reaches the person for it.
create or replace function notices.close_reach(p_message bigint)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update privacy_reach r set revoked_at = now()
      from notices_message m
     where m.id = p_message and r.subject_id = m.subject_id and r.rule = 'case' and r.revoked_at is null
       and r.case_no = 'message/' || p_message
       and not exists (select 1 from notices_delivery d
                        where d.message_id = p_message and d.state in ('queued', 'sending'))
$$;

-- Claims what is due: the row stays queued and is hidden until the hold ends, so a worker that dies before it
-- begins to send loses nothing and doubles nothing. Two workers never hold the same row.
create or replace function notices.claim(
    p_worker uuid, p_channels text[], p_now timestamptz, p_hold_seconds int, p_limit int)
returns table (delivery bigint, message bigint, subject bigint, template text, version smallint, category text,
               channel text, attempts smallint, key uuid, until timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    return query
    with due as (
        select d.id from notices_delivery d
         where d.state = 'queued' and d.next_at <= p_now and d.channel = any(p_channels)
         order by d.next_at, d.id limit p_limit for update skip locked),
    held as (
        update notices_delivery d
           set worker = p_worker, next_at = p_now + make_interval(secs => p_hold_seconds)
          from due where d.id = due.id
        returning d.*)
    select h.id, m.id, h.subject_id, m.template, m.version, m.category, h.channel, h.attempts, h.key, h.until
      from held h join notices_message m on m.id = h.message_id order by h.id;
end $$;

-- The last word before the message leaves: from here on, it may have been sent.
create or replace function notices.begin(p_delivery bigint, p_worker uuid, p_now timestamptz, p_lease_seconds int)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_delivery
       set state = 'sending', attempts = attempts + 1, changed_at = p_now, error = '',
           lease_until = p_now + make_interval(secs => p_lease_seconds)
     where id = p_delivery and worker = p_worker and state = 'queued' and next_at > p_now;
    return found;
end $$;

-- What a dead worker left in `sending`: where the receiver drops doubles it goes again under the same key (so do
-- letters and calls that nobody reported back), elsewhere it is said to be unknown; what must arrive also goes on to the next channel.
create or replace function notices.reclaim(p_repeatable text[], p_now timestamptz)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    d record;
    v_count int := 0;
begin
    for d in select n.id, n.channel from notices_delivery n
              where n.state = 'sending' and n.lease_until < p_now
              order by n.id limit 200 for update skip locked loop
        v_count := v_count + 1;
        if d.channel = any(p_repeatable) or d.channel in ('letter', 'phone') then
            update notices_delivery set state = 'queued', worker = null, lease_until = null, next_at = p_now,
                   error = 'worker_lost', changed_at = p_now where id = d.id;
        else
            perform notices.settle(d.id, 'unknown', 'worker_lost', '', p_now);
        end if;
    end loop;
    return v_count;
end $$;

-- The end of one channel (sent, delivered, failed, unknown): the next one takes over in the same transaction when
-- this one failed, and for what must arrive also when nobody knows. Internal.
create or replace function notices.settle(
    p_delivery bigint, p_state text, p_error text, p_reference text, p_now timestamptz)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    d record;
    v_state text := p_state;
begin
    select n.message_id, n.rest, n.until, m.category into d
      from notices_delivery n join notices_message m on m.id = n.message_id where n.id = p_delivery;
    if v_state = 'failed' and (cardinality(d.rest) = 0 or d.until <= p_now) then v_state := 'gave_up'; end if;
    update notices_delivery set state = v_state, error = p_error, reference = p_reference, changed_at = p_now,
           lease_until = null where id = p_delivery;
    if v_state = 'failed' or (v_state = 'unknown' and d.category in ('important', 'security')) then
        perform notices.fall_over(p_delivery, p_now);
    end if;
    perform notices.close_reach(d.message_id);
end $$;

-- The end of one attempt: sent, delivered, failed, unknown, or later (not before p_next).
-- Only who holds the row may say so; a late yes still turns `unknown` into what it was.
create or replace function notices.finish(
    p_delivery bigint, p_worker uuid, p_outcome text, p_error text, p_reference text, p_next timestamptz,
    p_now timestamptz)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    d notices_delivery;
begin
    select * into d from notices_delivery where id = p_delivery for update;
    if d.worker is null or d.worker <> p_worker or d.state not in ('queued', 'sending', 'unknown')
       or (d.state = 'unknown' and p_outcome not in ('sent', 'delivered'))
       or (d.state = 'queued' and p_outcome not in ('failed', 'later')) then return false; end if;
    if p_outcome = 'later' and p_next < d.until then
        update notices_delivery set state = 'queued', worker = null, lease_until = null, error = p_error,
               next_at = p_next, changed_at = p_now where id = p_delivery;
        return true;
    end if;
    perform notices.settle(p_delivery, case p_outcome when 'later' then 'failed' else p_outcome end, p_error,
                           p_reference, p_now);
    update notices_delivery set next_at = coalesce(p_next, next_at) where id = p_delivery and state = 'sent';
    return true;
end $$;

-- What the caps count: messages that went out to this person since a moment, by worker's channels.
create or replace function notices.sent_since(p_subject bigint, p_since timestamptz)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) from notices_delivery d join notices_message m on m.id = d.message_id
     where d.subject_id = p_subject and d.changed_at >= p_since and d.state in ('sent', 'delivered')
       and m.category <> 'security' and d.channel in ('push', 'email', 'sms')
$$;

-- Receipts (送达回执) of channels that can be asked later.
create or replace function notices.awaiting(p_channel text, p_now timestamptz, p_limit int)
returns table (delivery bigint, key uuid, attempts smallint, sent_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.id, d.key, d.attempts, d.changed_at from notices_delivery d
     where d.state = 'sent' and d.channel = p_channel and d.next_at <= p_now and d.reference <> ''
     order by d.next_at limit p_limit
$$;

create or replace function notices.receipt(p_delivery bigint, p_outcome text, p_next timestamptz, p_now timestamptz)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare d notices_delivery;
begin
    select * into d from notices_delivery where id = p_delivery and state = 'sent' for update;
    if d.id is null then return false; end if;
    if p_outcome = 'waiting' then
        update notices_delivery set next_at = p_next where id = p_delivery;
        return true;
    end if;
    perform notices.settle(p_delivery, p_outcome, case p_outcome when 'failed' then 'undelivered' else '' end,
                           d.reference, p_now);
    return true;
end $$;

-- Is this address (its keyed digest) confirmed as the person's own?
create or replace function notices.confirmed(p_subject bigint, p_channel text, p_mark bytea)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from notices_contact c where c.subject_id = p_subject and c.channel = p_channel
                      and c.mark = p_mark and c.verified_at is not null)
$$;

-- A browser that unsubscribed at its push service is forgotten.
create or replace function notices.drop_push(p_mark bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from notices_push where mark = p_mark;
    return found;
end $$;

-- The person reads a message of her own.
create or replace function notices.mark_read(p_message bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_message set read_at = now()
     where id = p_message and read_at is null
       and subject_id = any((select privacy.writable_subjects('message.text'))::bigint[]);
    return found;
end $$;

-- The number on the tab; opens nothing and tells only the session's own person, an agent the units she speaks for.
create or replace function notices.unread(p_token bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) from (
        select 1 from notices_message m
         where m.subject_id in (select w.subject_id from privacy.whoami(p_token) w union all
                                select r.subject_id from privacy.whoami(p_token) w
                                  join privacy_reach r on r.actor_id = w.actor_id and r.rule = 'employer'
                                 where w.role = 'employer_agent' and r.revoked_at is null and r.until > now())
           and m.read_at is null
           and m.template not in ('account.code', 'account.email_link') limit 100) counted
$$;

-- Stops mail to an address at once: nothing queued goes out any more.
create or replace function notices.stop_channel(p_subject bigint, p_channel text)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    d record;
    v_count int := 0;
begin
    if not p_subject = any(privacy.writable_subjects('message.contact')) then
        raise exception 'no entry of this transaction changes the contact of this person' using errcode = 'SB003';
    end if;
    delete from notices_contact where subject_id = p_subject and channel = p_channel;
    for d in select id from notices_delivery
              where subject_id = p_subject and channel = p_channel and state = 'queued' for update loop
        v_count := v_count + 1;
        perform notices.settle(d.id, 'failed', 'contact_removed', '', now());
    end loop;
    return v_count;
end $$;

-- The link in a confirmation mail: whoever opens it reads that mailbox.
create or replace function notices.confirm(p_token bytea, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare c notices_contact;
begin
    select * into c from notices_contact where token = sha256(p_token) for update;
    if c.subject_id is null then return 'not_found'; end if;
    if c.token_until < now() then return 'expired'; end if;
    update notices_contact set verified_at = now(), token = null, token_until = null
     where subject_id = c.subject_id and channel = c.channel;
    perform privacy.write_entry('confirm', 'notice.contact', null, 'visitor', '', c.subject_id, '{}',
                                '{message.contact}', '', c.channel, 'allowed', p_request);
    return 'confirmed';
end $$;

-- What an unsubscribe link speaks of; it names a category and nobody.
create or replace function notices.unsubscribing(p_token bytea)
returns text language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select category from notices_message where unsubscribe = sha256(p_token)
$$;

-- Unsubscribing without log-in (免登录退订): a yes to promotion is withdrawn, another category is muted.
create or replace function notices.unsubscribe(p_token bytea, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    m notices_message;
    v_process text;
    p record;
begin
    select * into m from notices_message where unsubscribe = sha256(p_token);
    if m.id is null or m.category in ('important', 'security', 'policy', 'progress') then return null; end if;
    v_process := case m.category when 'promotion' then 'notice.marketing' when 'partner_offer' then 'notice.partner'
                                 else 'notice.preference' end;
    if v_process = 'notice.preference' then
        insert into notices_preference (subject_id, category, channel, wanted, at)
        values (m.subject_id, m.category, 'inbox', false, now())
            on conflict (subject_id, category, channel) do update set wanted = false, at = now();
    end if;
    select * into p from privacy_process where code = v_process and in_force;
    if v_process <> 'notice.preference' and privacy.has_consent(m.subject_id, v_process, null) then
        insert into privacy_consentevent (subject_id, process, register_version, notice_hash, kind, state, method,
                                          by_subject)
        select m.subject_id, v_process, p.register_version, c.notice_hash, c.kind, 'withdrawn', 'link', m.subject_id
          from privacy_consentevent c where c.subject_id = m.subject_id and c.process = v_process
         order by c.id desc limit 1;
    end if;
    update notices_delivery set state = 'gave_up', error = 'unsubscribed', changed_at = now()
     where subject_id = m.subject_id and state = 'queued'
       and message_id in (select o.id from notices_message o
                           where o.subject_id = m.subject_id and o.category = m.category);
    perform privacy.write_entry('unsubscribe', v_process, null, 'visitor', '', m.subject_id, '{}',
                                '{message.preference}', '', m.category, 'allowed', p_request);
    return m.category;
end $$;

-- Old messages end (到期删除).
create or replace function notices.forget(p_before timestamptz, p_limit int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    with gone as (select id from notices_message where created_at < p_before order by id limit p_limit),
         rest as (delete from notices_delivery where message_id in (select id from gone))
    delete from notices_message where id in (select id from gone);
    get diagnostics v_count = row_count;
    delete from notices_reminder where created_at < p_before;
    return v_count;
end $$;

grant execute on function notices.post to shebao_app, shebao_login, shebao_worker;
grant execute on function notices.mark_read, notices.unread, notices.stop_channel, notices.confirm,
    notices.unsubscribing, notices.unsubscribe to shebao_app;
grant execute on function notices.stop_channel to shebao_login;
grant execute on function notices.begin_work, notices.claim, notices.begin, notices.reclaim, notices.finish, notices.sent_since,
    notices.awaiting, notices.receipt, notices.confirmed, notices.takes, notices.drop_push, notices.forget to shebao_worker;
