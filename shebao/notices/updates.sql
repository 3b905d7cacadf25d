-- Grave changes of a policy (重大变更): shown once before the next page, with a record of showing and choice.

-- The oldest change that this session's own person has not been shown: she accepted an earlier version of that part
-- and not the one in force.
create or replace function notices.policy_unseen(p_token bytea, p_today date)
returns table (part text, version text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    with me as (select w.actor_id, w.subject_id from privacy.whoami(p_token) w where w.role = 'citizen'),
    current as (
        select distinct on (p.part) p.part, p.version, p.major, p.effective_on
          from privacy_policy p where p.effective_on <= p_today order by p.part, p.effective_on desc, p.id desc)
    select c.part, c.version from current c, me
     where c.major
       and exists (select 1 from privacy_acceptance a where a.actor_id = me.actor_id and a.part = c.part)
       and not exists (select 1 from privacy_acceptance a
                        where a.actor_id = me.actor_id and a.part = c.part and a.version = c.version)
       and not exists (select 1 from notices_policynotice n
                        where n.subject_id = me.subject_id and n.part = c.part and n.version = c.version)
     order by c.effective_on, c.part limit 1
$$;

create or replace function notices.policy_shown(p_token bytea, p_part text, p_version text, p_now timestamptz)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into notices_policynotice (subject_id, part, version, shown_at)
    select w.subject_id, p_part, p_version, p_now from privacy.whoami(p_token) w where w.subject_id is not null
        on conflict do nothing
$$;

create or replace function notices.policy_chosen(
    p_token bytea, p_part text, p_version text, p_choice text, p_now timestamptz, p_request uuid)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select * into w from privacy.whoami(p_token);
    update notices_policynotice set choice = p_choice, chosen_at = p_now
     where subject_id = w.subject_id and part = p_part and version = p_version;
    if not found then return false; end if;
    perform privacy.write_entry('choose', 'privacy.consent', w.actor_id, w.role, w.unit, w.subject_id, '{}',
                                '{policy.acceptance}', '', p_part || ' ' || p_version || ' ' || p_choice, 'allowed',
                                p_request);
    return true;
end $$;

grant execute on function notices.policy_unseen, notices.policy_shown, notices.policy_chosen to shebao_app;
