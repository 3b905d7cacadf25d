-- The worker's rounds over visits: reminders, visits nobody came to, and the end of their keeping.

-- An entry of the system about one person's visit. Internal.
create or replace function appointments.note(p_subject bigint, p_kind text, p_number text)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry(p_kind, 'visit.remind', null, 'system', '', p_subject, '{visit.record}',
                               '{visit.record}', p_number, '', 'allowed', null)
$$;

-- Bookings that begin before p_until and were not reminded of; each is reminded once.
create or replace function appointments.remind(p_now timestamptz, p_until timestamptz)
returns setof jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare b record;
begin
    for b in update appointments_booking k set reminded_at = p_now from appointments_slot s
              where s.id = k.slot_id and k.state = 'booked' and k.reminded_at is null
                and s.starts_at > p_now and s.starts_at < p_until
                and k.booked_at < p_now - interval '2 hours'
             returning k.subject_id, k.number, k.case_no, k.slot_id loop
        perform appointments.note(b.subject_id, 'remind', b.number);
        return next appointments.told(b.slot_id)
            || jsonb_build_object('subject', b.subject_id, 'number', b.number, 'case', b.case_no);
    end loop;
end $$;

-- 爽约: visits of past days that nobody marked, and only of halls that marked visits on that day: where the desk
-- was not in use, nobody is blamed.
create or replace function appointments.mark_missed(p_now timestamptz)
returns setof jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare b record;
begin
    for b in update appointments_booking k set state = 'missed', changed_at = p_now from appointments_slot s
              where s.id = k.slot_id and k.state = 'booked'
                and appointments.china_day(s.starts_at) < appointments.china_day(p_now)
                and exists (select 1 from appointments_slot o join appointments_booking a on a.slot_id = o.id
                             where o.office_id = s.office_id and a.state = 'attended'
                               and appointments.china_day(o.starts_at) = appointments.china_day(s.starts_at))
             returning k.subject_id, k.number, k.case_no, k.slot_id loop
        perform appointments.note(b.subject_id, 'miss', b.number);
        return next appointments.told(b.slot_id)
            || jsonb_build_object('subject', b.subject_id, 'number', b.number, 'case', b.case_no);
    end loop;
end $$;

-- 到期删除: visits and wishes whose keeping is over, and places of past days that nobody holds.
create or replace function appointments.end_of_life(p_now timestamptz, p_days int)
returns int language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    v_total int;
    v_count int;
begin
    delete from appointments_booking b using appointments_slot s
     where s.id = b.slot_id and s.starts_at <= p_now - make_interval(days => p_days);
    get diagnostics v_total = row_count;
    delete from appointments_waiting
     where state not in ('waiting', 'offered') and asked_at <= p_now - make_interval(days => p_days);
    get diagnostics v_count = row_count;
    delete from appointments_slot s where s.starts_at < p_now - interval '7 days'
       and not exists (select 1 from appointments_booking b where b.slot_id = s.id)
       and not exists (select 1 from appointments_waiting w where w.slot_id = s.id);
    return v_total + v_count;
end $$;

grant execute on function appointments.remind, appointments.mark_missed, appointments.end_of_life to shebao_worker;
