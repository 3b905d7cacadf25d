-- Standing in for somebody else (代办): the choice of a session. Only the log-in role may execute these functions.

-- Everybody the account of this session may stand in for.
create or replace function identity.acting_choices(p_token bytea)
returns table (reach_id bigint, subject_id bigint, rule text, relation text, scope text[], until timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, r.subject_id, r.rule, r.relation, r.scope, r.until
      from privacy.whoami(p_token) w join privacy_reach r on r.actor_id = w.actor_id
     where w.active and r.rule in ('guardian', 'mandate', 'employer') and r.revoked_at is null and r.until > now()
     order by r.rule, r.id
$$;

-- Chooses one of them for this session, or (null) goes back to oneself. Choosing is an entry of the person chosen.
create or replace function identity.act_for(p_token bytea, p_reach bigint, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    c record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null then return false; end if;
    if p_reach is not null then
        select * into c from identity.acting_choices(p_token) a where a.reach_id = p_reach;
        if c.reach_id is null then return false; end if;
        insert into privacy_entry (kind, process, register_version, basis, actor_id, actor_role, actor_unit, subject_id,
                                   items, writes, case_no, reason, on_behalf, outcome, request)
        select 'act', p.code, p.register_version, p.basis, w.actor_id, w.role, w.unit, c.subject_id,
               '{}', '{}', '', '', c.reach_id, 'allowed', p_request
          from privacy_process p where p.code = 'identity.act' and p.in_force;
        if not found then return false; end if;
    end if;
    update privacy_session set acting_id = p_reach where id = w.session_id;
    return true;
end $$;

-- May the session do this item (事项) for the person it stands in for? An empty scope covers everything.
create or replace function identity.may_act(p_token bytea, p_item text)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy.whoami(p_token) w join privacy_reach r on r.id = w.acting_reach
                    where w.active and (r.scope = '{}' or p_item = any(r.scope)))
$$;

grant execute on function identity.acting_choices, identity.act_for, identity.may_act to shebao_login;
