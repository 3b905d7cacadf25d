-- Running the services (服务运行): states, announced windows, causes of outages. Only an operator or a supervisor.

create or replace function privacy.operates(p_token bytea)
returns table (actor_id bigint, role text, unit text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select w.actor_id, w.role, w.unit from privacy.whoami(p_token) w
     where w.active and w.role in ('operator', 'supervisor')
$$;

-- The state itself, and the purposes that no running service needs any more: the gate refuses them from now on.
create or replace function privacy.write_state(
    p_actor bigint, p_role text, p_unit text, p_service text, p_state text, p_closed text[], p_reason text,
    p_request uuid)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    insert into privacy_servicestate (code, state, since, reason, by_actor_id)
    values (p_service, p_state, now(), p_reason, p_actor)
        on conflict (code) do update set state = excluded.state, since = excluded.since, reason = excluded.reason,
           by_actor_id = excluded.by_actor_id;
    update privacy_process set ceased_at = case when code = any(p_closed) then coalesce(ceased_at, now()) end
     where in_force and (ceased_at is not null) <> (code = any(p_closed));
    perform privacy.write_entry('approve', 'service.' || p_state, p_actor, p_role, p_unit, null, '{}', '{}', '',
                                p_service || ' ' || p_reason, 'allowed', p_request);
end $$;

create or replace function privacy.set_service(
    p_token bytea, p_service text, p_state text, p_closed text[], p_reason text, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare o record;
begin
    select * into o from privacy.operates(p_token);
    if o.actor_id is null then return false; end if;
    perform privacy.write_state(o.actor_id, o.role, o.unit, p_service, p_state, p_closed, p_reason, p_request);
    return true;
end $$;

-- A window (维护窗口) is announced now and begins at least so many hours later; null: too early or the wrong way round.
create or replace function privacy.write_window(
    p_actor bigint, p_role text, p_unit text, p_service text, p_starts timestamptz, p_ends timestamptz,
    p_reason text, p_notice_hours int, p_request uuid)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_id bigint;
begin
    if p_starts < now() + make_interval(hours => p_notice_hours) or p_ends <= p_starts then return null; end if;
    insert into privacy_window (service, starts_at, ends_at, reason, by_actor_id)
    values (p_service, p_starts, p_ends, p_reason, p_actor) returning id into v_id;
    perform privacy.write_entry('approve', 'service.window', p_actor, p_role, p_unit, null, '{}', '{}', '',
                                p_service || ' ' || p_reason, 'allowed', p_request);
    return v_id;
end $$;

create or replace function privacy.announce_window(
    p_token bytea, p_service text, p_starts timestamptz, p_ends timestamptz, p_reason text, p_notice_hours int,
    p_request uuid, out outcome text, out window_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare o record;
begin
    select * into o from privacy.operates(p_token);
    if o.actor_id is null then outcome := 'purpose_not_allowed'; return; end if;
    window_id := privacy.write_window(o.actor_id, o.role, o.unit, p_service, p_starts, p_ends, p_reason,
                                      p_notice_hours, p_request);
    outcome := case when window_id is null then 'precondition_unmet' else 'allowed' end;
end $$;

-- Work that is done sooner ends the window now; a window that has not begun is taken back whole.
create or replace function privacy.end_window(p_token bytea, p_window bigint, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare o record;
begin
    select * into o from privacy.operates(p_token);
    if o.actor_id is null then return false; end if;
    update privacy_window set ends_at = greatest(now(), starts_at) where id = p_window and ends_at > now();
    if not found then return false; end if;
    perform privacy.write_entry('approve', 'service.window', o.actor_id, o.role, o.unit, null, '{}', '{}', '',
                                'end ' || p_window, 'allowed', p_request);
    return true;
end $$;

-- The cause of an outage. Maintenance is only what a window of that service, announced before, covers to the minute.
create or replace function privacy.class_outage(
    p_token bytea, p_outage bigint, p_cause text, p_evidence text, p_request uuid)
returns text language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    o record;
    v_window bigint;
begin
    select * into o from privacy.operates(p_token);
    if o.actor_id is null then return 'purpose_not_allowed'; end if;
    if p_cause = 'maintenance' then
        select w.id into v_window from privacy_window w join privacy_outage u on u.id = p_outage
         where w.service in ('', u.service) and w.announced_at < u.started_at and w.announced_at < w.starts_at
           and w.starts_at <= u.started_at and w.ends_at >= coalesce(u.ended_at, now())
         order by w.id limit 1;
        if v_window is null then return 'precondition_unmet'; end if;
    end if;
    update privacy_outage set cause = p_cause, window_id = v_window, evidence = p_evidence where id = p_outage;
    if not found then return 'not_found'; end if;
    perform privacy.write_entry('approve', 'service.outage', o.actor_id, o.role, o.unit, null, '{}', '{}', '',
                                p_outage || ' ' || p_cause, 'allowed', p_request);
    return 'allowed';
end $$;

grant execute on function privacy.set_service, privacy.announce_window, privacy.end_window, privacy.class_outage
    to shebao_app;
