-- A list of another authority (数据共享名单): taken in by an operator, approved by another person. The worker reaches a
-- person on it for this list alone. The kind of list is the head of its case: death/…, aid/….

create or replace function cases.list_kind(p_case text, out process text, out item text, out unit text)
returns record language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select k.process, k.item, k.unit
      from (values ('death', 'death.enter', 'death.record', '死亡登记'),
                   ('aid', 'aid.enter', 'filing.record', '参保资助')) k(code, process, item, unit)
     where p_case like k.code || '/_%'
$$;

-- False: not these two, or no such kind of list.
create or replace function cases.shared_list(p_operator bytea, p_approver bytea, p_case text, p_reason text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    o record;
    a record;
    k record;
begin
    select * into o from privacy.whoami(p_operator);
    select * into a from privacy.whoami(p_approver);
    select * into k from cases.list_kind(p_case);
    if o.actor_id is null or a.actor_id is null or not o.active or not a.active or o.actor_id = a.actor_id
       or o.role <> 'operator' or a.role not in ('supervisor', 'privacy_officer') or o.level < 2 or a.level < 2
       or k.process is null then return false; end if;
    perform privacy.write_entry('approve', k.process, a.actor_id, a.role, a.unit, null, array[k.item],
                                array[k.item], p_case, p_reason, 'allowed', null);
    return true;
end $$;

-- A person on the list, by the digest of number and name. Null: nobody of that number and name, or no approval today.
create or replace function cases.found_on_list(p_digest bytea, p_case text)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_subject bigint := privacy.find_subject('real_name', p_digest);
    k record;
begin
    select * into k from cases.list_kind(p_case);
    if v_subject is null or not exists (
        select 1 from privacy_entry e where e.kind = 'approve' and e.process = k.process and e.case_no = p_case
           and e.subject_id is null and e.at > now() - interval '1 day') then return null; end if;
    perform registry.work_reach(k.unit, v_subject, p_case);
    return v_subject;
end $$;

create or replace function cases.shared_list_done(p_case text)
returns int language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when (cases.list_kind(p_case)).process is not null then privacy.revoke_reach(null, null, 'case', p_case) end
$$;

grant execute on function cases.shared_list to shebao_app;
grant execute on function cases.found_on_list, cases.shared_list_done to shebao_worker;
