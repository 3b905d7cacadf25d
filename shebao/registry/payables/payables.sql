-- Paying what was decided (支付): a batch made by one person and approved by another, sent to the bank by the worker,
-- closed line by line by the bank's answer. Nobody at the desk sees a name or an account here.

create or replace function registry.payment_staff(p_token bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select w.actor_id from privacy.whoami(p_token) w
     where w.active and w.role in ('operator', 'supervisor') and w.level >= 2
$$;

-- An order (待支付) is written by the one who decides its case, and its money is never rewritten. The person herself only
-- lets go out again what the bank has sent back. The worker and the functions of this room are not asked.
create or replace function registry.guard_order()
returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare v_decides boolean;
begin
    if current_user <> 'shebao_app' then return new; end if;
    v_decides := exists (select 1 from privacy.writers(new.subject_id, 'payment.order') w
                          where w.process = 'desk.decide' and w.role in ('clerk', 'supervisor'));
    if tg_op = 'INSERT' then
        if not v_decides or new.state <> 'approved' or new.case_no = '' then
            raise exception 'an order is written with a decision' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if (new.subject_id, new.kind, new.amount_fen, new.monthly, new.since, new.case_no) is distinct from
       (old.subject_id, old.kind, old.amount_fen, old.monthly, old.since, old.case_no) then
        raise exception 'the money of an order is not rewritten' using errcode = 'check_violation';
    end if;
    if not v_decides and not (new.reason = '' and new.until is not distinct from old.until
                              and (old.state = 'returned' and new.state = 'approved'
                                   or old.reason = 'bank_returned' and new.state = old.state)) then
        raise exception 'the person changes nothing of an order' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger by_hand before insert or update on registry_payable
    for each row execute function registry.guard_order();

-- The months an order is due for, up to one: a single payment once, a monthly one each month of [since, until).
create or replace function registry.payment_months(p_monthly boolean, p_since int, p_until int, p_month int)
returns setof int language sql immutable as $$
    select p_since where not p_monthly
    union all
    select to_char(m, 'YYYYMM')::int
      from generate_series(to_date(p_since::text, 'YYYYMM'), to_date(p_month::text, 'YYYYMM'), interval '1 month') m
     where p_monthly and (p_until is null or to_char(m, 'YYYYMM')::int < p_until)
$$;

-- What is due up to a month and in no batch: single payments, and every month of the monthly ones that was not paid yet.
-- Two orders of one benefit (stopped, begun anew) never pay one month twice. Internal.
create or replace function registry.payment_due(p_month int)
returns table (payable bigint, subject bigint, kind text, month int, amount_fen bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.subject_id, p.kind, d.month, p.amount_fen
      from registry_payable p
      left join registry_person o on o.subject_id = p.subject_id
      cross join lateral registry.payment_months(p.monthly, p.since, p.until, p_month) d(month)
     where (not p.monthly and p.state = 'approved'
            or p.monthly and p.state in ('approved', 'stopped') and p.reason <> 'bank_returned'
               and not exists (select 1 from registry_benefit b where b.subject_id = p.subject_id
                                  and b.kind = p.kind and b.month = d.month)
               and not exists (select 1 from registry_payment x join registry_payable q on q.id = x.payable_id
                                where x.subject_id = p.subject_id and q.kind = p.kind and q.monthly
                                  and x.month = d.month and x.state <> 'returned')
               and not exists (select 1 from registry_payable q where q.subject_id = p.subject_id and q.kind = p.kind
                                  and q.monthly and q.id > p.id and q.state in ('approved', 'stopped')
                                  and q.since <= d.month and (q.until is null or q.until > d.month)))
       and not (p.monthly and o.died_on is not null and to_char(o.died_on, 'YYYYMM')::int < d.month)
       and not exists (select 1 from registry_payment x where x.payable_id = p.id and x.state <> 'returned'
                          and x.month = d.month)
$$;

-- Collects what is due up to a month.
create or replace function registry.payment_collect(p_token bytea, p_month int, p_on date, p_limit int default 10000)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_actor bigint := registry.payment_staff(p_token);
    v_batch bigint;
    v_count int;
begin
    if v_actor is null then return null; end if;
    perform pg_advisory_xact_lock(hashtext('registry.payment_collect'));
    insert into registry_paymentbatch (month, made_by) values (p_month, v_actor) returning id into v_batch;
    insert into registry_payment (batch_id, payable_id, subject_id, month, amount_fen, changed_on)
    select v_batch, d.payable, d.subject, d.month, d.amount_fen, p_on
      from registry.payment_due(p_month) d
     order by d.payable, d.month limit p_limit;
    get diagnostics v_count = row_count;
    if v_count = 0 then
        delete from registry_paymentbatch where id = v_batch;
        return 0;
    end if;
    update registry_payable p set state = 'listed'
      from registry_payment x where x.batch_id = v_batch and x.payable_id = p.id and not p.monthly;
    update registry_paymentbatch b set count = v_count,
           total_fen = (select sum(x.amount_fen) from registry_payment x where x.batch_id = b.id)
     where b.id = v_batch;
    perform privacy.write_entry('approve', 'payment.bank', v_actor, w.role, w.unit, null, '{payment.order}', '{}',
                                'payment/' || v_batch, '编支付批次', 'allowed', null)
       from privacy.whoami(p_token) w;
    return v_batch;
end $$;

-- The second person: only a supervisor who did not make the batch. Gives the worker reach to the payees alone (and to
-- the owner of an account that an heir is paid from).
create or replace function registry.payment_approve(p_token bytea, p_batch bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    x record;
begin
    select * into w from privacy.whoami(p_token);
    if w.actor_id is null or not w.active or w.role <> 'supervisor' or w.level < 2 then return false; end if;
    update registry_paymentbatch set state = 'approved', approved_by = w.actor_id
     where id = p_batch and state = 'made' and made_by <> w.actor_id;
    if not found then return false; end if;
    for x in select distinct s.subject from registry_payment p
               join registry_payable o on o.id = p.payable_id
               cross join lateral (select p.subject_id as subject union
                                   select e.subject_id from registry_accountentry e
                                    where e.case_no = o.case_no and e.case_no <> '') s
              where p.batch_id = p_batch loop
        perform registry.work_reach('待遇支付', x.subject, 'payment/' || p_batch);
    end loop;
    perform privacy.write_entry('approve', 'payment.bank', w.actor_id, w.role, w.unit, null, '{payment.order}', '{}',
                                'payment/' || p_batch, '复核支付批次', 'allowed', null);
    return true;
end $$;

-- The second person says no: the payments go back to where they were.
create or replace function registry.payment_drop(p_token bytea, p_batch bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if registry.payment_staff(p_token) is null then return false; end if;
    perform 1 from registry_paymentbatch where id = p_batch and state = 'made' for update;
    if not found then return false; end if;
    update registry_payable p set state = 'approved'
      from registry_payment x where x.batch_id = p_batch and x.payable_id = p.id and p.state = 'listed';
    delete from registry_payment where batch_id = p_batch;
    update registry_paymentbatch set state = 'dropped' where id = p_batch;
    return true;
end $$;

create or replace function registry.payment_batches(p_token bytea, p_limit int)
returns table (batch bigint, month int, state text, count int, total_fen bigint, made_at timestamptz,
               sent_at timestamptz, mine boolean, paid bigint, returned bigint, waiting bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.id, b.month, b.state, b.count, b.total_fen, b.made_at, b.sent_at,
           b.made_by = registry.payment_staff(p_token),
           count(*) filter (where p.state = 'paid'), count(*) filter (where p.state = 'returned'),
           count(*) filter (where p.state in ('listed', 'sent'))
      from registry_paymentbatch b left join registry_payment p on p.batch_id = b.id
     where registry.payment_staff(p_token) is not null
     group by b.id order by b.id desc limit p_limit
$$;

-- What waits, by kind: how many orders, how much.
create or replace function registry.payment_waiting(p_token bytea, p_month int)
returns table (kind text, state text, count bigint, total_fen bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select d.kind, 'approved', count(*), sum(d.amount_fen)::bigint from registry.payment_due(p_month) d
     where registry.payment_staff(p_token) is not null group by d.kind
    union all
    select p.kind, 'returned', count(*), sum(p.amount_fen)::bigint from registry_payable p
     where registry.payment_staff(p_token) is not null and (p.state = 'returned' or p.reason = 'bank_returned')
     group by p.kind
     order by 1, 2
$$;

-- For the worker: batches to send, their lines, and the line the bank's answer is about. No personal values.
create or replace function registry.payment_to_send()
returns setof bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select id from registry_paymentbatch where state = 'approved' order by id
$$;

create or replace function registry.payment_lines(p_batch bigint)
returns table (payment bigint, subject bigint, owner bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.id, p.subject_id, (select min(e.subject_id) from registry_accountentry e
                                 where e.case_no = o.case_no and e.case_no <> '')
      from registry_payment p join registry_payable o on o.id = p.payable_id
     where p.batch_id = p_batch and p.state <> 'returned' order by p.id
$$;

create or replace function registry.payment_sent(p_batch bigint, p_digest text, p_at timestamptz)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update registry_paymentbatch set state = 'sent', digest = p_digest, sent_at = p_at
     where id = p_batch and state = 'approved';
    if not found then return false; end if;
    update registry_payment set state = 'sent' where batch_id = p_batch and state = 'listed';
    update registry_payable p set state = 'sent'
      from registry_payment x where x.batch_id = p_batch and x.payable_id = p.id and p.state = 'listed';
    return true;
end $$;

create or replace function registry.payment_find(p_payment bigint)
returns table (subject bigint, owner bigint, batch bigint, state text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select p.subject_id, (select min(e.subject_id) from registry_accountentry e
                           where e.case_no = o.case_no and e.case_no <> ''), p.batch_id, p.state
      from registry_payment p join registry_payable o on o.id = p.payable_id where p.id = p_payment
$$;

-- What the bank has answered line by line is closed, whoever took the last answer in and died; nobody is reached for it.
drop function if exists registry.payment_close(bigint);
create or replace function registry.payment_rest()
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_batch bigint;
    v_count int := 0;
begin
    for v_batch in update registry_paymentbatch b set state = 'closed'
                    where b.state = 'sent' and not exists (
                        select 1 from registry_payment p where p.batch_id = b.id and p.state in ('listed', 'sent'))
                   returning b.id loop
        perform privacy.revoke_reach(null, null, 'case', 'payment/' || v_batch);
        v_count := v_count + 1;
    end loop;
    return v_count;
end $$;

-- The bank has paid a case: it is done without a clerk's hand (办结).
create or replace function registry.payment_cases(p_batch bigint)
returns table (case_no text, subject bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select distinct o.case_no, o.subject_id from registry_payment p join registry_payable o on o.id = p.payable_id
     where p.batch_id = p_batch and p.state = 'paid' and not o.monthly
$$;

grant execute on function registry.payment_collect, registry.payment_approve, registry.payment_drop,
    registry.payment_batches, registry.payment_waiting to shebao_app;
grant execute on function registry.payment_to_send, registry.payment_lines, registry.payment_sent,
    registry.payment_find, registry.payment_rest, registry.payment_cases to shebao_worker;
