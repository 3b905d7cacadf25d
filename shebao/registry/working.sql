-- What goes on after a case (转移、支付、死亡登记、参保资助): a worker with an actor of its own for each kind of work. It reaches a
-- person only under the case of that work, and each look is an entry in her ledger.

-- The one actor of a kind of work.
create or replace function registry.work_actor(p_unit text)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_id bigint;
begin
    if p_unit not in ('关系转移', '待遇支付', '死亡登记', '代缴医保', '参保资助') then return null; end if;
    select id into v_id from privacy_actor where role = 'system' and unit = p_unit order by id limit 1;
    if v_id is not null then return v_id; end if;
    perform pg_advisory_xact_lock(hashtext('registry.work_actor' || p_unit));
    select id into v_id from privacy_actor where role = 'system' and unit = p_unit order by id limit 1;
    if v_id is null then
        insert into privacy_actor (role, unit) values ('system', p_unit) returning id into v_id;
    end if;
    return v_id;
end $$;

-- A session of that actor, for the worker.
create or replace function registry.begin_work(p_unit text, p_digest bytea, p_minutes int)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint := registry.work_actor(p_unit);
begin
    if v_actor is null then return null; end if;
    update privacy_session set ended_at = now()
     where actor_id = v_actor and ended_at is null and expires_at <= now() + make_interval(mins => 1);
    insert into privacy_session (digest, actor_id, level, method, device, expires_at)
    values (p_digest, v_actor, 1, 'worker', p_unit, now() + make_interval(mins => p_minutes));
    return v_actor;
end $$;

-- Reach for a piece of work, once. Internal.
create or replace function registry.work_reach(p_unit text, p_subject bigint, p_case text)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint := registry.work_actor(p_unit);
begin
    if exists (select 1 from privacy_reach r where r.actor_id = v_actor and r.subject_id = p_subject
                  and r.rule = 'case' and r.case_no = p_case and r.revoked_at is null and r.until > now())
    then return; end if;
    perform privacy.grant_reach(v_actor, p_subject, 'case', p_case, v_actor, 60 * 24 * 400);
end $$;

grant execute on function registry.begin_work to shebao_worker;
