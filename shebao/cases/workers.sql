-- A worker named in an employer's case (职工登记), by the digest of her name and number: opened for the employer's
-- agent in the transaction of the case. Nobody else is opened, and an unknown name says only `not_found`.
create or replace function cases.open_worker(
    p_token bytea, p_no text, p_digest bytea, p_items text[], p_writes text[], p_request uuid, out worker bigint,
    out entry bigint, out outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint;
begin
    select a.actor_id into v_actor
      from registry.agent_of(p_token) a join cases_case c on c.no = p_no and c.subject_id = a.subject_id
     where c.kind in ('employee-enrolment', 'arrears-backpay') and c.state in ('draft', 'submitted', 'accepted', 'decided');
    worker := case when v_actor is null then null else privacy.find_subject('real_name', p_digest) end;
    if worker is null then outcome := 'not_found'; return; end if;
    select o.entry, o.outcome into entry, outcome
      from registry.open_for_agent(p_token, v_actor, worker, p_items, p_writes, p_no, p_request) o;
end $$;

-- A whole list of them at one call: each with its place, counted from 1.
create or replace function cases.open_workers(
    p_token bytea, p_no text, p_digests bytea[], p_items text[], p_writes text[], p_request uuid)
returns table (place bigint, worker bigint, entry bigint, outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_actor bigint;
begin
    select a.actor_id into v_actor
      from registry.agent_of(p_token) a join cases_case c on c.no = p_no and c.subject_id = a.subject_id
     where c.kind = 'employee-enrolment-list' and c.state in ('draft', 'submitted', 'accepted', 'decided');
    for place in 1 .. coalesce(array_length(p_digests, 1), 0) loop
        worker := case when v_actor is null then null else privacy.find_subject('real_name', p_digests[place]) end;
        entry := null;
        outcome := 'not_found';
        if worker is not null then
            select o.entry, o.outcome into entry, outcome
              from registry.open_for_agent(p_token, v_actor, worker, p_items, p_writes, p_no, p_request) o;
        end if;
        return next;
        if outcome not in ('allowed', 'not_found') then return; end if;
    end loop;
end $$;

grant execute on function cases.open_workers, cases.open_worker to shebao_app;
