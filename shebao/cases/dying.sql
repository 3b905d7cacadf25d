-- A death and what follows outside the registry (登录、代办、共济、预约、消息), and what goes on when it was a mistake.
-- Each acts only for a person whose death this very transaction may write.

create or replace function cases.die(p_token bytea, p_subject bigint, p_case text, p_on date, p_now timestamptz)
returns bigint[] language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    b record;
    f record;
    v_others bigint[] := '{}';
begin
    if not coalesce(p_subject = any(privacy.writable_subjects('death.record')), false) then
        raise exception 'no entry of this transaction writes this death' using errcode = 'SB002';
    end if;
    update privacy_session e set ended_at = now() from privacy_actor a
     where a.id = e.actor_id and a.subject_id = p_subject and a.role = 'citizen' and e.ended_at is null;
    update privacy_actor set active = false, inactive_reason = 'deceased'
     where subject_id = p_subject and role = 'citizen' and active;
    update privacy_reach r set revoked_at = now()
     where r.revoked_at is null and r.rule in ('guardian', 'mandate', 'linked')
       and (r.subject_id = p_subject
            or r.actor_id in (select a.id from privacy_actor a where a.subject_id = p_subject and a.role = 'citizen'));
    update identity_mandate m set state = 'ended', ended_at = p_now
     where m.state = 'active' and (m.subject_id = p_subject
            or m.helper_id in (select a.id from privacy_actor a where a.subject_id = p_subject));
    update identity_guardianship g set state = 'ended', ended_at = p_now
     where g.state in ('requested', 'active') and (g.subject_id = p_subject
            or g.guardian_id in (select a.id from privacy_actor a where a.subject_id = p_subject));
    for f in update registry_filing x set state = 'ended', until = greatest(p_on, x.since)
              where x.kind in ('family-pool', 'family-pool-member') and x.state in ('pending', 'active')
                and (x.subject_id = p_subject or x.other_id = p_subject)
             returning x.subject_id, x.other_id, x.kind loop
        if f.subject_id <> p_subject then
            perform registry.pool_entry(f.subject_id, p_token, p_case, '家人共济终止');
            v_others := v_others || f.subject_id;
        end if;
    end loop;
    for b in update appointments_booking k set state = 'cancelled', changed_at = p_now from appointments_slot s
              where s.id = k.slot_id and k.subject_id = p_subject and k.state = 'booked' and s.starts_at > p_now
             returning k.slot_id loop
        update appointments_slot set taken = taken - 1 where id = b.slot_id;
    end loop;
    update appointments_waiting set state = 'left'
     where subject_id = p_subject and state = 'waiting';
    update notices_delivery set state = 'gave_up', error = 'deceased', changed_at = p_now, lease_until = null
     where subject_id = p_subject and state = 'queued';
    return v_others;
end $$;

-- The log-in opens again. What others had to agree to (代办、共济、监护) is begun anew by them.
create or replace function cases.revive(p_token bytea, p_subject bigint)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not coalesce(p_subject = any(privacy.writable_subjects('death.record')), false) then
        raise exception 'no entry of this transaction writes this death' using errcode = 'SB002';
    end if;
    update privacy_actor set active = true, inactive_reason = ''
     where subject_id = p_subject and inactive_reason = 'deceased';
    return found;
end $$;

grant execute on function cases.die, cases.revive to shebao_app, shebao_worker;
