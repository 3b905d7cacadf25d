-- 关系转移 between two agencies: which transfers are under way, whom a letter is about. For the worker alone; what it
-- reads and writes of a person stands under the gate, with the case of that transfer.

-- Every transfer that is not finished; the worker's actor reaches its person for it, and for nothing else.
create or replace function registry.transfers_open(p_today date)
returns table (transfer bigint, subject bigint, direction text, stage text, overdue boolean)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare t record;
begin
    for t in select x.id, x.subject_id from registry_transfer x where x.done_on is null loop
        perform registry.work_reach('关系转移', t.subject_id, 'transfer/' || t.id);
    end loop;
    return query select x.id, x.subject_id, x.direction, x.stage, exists (
                        select 1 from registry_transferleg l where l.transfer_id = x.id and l.done_on is null
                           and l.late_on is null and l.due_on < p_today)
                   from registry_transfer x where x.done_on is null order by x.id;
end $$;

-- One transfer by its key, finished or not.
create or replace function registry.transfer_of(p_key uuid, p_direction text)
returns table (transfer bigint, subject bigint, stage text, done boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select x.id, x.subject_id, x.stage, x.done_on is not null from registry_transfer x where x.key = p_key and x.direction = p_direction
$$;

-- A letter of another place: the person by the digest of number and name, her transfer away begun once. A person who
-- asked here to move away waits for this very letter.
create or replace function registry.transfer_letter(
    p_key uuid, p_digest bytea, p_insurance int, p_region text, p_on date, p_due date, out transfer bigint,
    out subject bigint, out outcome text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    subject := privacy.find_subject('real_name', p_digest);
    if subject is null then outcome := 'not_found'; return; end if;
    perform pg_advisory_xact_lock(20263, hashint8(subject));
    select x.id into transfer from registry_transfer x where x.key = p_key and x.direction = 'out';
    if transfer is not null then
        perform registry.work_reach('关系转移', subject, 'transfer/' || transfer);
        outcome := 'again';
        return;
    end if;
    update registry_transfer x set key = p_key, stage = 'letter_received', region = p_region, due_on = p_due
     where x.subject_id = subject and x.insurance = p_insurance and x.direction = 'out' and x.stage = 'requested'
       and x.done_on is null
    returning x.id into transfer;
    if transfer is null and exists (select 1 from registry_transfer x where x.subject_id = subject
                                       and x.insurance = p_insurance and x.done_on is null) then
        outcome := 'under_way';
        return;
    end if;
    if transfer is null then
        insert into registry_transfer (subject_id, insurance, direction, region, stage, requested_on, due_on, key, case_no)
        values (subject, p_insurance, 'out', p_region, 'letter_received', p_on, p_due, p_key, '')
        returning id into transfer;
    end if;
    perform registry.work_reach('关系转移', subject, 'transfer/' || transfer);
    perform privacy.write_entry('approve', 'transfer.exchange', registry.work_actor('关系转移'), 'system', '关系转移',
                                subject, '{transfer.record}', '{transfer.record}', 'transfer/' || transfer,
                                '收到外地联系函', 'allowed', null);
    outcome := 'new';
end $$;

-- Documents that wait to leave.
create or replace function registry.exchange_queued(p_now timestamptz)
returns table (key uuid, transfer bigint, subject bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.key, e.transfer_id, e.subject_id from registry_exchange e
     where e.direction = 'out' and e.state = 'queued' and e.next_at <= p_now order by e.at, e.key
$$;

-- A finished transfer is no reason to look any more.
create or replace function registry.transfers_rest()
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_count int;
begin
    update privacy_reach r set revoked_at = now() from registry_transfer x
     where r.rule = 'case' and r.case_no = 'transfer/' || x.id and r.subject_id = x.subject_id
       and r.revoked_at is null and x.done_on is not null
       and not exists (select 1 from registry_exchange e where e.transfer_id = x.id and e.state = 'queued');
    get diagnostics v_count = row_count;
    return v_count;
end $$;

grant execute on function registry.transfers_open, registry.transfer_of, registry.transfer_letter,
    registry.exchange_queued, registry.transfers_rest to shebao_worker;
