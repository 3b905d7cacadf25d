-- 家庭共济: one person's filing that needs the other's word. Each function acts only for the person whose own grant
-- of this very transaction writes filing.record; what it changes for the other person is an entry in her ledger too.

-- Whether the owner of an account has invited the grant's person and waits for her word.
create or replace function registry.pool_invited(p_owner bigint)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (
        select 1 from registry_filing f
         where f.subject_id = p_owner and f.kind = 'family-pool' and f.state = 'pending'
           and f.other_id = any(privacy.visible_subjects('filing.record')))
$$;

create or replace function registry.pool_entry(p_subject bigint, p_token bytea, p_case text, p_reason text)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry('approve', 'handle.account', w.actor_id, w.role, w.unit, p_subject, '{filing.record}',
                               '{filing.record}', p_case, p_reason, 'allowed', null)
      from privacy.whoami(p_token) w
$$;

-- The word is given: the owner's filing holds from this day on. Returns the number of filings that changed.
create or replace function registry.pool_agree(p_token bytea, p_owner bigint, p_case text, p_on date)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update registry_filing f set state = 'active', since = p_on
     where f.subject_id = p_owner and f.kind = 'family-pool' and f.state = 'pending'
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

grant execute on function registry.pool_invited, registry.pool_agree, registry.pool_end to shebao_app;
