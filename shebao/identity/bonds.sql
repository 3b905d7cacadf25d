-- Changes of accounts and bonds, told in the ledger. Only the log-in role may execute these functions.

-- One change: the entry that the person sees and, where an account changed, the line of its history.
create or replace function identity.happened(
    p_actor bigint, p_account bigint, p_subject bigint, p_what text, p_process text, p_writes text[], p_reason text,
    p_case text, p_behalf bigint, p_request uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_entry bigint;
begin
    if p_what in ('read', 'write', 'reveal') then return null; end if;
    insert into privacy_entry (kind, process, register_version, basis, actor_id, actor_role, actor_unit, subject_id,
                               items, writes, case_no, reason, on_behalf, outcome, request)
    select p_what, p_process, coalesce(p.register_version, ''), coalesce(p.basis, ''), a.id,
           coalesce(a.role, 'visitor'), coalesce(a.unit, ''), p_subject, '{login.account}', p_writes, p_case, p_reason,
           p_behalf, 'allowed', p_request
      from (select 1) one left join privacy_actor a on a.id = p_actor
      left join privacy_process p on p.code = p_process and p.in_force
    returning id into v_entry;
    if p_account is not null then
        insert into identity_event (actor_id, what, entry_id) values (p_account, p_what, v_entry);
    end if;
    return v_entry;
end $$;

-- The history of the account of this session, newest first.
create or replace function identity.history(p_token bytea)
returns table (what text, at timestamptz, entry_id bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.what, e.at, e.entry_id from identity_event e
     where e.actor_id = (select w.actor_id from privacy.whoami(p_token) w) order by e.id desc limit 200
$$;

-- The account of a person, when she has one that is not cancelled.
create or replace function identity.account_of(p_subject bigint)
returns table (actor_id bigint, active boolean, inactive_reason text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.id, a.active, a.inactive_reason from privacy_actor a where a.subject_id = p_subject
$$;

-- Anybody with an open account: work that is done for nobody is done for her and undone, so that it takes as long.
create or replace function identity.somebody()
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.subject_id from privacy_actor a where a.role = 'citizen' and a.active and a.subject_id is not null
     order by a.id limit 1
$$;

create or replace function identity.person_of(p_actor bigint)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select a.subject_id from privacy_actor a where a.id = p_actor
$$;

-- Ends one reach, and with it the choice of every session that stands in under it.
create or replace function identity.end_reach(p_reach bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update privacy_reach set revoked_at = now() where id = p_reach and revoked_at is null;
    return found;
end $$;

-- The phone of a person as a way to find her account: one number, one person. False: it is another's.
create or replace function identity.put_phone(p_subject bigint, p_digest bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from privacy_blind where purpose = 'phone' and subject_id = p_subject and digest is distinct from p_digest;
    if p_digest is null then return true; end if;
    insert into privacy_blind (purpose, digest, subject_id) values ('phone', p_digest, p_subject)
        on conflict (purpose, digest) do nothing;
    return privacy.find_subject('phone', p_digest) = p_subject;
end $$;

-- A new phone or e-mail, sealed, in place of the old one.
create or replace function identity.put_cell(p_subject bigint, p_item text, p_key_class text, p_value bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if p_item not in ('person.phone', 'person.email') then return false; end if;
    insert into privacy_vault (subject_id, item, key_class, ciphertext) values (p_subject, p_item, p_key_class, p_value)
        on conflict (subject_id, item) do update set key_class = excluded.key_class,
           ciphertext = excluded.ciphertext, written_at = now();
    return true;
end $$;

create or replace function identity.end_all(p_account bigint)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update privacy_session set ended_at = now() where actor_id = p_account and ended_at is null
$$;

-- Opens or closes an account; closing ends every session at the next statement.
create or replace function identity.put_active(p_account bigint, p_active boolean, p_reason text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update privacy_actor set active = p_active, inactive_reason = case when p_active then '' else p_reason end
     where id = p_account;
    if not found then return false; end if;
    if not p_active then
        update privacy_session set ended_at = now() where actor_id = p_account and ended_at is null;
    end if;
    return true;
end $$;

-- An account lets its person go: no session, no reach, no credential, no yes; she is free to come back as somebody
-- new. What the statutes keep stays untouched in its own tables. Internal.
create or replace function identity.release(p_account bigint, p_subject bigint)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into privacy_consentevent (subject_id, process, register_version, notice_hash, kind, state, method, by_subject)
    select c.subject_id, c.process, c.register_version, c.notice_hash, c.kind, 'withdrawn', 'cancel', c.subject_id
      from (select distinct on (process) * from privacy_consentevent e where e.subject_id = p_subject
             order by process, id desc) c
     where c.state in ('given', 'renewed');
    update privacy_session set ended_at = now(), acting_id = null where actor_id = p_account and ended_at is null;
    update privacy_reach set revoked_at = now()
     where revoked_at is null and (actor_id = p_account
           or (subject_id = p_subject and rule in ('guardian', 'mandate', 'linked')));
    update privacy_permission set granted = false where subject_id = p_subject;
    delete from privacy_search where subject_id = p_subject;
    delete from privacy_topic where subject_id = p_subject;
    delete from privacy_device where subject_id = p_subject;
    delete from privacy_blind where subject_id = p_subject and purpose in ('phone', 'card');
    delete from privacy_vault where subject_id = p_subject
       and (item in ('person.phone', 'person.email') or key_class in ('account', 'optional'));
    delete from identity_remembered where actor_id = p_account;
    delete from identity_credential where account_id = p_account;
    delete from identity_contactchange where subject_id = p_subject;
    delete from identity_account where actor_id = p_account;
    update identity_guardianship set state = 'ended', ended_at = now()
     where state in ('requested', 'active') and (guardian_id = p_account or subject_id = p_subject);
    update identity_mandate set state = 'ended', ended_at = now()
     where state = 'active' and (helper_id = p_account or subject_id = p_subject);
    update identity_review set state = 'closed', decided_at = now()
     where state = 'open' and subject_id = p_subject;
    update privacy_actor set active = false, inactive_reason = 'cancelled', subject_id = null where id = p_account;
end $$;

-- Cancellation (注销) by the owner's own session.
create or replace function identity.cancel(p_token bytea, p_request uuid, out account bigint, out subject bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    if w.subject_id is null or w.role <> 'citizen' then return; end if;
    account := w.actor_id; subject := w.subject_id;
    perform identity.happened(account, account, subject, 'cancel', 'identity.cancel',
                              '{login.account,login.password,login.session,person.phone,person.email}', '', '', null,
                              p_request);
    perform identity.release(account, subject);
end $$;

-- What a review opens to the clerk who takes it: this person, for the hours of the case.
create or replace function identity.take_review(p_token bytea, p_no text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    r identity_review;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role not in ('clerk', 'supervisor') then return 'purpose_not_allowed'; end if;
    select * into r from identity_review where no = p_no and state = 'open';
    if r.id is null then return 'not_found'; end if;
    if r.subject_id is not distinct from w.subject_id then return 'out_of_reach'; end if;
    if privacy.judge_reach('case', w.actor_id, w.subject_id, r.subject_id, p_no, 'identity.review') <> 'allowed' then
        perform privacy.grant_reach(w.actor_id, r.subject_id, 'case', p_no, w.actor_id, 480, '{identity.review}');
        perform privacy.grant_reach(w.actor_id, a.subject_id, 'case', p_no, w.actor_id, 480, '{identity.review}')
           from identity_guardianship g join privacy_actor a on a.id = g.guardian_id
          where r.kind = 'guardianship' and g.id = r.target;
        perform privacy.write_entry('approve', 'desk.case', w.actor_id, w.role, w.unit, r.subject_id, '{login.account}',
                                    '{login.account}', p_no, '账号审核', 'allowed', p_request);
    end if;
    return 'allowed';
end $$;

grant execute on function identity.somebody, identity.happened, identity.history, identity.account_of, identity.person_of,
    identity.end_reach, identity.put_phone, identity.put_cell, identity.end_all,
    identity.put_active, identity.cancel, identity.take_review to shebao_login;
