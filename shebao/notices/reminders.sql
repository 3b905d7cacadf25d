-- Reminders of the staff (工作提醒): one per case and mark of its clock, to the holder or to the unit's supervisors.
-- A number, an item and a day; no person. Written in the transaction that marks the case.

create or replace function notices.remind(
    p_case text, p_kind text, p_level int, p_due date, p_unit text, p_actor bigint)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into notices_reminder (case_no, kind, level, due_on, unit, actor_id)
    values (p_case, p_kind, p_level, p_due, p_unit, p_actor)
    on conflict (case_no, level) do nothing returning id
$$;

-- Which reminders are this session's: her own, and for a supervisor the unit's. Internal.
create or replace function notices.reminders_of(p_token bytea)
returns setof notices_reminder language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.* from privacy.whoami(p_token) w join notices_reminder r on r.read_at is null
       and (r.actor_id = w.actor_id or r.actor_id is null and r.unit = w.unit and w.role = 'supervisor')
     where w.active and w.role in ('clerk', 'supervisor')
$$;

create or replace function notices.reminders(p_token bytea)
returns table (id bigint, case_no text, kind text, level smallint, due_on date, mine boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select r.id, r.case_no, r.kind, r.level, r.due_on, r.actor_id is not null
      from notices.reminders_of(p_token) r order by r.level desc, r.due_on, r.id limit 50
$$;

create or replace function notices.reminded(p_token bytea)
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select count(*) from notices.reminders_of(p_token)
$$;

-- 知道了: one of hers; 0 for all of them.
create or replace function notices.heard(p_token bytea, p_id bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_reminder set read_at = now()
     where (id = p_id or p_id = 0) and id in (select r.id from notices.reminders_of(p_token) r);
    return found;
end $$;

-- A case changed hands: what its holder had not read is the next holder's. Null: back in the unit. Internal.
create or replace function notices.pass_reminder(p_case text, p_actor bigint)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update notices_reminder set actor_id = p_actor where case_no = p_case and level < 100 and read_at is null
$$;

-- A case that ended reminds nobody any more. Internal.
create or replace function notices.settle_reminders(p_case text)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    update notices_reminder set read_at = now() where case_no = p_case and read_at is null
$$;

-- The next mail to staff: held before it leaves. One that was held and never finished may have left: it is `unknown`
-- and nobody sends it again.
create or replace function notices.next_reminder(p_now timestamptz, p_hold int)
returns table (id bigint, key uuid, level smallint, unit text, staff_no text, attempts smallint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_reminder r set mail = 'unknown' where r.mail = 'sending' and r.next_at <= p_now;
    return query
    update notices_reminder r
       set mail = 'sending', next_at = p_now + make_interval(secs => p_hold), attempts = r.attempts + 1
     where r.id = (select q.id from notices_reminder q where q.mail = 'queued' and q.next_at <= p_now
                    order by q.next_at, q.id for update skip locked limit 1)
    returning r.id, r.key, r.level, r.unit,
              coalesce((select a.staff_no from privacy_actor a where a.id = r.actor_id), ''), r.attempts;
end $$;

-- What became of it; `queued` with a later time is another attempt.
create or replace function notices.reminder_mailed(p_id bigint, p_outcome text, p_after timestamptz)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update notices_reminder set mail = p_outcome, next_at = coalesce(p_after, next_at)
     where id = p_id and mail = 'sending';
    return found;
end $$;

grant execute on function notices.reminders, notices.reminded, notices.heard to shebao_app;
grant execute on function notices.remind, notices.next_reminder, notices.reminder_mailed to shebao_worker;
