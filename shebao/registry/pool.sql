-- 家庭共济: one person's filing that needs the other's word. Each function acts only for the person whose own grant
-- of this very transaction writes filing.record; what it changes for the other person is an entry in her ledger too.

-- Whether the owner of an account has invited the grant's person, since a day, and waits for her word.
drop function if exists registry.pool_invited(bigint);
create or replace function registry.pool_invited(p_owner bigint, p_since date)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select 1 from registry_filing f
         where f.subject_id = p_owner and f.kind = 'family-pool' and f.state = 'pending' and f.since >= p_since
           and f.other_id = any(privacy.visible_subjects('filing.record')))
$$;

-- An invitation of this transaction tells the person invited, when she has an account; the inviter learns nothing.
create or replace function registry.pool_tell(p_token bytea, p_other bigint, p_case text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select 1 from registry_filing f
                    where f.subject_id = any(privacy.writable_subjects('filing.record')) and f.other_id = p_other
                      and f.kind = 'family-pool' and f.state = 'pending' and f.case_no = p_case)
       or not exists (select 1 from privacy_actor a where a.subject_id = p_other and a.active) then return false; end if;
    perform registry.pool_entry(p_other, p_token, p_case, '家人邀请家庭共济');
    return true;
end $$;

-- Invitations older than a day end by themselves; both sides are told who have an account. For the worker.
create or replace function registry.pool_expire(p_before date, p_on date)
returns setof bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    f record;
    v_one bigint;
begin
    for f in update registry_filing x set state = 'expired', until = p_on
              where x.kind = 'family-pool' and x.state = 'pending' and x.since < p_before
             returning x.subject_id, x.other_id, x.case_no loop
        foreach v_one in array array[f.subject_id, f.other_id] loop
            if exists (select 1 from privacy_actor a where a.subject_id = v_one and a.active) then
                perform privacy.write_entry('approve', 'handle.account', null, 'system', '', v_one, '{filing.record}',
                                            '{filing.record}', f.case_no, '家庭共济过期', 'allowed', null);
                return next v_one;
            end if;
        end loop;
    end loop;
end $$;

create or replace function registry.pool_entry(p_subject bigint, p_token bytea, p_case text, p_reason text)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry('approve', 'handle.account', w.actor_id, w.role, w.unit, p_subject, '{filing.record}',
                               '{filing.record}', p_case, p_reason, 'allowed', null)
      from privacy.whoami(p_token) w
$$;

-- The word is given: the owner's filing holds from this day on. Returns the number of filings that changed.
drop function if exists registry.pool_agree(bytea, bigint, text, date);
create or replace function registry.pool_agree(
    p_token bytea, p_owner bigint, p_case text, p_on date, p_since date)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update registry_filing f set state = 'active', since = p_on
     where f.subject_id = p_owner and f.kind = 'family-pool' and f.state = 'pending' and f.since >= p_since
       and f.other_id = any(privacy.writable_subjects('filing.record'));
    get diagnostics v_count = row_count;
    if v_count > 0 then perform registry.pool_entry(p_owner, p_token, p_case, '家人同意家庭共济'); end if;
    return v_count;
end $$;

-- The binding ends on the other's side as well, whoever of the two ended it.
create or replace function registry.pool_end(p_token bytea, p_other bigint, p_case text, p_on date)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update registry_filing f set state = 'ended', until = p_on
     where f.subject_id = p_other and f.kind in ('family-pool', 'family-pool-member')
       and f.state in ('pending', 'active')
       and f.other_id = any(privacy.writable_subjects('filing.record'));
    get diagnostics v_count = row_count;
    if v_count > 0 then perform registry.pool_entry(p_other, p_token, p_case, '家人取消家庭共济'); end if;
    return v_count;
end $$;

grant execute on function registry.pool_expire to shebao_worker;
grant execute on function registry.pool_tell, registry.pool_invited, registry.pool_agree, registry.pool_end to shebao_app;
