-- Signals (设备信号): stored under a random name of the session; only these functions see the link to a person.

-- Are these permissions given by the session's own person? A refusal is an entry of the ledger.
create or replace function privacy.may_signal(
    p_token bytea, p_process text, p_grants text[], p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_missing text[];
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null then return 'login_required'; end if;
    select array_agg(g) into v_missing from unnest(p_grants) g
     where not exists (select 1 from privacy_permission p
                        where p.subject_id = w.subject_id and p.code = g and p.granted and p.purpose = p_process);
    if v_missing is null then return 'allowed'; end if;
    perform privacy.write_entry('refuse', p_process, w.actor_id, w.role, w.unit, w.subject_id, '{device.signal}',
                                '{}', '', '', 'permission_missing', p_request);
    return 'permission_missing';
end $$;

-- A use of a signal for a purpose it was not declared for: refused, and the person sees it.
create or replace function privacy.refuse_signal(p_token bytea, p_process text, p_request uuid)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry('refuse', p.code, w.actor_id, w.role, w.unit, w.subject_id, '{device.signal}', '{}',
                               '', '', 'purpose_not_allowed', p_request)
      from privacy.whoami(p_token) w join privacy_process p on p.code = p_process and p.in_force
$$;

-- Keeps readings under the entry of this transaction; returns the codes kept. One that comes too soon is dropped.
create or replace function privacy.keep_signals(
    p_token bytea, p_process text, p_codes text[], p_values text[], p_every int[], p_ends timestamptz[])
returns text[] language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_name uuid;
    v_kept text[] := '{}';
begin
    select * into w from privacy.whoami(p_token);
    if w.subject_id is null or not w.subject_id = any(privacy.writable_subjects('device.signal')) then
        raise exception 'no entry of this transaction writes device signals' using errcode = 'SB002';
    end if;
    insert into privacy_device (subject_id, session_id) values (w.subject_id, w.session_id)
        on conflict (session_id) do nothing;
    select d.pseudonym into v_name from privacy_device d where d.session_id = w.session_id for update;
    for i in 1 .. cardinality(p_codes) loop
        insert into privacy_signal as s (pseudonym, process, code, value, at, ends_at)
        values (v_name, p_process, p_codes[i], p_values[i], date_trunc('second', now()), p_ends[i])
            on conflict (pseudonym, code) do update
               set value = excluded.value, at = excluded.at, ends_at = excluded.ends_at
             where s.at <= now() - make_interval(secs => p_every[i]);
        if found then v_kept := v_kept || p_codes[i]; end if;
    end loop;
    return v_kept;
end $$;

-- What stands under the sessions of the person whose device signals this transaction opened.
create or replace function privacy.signals_kept()
returns table (process text, code text, value text, at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select s.process, s.code, s.value, s.at, s.ends_at
      from privacy_signal s join privacy_device d on d.pseudonym = s.pseudonym
     where d.subject_id = any((select privacy.visible_subjects('device.signal'))::bigint[])
     order by s.code, s.at
$$;

-- Removes signals of the person whose permissions this transaction changes: what rested on a permission goes with it.
create or replace function privacy.drop_signals(p_codes text[])
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    delete from privacy_signal s using privacy_device d
     where d.pseudonym = s.pseudonym and split_part(s.code, '.', 1) = any(p_codes)
       and d.subject_id = any((select privacy.writable_subjects('consent.record'))::bigint[]);
    get diagnostics v_count = row_count;
    return v_count;
end $$;

-- How many persons use each model; one used by fewer than p_least persons counts as 其他. No row holds a person.
create or replace function privacy.device_models(p_least int)
returns table (model text, persons bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with each as (select s.value, count(distinct d.subject_id) n
                    from privacy_signal s join privacy_device d on d.pseudonym = s.pseudonym
                   where s.code = 'features.model' group by s.value)
    select case when n < p_least then '其他' else value end, sum(n)::bigint from each group by 1 order by 1
$$;

-- Installations (安装): an app under its own random number; no session, no person.
create or replace function privacy.keep_installation(
    p_digest bytea, p_system text, p_version text, p_ends timestamptz)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_installation (digest, system, version, ends_at) values (p_digest, p_system, p_version, p_ends)
        on conflict (digest) do update set system = excluded.system, version = excluded.version,
           ends_at = excluded.ends_at
$$;

create or replace function privacy.drop_installation(p_digest bytea)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from privacy_installation where digest = p_digest;
    return found;
end $$;

-- Consent withdrawn by whichever door: what rested on it alone is gone in the same transaction (撤回当时就删).
create or replace function privacy.forget_withdrawn()
returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.process = 'service.history' then
        delete from privacy_search where subject_id = new.subject_id;
    elsif new.process = 'service.personalise' then
        delete from privacy_topic where subject_id = new.subject_id;
    end if;
    delete from privacy_signal s using privacy_device d
     where d.pseudonym = s.pseudonym and d.subject_id = new.subject_id and s.process = new.process;
    update privacy_permission set granted = false, at = new.at
     where subject_id = new.subject_id and purpose = new.process;
    return null;
end $$;
create or replace trigger forget_withdrawn after insert on privacy_consentevent
    for each row when (new.state = 'withdrawn') execute function privacy.forget_withdrawn();

-- 到期删除: removes what the dates end; sessions with everything that was kept under them.
create or replace function privacy.end_of_life(p_now timestamptz, p_session_days int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_total int := 0;
    v_count int;
    v_old uuid[];
begin
    select coalesce(array_agg(e.id), '{}') into v_old from privacy_session e
     where coalesce(e.ended_at, e.expires_at) <= p_now - make_interval(days => p_session_days);
    delete from privacy_signal s
     where s.ends_at <= p_now
        or s.pseudonym in (select d.pseudonym from privacy_device d where d.session_id = any(v_old));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from privacy_device d where d.session_id = any(v_old);
    delete from privacy_session e where e.id = any(v_old);
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from privacy_installation where ends_at <= p_now;
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from privacy_search where ends_at <= p_now;
    get diagnostics v_count = row_count;
    return v_total + v_count;
end $$;

grant execute on function privacy.may_signal, privacy.refuse_signal, privacy.keep_signals, privacy.signals_kept,
    privacy.drop_signals, privacy.keep_installation, privacy.drop_installation to shebao_app;
grant execute on function privacy.device_models, privacy.end_of_life to shebao_worker;
