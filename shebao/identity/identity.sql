-- Accounts, sessions and bound cards as the gate knows them. Only the log-in role may execute these functions;
-- each checks the acting session or the person's registration itself and leaves an entry in the ledger.

-- An entry about a registration or a log-in. Internal.
create or replace function identity.note(
    p_kind text, p_process text, p_actor bigint, p_subject bigint, p_writes text[], p_reason text, p_outcome text,
    p_request uuid)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry(p_kind, p_process, p_actor, coalesce(a.role, 'visitor'), coalesce(a.unit, ''),
                               p_subject, '{login.account}', p_writes, '', p_reason, p_outcome, p_request)
      from (select 1) one left join privacy_actor a on a.id = p_actor
$$;

-- A new account. Citizens have a person, staff have a unit; one account for each person (一人一个账号).
create or replace function identity.make_account(
    p_role text, p_subject bigint, p_unit text, p_staff_no text, p_trained_until date, p_request uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint;
begin
    if p_role not in ('citizen', 'employer_agent', 'clerk', 'supervisor', 'privacy_officer', 'security_officer',
                      'auditor', 'operator', 'partner', 'system') then return null; end if;
    if (p_role = 'citizen') <> (p_subject is not null) or (p_role <> 'citizen' and p_unit = '') then return null; end if;
    if exists (select 1 from privacy_actor a where a.subject_id = p_subject) then return null; end if;
    v_actor := privacy.make_actor(p_role, p_subject, p_unit, p_staff_no);
    update privacy_actor set trained_until = p_trained_until where id = v_actor;
    perform identity.happened(v_actor, v_actor, p_subject, 'account', 'identity.register',
                              '{login.account,login.password}', '', '', null, p_request);
    return v_actor;
end $$;

-- Accepting one part of the policy in one version (接受一份文件): only a version that was published.
create or replace function identity.accept(
    p_actor bigint, p_subject bigint, p_part text, p_version text, p_seen timestamptz, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into privacy_acceptance (actor_id, subject_id, profile, part, version, seen_marked_at)
    select p_actor, p_subject, p.profile, p.part, p.version, p_seen
      from privacy_policy p
     where p.part = p_part and p.version = p_version and p.published_at <= now()
        on conflict (actor_id, part, version) do nothing;
    if found then
        perform identity.note('accept', 'identity.register', p_actor, p_subject, '{policy.acceptance}',
                              p_part || ' ' || p_version, 'allowed', p_request);
    end if;
    return exists (select 1 from privacy_acceptance a
                    where a.actor_id = p_actor and a.part = p_part and a.version = p_version);
end $$;

-- Real-name registration (实名注册) in one act: account, acceptances, phone. A person who has an account is told
-- once a day (`tell`); an account that was claimed with proof (认领) gives way.
create or replace function identity.register(
    p_subject bigint, p_parts text[], p_versions text[], p_seen timestamptz, p_key_class text, p_phone bytea,
    p_notice text, p_request uuid, out actor bigint, out outcome text, out tell boolean)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_other record;
begin
    perform pg_advisory_xact_lock(20260, hashint8(p_subject));
    tell := false;
    select a.id, a.inactive_reason into v_other from privacy_actor a where a.subject_id = p_subject;
    if v_other.inactive_reason = 'claimed' then
        perform identity.release(v_other.id, p_subject);
    elsif v_other.id is not null then
        outcome := 'conflict';
        tell := not exists (select 1 from privacy_entry e
                             where e.subject_id = p_subject and e.process = 'identity.register' and e.kind = 'refuse'
                               and e.outcome = 'conflict' and e.at > now() - interval '1 day');
        perform identity.note('refuse', 'identity.register', null, p_subject, '{}', '', outcome, p_request);
        return;
    end if;
    actor := identity.make_account('citizen', p_subject, '', '', null, p_request);
    for i in 1 .. cardinality(p_parts) loop
        if not identity.accept(actor, p_subject, p_parts[i], p_versions[i], p_seen, p_request) then
            raise exception 'no such version of the policy' using errcode = 'SB001';
        end if;
    end loop;
    if p_phone is not null then
        insert into privacy_vault (subject_id, item, key_class, ciphertext)
        values (p_subject, 'person.phone', p_key_class, p_phone)
            on conflict (subject_id, item) do update set key_class = excluded.key_class,
               ciphertext = excluded.ciphertext, written_at = now();
    end if;
    perform identity.note('account', 'identity.register', actor, p_subject,
                          case when p_phone is null then '{}' else '{person.phone}' end::text[],
                          p_notice, 'allowed', p_request);
    outcome := 'allowed';
end $$;

-- A registration or log-in that did not succeed. A visitor leaves nothing but the code; a known account's person
-- sees that somebody tried.
create or replace function identity.refuse(
    p_process text, p_actor bigint, p_code text, p_reason text, p_request uuid)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select identity.note('refuse', p_process, null, (select a.subject_id from privacy_actor a where a.id = p_actor),
                         '{}', p_reason, p_code, p_request)
$$;

-- What a log-in has to know about a name; no row for an unknown one.
create or replace function identity.find_login(p_login text)
returns table (actor_id bigint, role text, active boolean, password text, totp text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.id, a.role, a.active,
           (select c.secret from identity_credential c where c.account_id = a.id and c.kind = 'password'),
           (select c.secret from identity_credential c where c.account_id = a.id and c.kind = 'totp')
      from identity_account i join privacy_actor a on a.id = i.actor_id
     where i.login = p_login
$$;

-- Use of a session (会话): idle time starts again, never beyond its longest life; an ended one stays ended.
create or replace function identity.keep_session(p_token bytea, p_idle int, p_citizen int, p_staff int)
returns timestamptz language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update privacy_session e
       set expires_at = least(e.started_at + make_interval(mins =>
                                  case when a.role = 'citizen' then p_citizen else p_staff end),
                              now() + make_interval(mins => p_idle))
      from privacy_actor a
     where a.id = e.actor_id and e.digest = sha256(p_token) and e.ended_at is null and e.expires_at > now()
    returning e.expires_at
$$;

-- Ends the sessions of the account: all, or all others (退出其他设备).
create or replace function identity.end_sessions(p_token bytea, p_others boolean)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update privacy_session e set ended_at = now()
     where e.actor_id = (select w.actor_id from privacy.whoami(p_token) w) and e.ended_at is null
       and (not p_others or e.digest <> sha256(p_token));
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- A session confirmed anew (再确认一次): a new token at a higher level takes the place of the old one.
create or replace function identity.renew_session(p_token bytea, p_digest bytea, p_level int, p_method text, p_minutes int)
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    s privacy_session;
    v_id uuid;
begin
    select * into s from privacy_session where digest = sha256(p_token) and ended_at is null and expires_at > now()
       for update;
    if s.id is null then return null; end if;
    v_id := privacy.start_session(s.actor_id, p_digest, greatest(p_level, s.level), p_method, s.device, p_minutes);
    if v_id is not null then
        update privacy_session set ended_at = now() where id = s.id;
        update privacy_session set started_at = s.started_at where id = v_id;
    end if;
    return v_id;
end $$;

-- The owner freezes the account at once (冻结): sessions end, nothing opens any more.
create or replace function identity.freeze(p_token bytea, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null then return false; end if;
    update privacy_actor set active = false, inactive_reason = 'frozen_by_owner' where id = w.actor_id;
    perform identity.end_sessions(p_token, false);
    delete from identity_remembered where actor_id = w.actor_id;
    perform identity.happened(w.actor_id, w.actor_id, w.subject_id, 'freeze', 'identity.login', '{login.account}', '',
                              '', null, p_request);
    return true;
end $$;

-- A supervisor reopens (or suspends) a person's account on an open case of that person, never her own.
create or replace function identity.set_active(
    p_token bytea, p_subject bigint, p_active boolean, p_reason text, p_case text, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role <> 'supervisor' or w.level < 2 or coalesce(p_reason, '') = ''
       or privacy.judge_reach('case', w.actor_id, w.subject_id, p_subject, p_case, 'desk.case') <> 'allowed'
       or w.subject_id is not distinct from p_subject then return false; end if;
    update privacy_actor set active = p_active, inactive_reason = case when p_active then '' else p_reason end
     where subject_id = p_subject;
    if not found then return false; end if;
    if not p_active then
        update privacy_session e set ended_at = now() from privacy_actor a
         where a.id = e.actor_id and a.subject_id = p_subject and e.ended_at is null;
    end if;
    perform identity.happened(w.actor_id, a.id, p_subject, case when p_active then 'reopen' else 'suspend' end,
                              'desk.case', '{login.account}', p_reason, p_case, null, p_request)
       from privacy_actor a where a.subject_id = p_subject;
    return true;
end $$;

-- A person who is logged in accepts a version in force; and what she has accepted so far.
create or replace function identity.accept_policy(
    p_token bytea, p_part text, p_version text, p_seen timestamptz, p_request uuid)
returns boolean language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select identity.accept(w.actor_id, w.subject_id, p_part, p_version, p_seen, p_request)
      from privacy.whoami(p_token) w where w.active
$$;

create or replace function identity.accepted(p_token bytea)
returns table (part text, version text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.part, a.version from privacy_acceptance a
     where a.actor_id = (select w.actor_id from privacy.whoami(p_token) w)
$$;

-- Binding a social-security card (绑定社保卡): the gate's own purpose decides; one holder for each card.
create or replace function identity.link_card(
    p_token bytea, p_digest bytea, p_key_class text, p_number bytea, p_minutes int, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    g record;
    w record;
begin
    select * into g from privacy.open(p_token, 'identity.card_link', null, '{person.card_number}',
                                      '{person.card_number}', '', 'link', p_request);
    if g.outcome <> 'allowed' then return g.outcome; end if;
    select * into w from privacy.whoami(p_token);
    insert into privacy_blind (purpose, digest, subject_id) values ('card', p_digest, g.subject)
        on conflict (purpose, digest) do nothing;
    if privacy.find_subject('card', p_digest) <> g.subject then return 'conflict'; end if;
    delete from privacy_blind where purpose = 'card' and subject_id = g.subject and digest <> p_digest;
    insert into privacy_vault (subject_id, item, key_class, ciphertext)
    values (g.subject, 'person.card_number', p_key_class, p_number)
        on conflict (subject_id, item) do update set key_class = excluded.key_class,
           ciphertext = excluded.ciphertext, written_at = now();
    perform privacy.revoke_reach(w.actor_id, g.subject, 'linked', '');
    perform privacy.grant_reach(w.actor_id, g.subject, 'linked', '', w.actor_id, p_minutes);
    return 'allowed';
end $$;

-- Unbinding (解绑): the reach ends and the stored number is gone. Needs no purpose but the owner's own session.
create or replace function identity.unlink_card(p_token bytea, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    if w.subject_id is null then return false; end if;
    if privacy.revoke_reach(w.actor_id, w.subject_id, 'linked', '') = 0 then return false; end if;
    delete from privacy_vault where subject_id = w.subject_id and item = 'person.card_number';
    delete from privacy_blind where purpose = 'card' and subject_id = w.subject_id;
    perform privacy.write_entry('unlink', 'identity.card_link', w.actor_id, w.role, w.unit, w.subject_id, '{}',
                                '{person.card_number}', '', 'unlink', 'allowed', p_request);
    return true;
end $$;

create or replace function identity.card_linked(p_token bytea)
returns timestamptz language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select max(r.since) from privacy_reach r join privacy.whoami(p_token) w
        on w.actor_id = r.actor_id and w.subject_id = r.subject_id
     where r.rule = 'linked' and r.revoked_at is null and r.until > now()
$$;

grant execute on function identity.make_account, identity.accept, identity.register, identity.refuse,
    identity.find_login, identity.keep_session, identity.end_sessions, identity.renew_session, identity.freeze,
    identity.set_active, identity.accept_policy,
    identity.accepted, identity.link_card, identity.unlink_card,
    identity.card_linked to shebao_login;
