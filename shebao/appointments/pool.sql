-- The one pool of places (号源) for app, phone and window: counter and booking change in one transaction, under the
-- lock of the slot's row. Order of locks everywhere: the person, slots by id, wait list. Time and rules are passed in.

create or replace function appointments.china_day(p_moment timestamptz)
returns date language sql immutable as $$
    select (p_moment at time zone 'Asia/Shanghai')::date
$$;

-- 爽约: until when a person may book for the same day only; null when no rule binds her.
create or replace function appointments.limited_until(p_subject bigint, p_now timestamptz, p_rules jsonb)
returns timestamptz language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select until from (
        select max(s.starts_at) + make_interval(days => (p_rules ->> 'same_day_days')::int) as until
          from appointments_booking b join appointments_slot s on s.id = b.slot_id
         where b.subject_id = p_subject and b.state = 'missed'
           and s.starts_at > p_now - make_interval(days => (p_rules ->> 'no_show_days')::int)
        having count(*) >= (p_rules ->> 'no_shows')::int) r
     where until > p_now
$$;

-- Does the person already hold a place of this service on this day, or one that overlaps? Returns '' or the outcome.
create or replace function appointments.collides(p_subject bigint, p_slot bigint, p_except bigint)
returns text language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce((
        select case when o.service = s.service and appointments.china_day(o.starts_at)
                         = appointments.china_day(s.starts_at) then 'same_day' else 'overlap' end
          from appointments_slot s, appointments_booking b join appointments_slot o on o.id = b.slot_id
         where s.id = p_slot and b.subject_id = p_subject and b.state = 'booked' and b.id is distinct from p_except
           and (o.service = s.service and appointments.china_day(o.starts_at) = appointments.china_day(s.starts_at)
                or o.starts_at < s.starts_at + make_interval(mins => s.minutes)
                   and s.starts_at < o.starts_at + make_interval(mins => o.minutes))
         order by 1 desc limit 1), '')
$$;

-- The two free places nearest in time: of the same office, else of the same city.
create or replace function appointments.nearest_free(
    p_subject bigint, p_slot bigint, p_except bigint, p_now timestamptz)
returns bigint[] language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(id), '{}') from (
        select f.id from appointments_slot s join appointments_office so on so.id = s.office_id
          join appointments_slot f on f.service = s.service and f.id <> s.id
          join appointments_office fo on fo.id = f.office_id and fo.region = so.region
         where s.id = p_slot and f.taken < f.capacity and f.starts_at > p_now
           and appointments.collides(p_subject, f.id, p_except) = ''
         order by f.office_id <> s.office_id, abs(extract(epoch from f.starts_at - s.starts_at)), f.starts_at, f.id
         limit 2) nearest
$$;

-- What the doors say about a place: only public facts and the person's own number.
create or replace function appointments.told(p_slot bigint)
returns jsonb language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select jsonb_build_object('slot', s.id, 'office', s.office_id, 'office_name', o.name, 'service', s.service,
                              'starts_at', s.starts_at, 'minutes', s.minutes)
      from appointments_slot s join appointments_office o on o.id = s.office_id where s.id = p_slot
$$;

-- Puts a person on a place. p_held: the place is already counted for her (an offer). Internal.
create or replace function appointments.place(
    p_subject bigint, p_slot bigint, p_item text, p_case text, p_channel text, p_except bigint, p_held boolean,
    p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    s appointments_slot;
    v_until timestamptz := appointments.limited_until(p_subject, p_now, p_rules);
    v_collides text;
    v_id bigint;
    v_number text;
begin
    select * into s from appointments_slot where id = p_slot for update;
    if s.id is null then return '{"outcome": "not_found"}'; end if;
    if s.starts_at <= p_now then return '{"outcome": "past"}'; end if;
    if v_until is not null and appointments.china_day(s.starts_at) <> appointments.china_day(p_now) then
        return jsonb_build_object('outcome', 'limited', 'until', v_until);
    end if;
    v_collides := appointments.collides(p_subject, p_slot, p_except);
    if v_collides <> '' then return jsonb_build_object('outcome', v_collides); end if;
    if not p_held then
        if s.taken >= s.capacity then
            return jsonb_build_object('outcome', 'full', 'nearest', appointments.nearest_free(
                p_subject, p_slot, p_except, p_now));
        end if;
        update appointments_slot set taken = taken + 1 where id = p_slot;
    end if;
    v_id := nextval(pg_get_serial_sequence('appointments_booking', 'id'));
    v_number := 'YY' || to_char(s.starts_at at time zone 'Asia/Shanghai', 'YYMMDD') || '-' || lpad(v_id::text, 4, '0');
    insert into appointments_booking (id, subject_id, slot_id, number, item, case_no, channel, state, moved_from,
                                      booked_at, changed_at)
    values (v_id, p_subject, p_slot, v_number, p_item, p_case, p_channel, 'booked', p_except, p_now, p_now);
    return appointments.told(p_slot) || jsonb_build_object('outcome', 'ok', 'booking', v_id, 'number', v_number,
                                                           'case', p_case);
end $$;

-- A place became free (its row is locked by the caller): the first in the queue who can take it has it on offer
-- until the lease ends; without anyone it is free for all. Returns whom to tell, or null. Internal.
create or replace function appointments.pass_on(p_slot bigint, p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    s appointments_slot;
    w appointments_waiting;
    v_until timestamptz;
begin
    select * into s from appointments_slot where id = p_slot;
    v_until := least(p_now + make_interval(mins => (p_rules ->> 'offer_minutes')::int),
                     s.starts_at - make_interval(mins => (p_rules ->> 'offer_before_minutes')::int));
    if v_until > p_now then
        select * into w from appointments_waiting q
         where q.state = 'waiting' and q.office_id = s.office_id and q.service = s.service
           and (q.day is null or q.day = appointments.china_day(s.starts_at))
           and appointments.collides(q.subject_id, s.id, null) = ''
           and (appointments.china_day(s.starts_at) = appointments.china_day(p_now)
                or appointments.limited_until(q.subject_id, p_now, p_rules) is null)
         order by q.id limit 1 for update skip locked;
    end if;
    if w.id is null then
        update appointments_slot set taken = taken - 1 where id = p_slot;
        return null;
    end if;
    update appointments_waiting set state = 'offered', slot_id = p_slot, offered_until = v_until where id = w.id;
    perform appointments.note(w.subject_id, 'offer', '');
    return appointments.told(p_slot) || jsonb_build_object('subject', w.subject_id, 'until', v_until,
                                                           'waiting', w.id, 'case', w.case_no);
end $$;

-- Whoever writes must have opened the person's visits for writing in this transaction. Internal.
create or replace function appointments.require_open(p_subject bigint)
returns void language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if not coalesce(p_subject = any(privacy.writable_subjects('visit.record')), false) then
        raise exception 'no entry of this transaction writes visits' using errcode = 'SB002';
    end if;
    perform pg_advisory_xact_lock(20262, hashint8(p_subject));
end $$;

-- 预约. Asking twice for the same place answers with the booking there is.
create or replace function appointments.book(
    p_token bytea, p_subject bigint, p_slot bigint, p_item text, p_case text, p_channel text,
    p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    b appointments_booking;
begin
    perform appointments.require_open(p_subject);
    select * into w from privacy.whoami(p_token);
    if (w.role = 'citizen') <> (p_channel = 'app') or p_channel not in ('app', 'phone', 'window') then
        raise exception 'channel % is not for %', p_channel, w.role using errcode = 'SB002';
    end if;
    select * into b from appointments_booking
     where subject_id = p_subject and slot_id = p_slot and state = 'booked';
    if b.id is not null then
        return appointments.told(p_slot) || jsonb_build_object(
            'outcome', 'ok', 'booking', b.id, 'number', b.number, 'case', b.case_no, 'again', true);
    end if;
    return appointments.place(p_subject, p_slot, p_item, p_case, p_channel, null, false, p_now, p_rules);
end $$;

-- 改时间: the new place is taken before the old one is given up; both or neither.
create or replace function appointments.move(
    p_token bytea, p_subject bigint, p_booking bigint, p_slot bigint, p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    b appointments_booking;
    o appointments_slot;
    v_new jsonb;
begin
    perform appointments.require_open(p_subject);
    select * into b from appointments_booking where id = p_booking and subject_id = p_subject;
    if b.id is null then return '{"outcome": "not_found"}'; end if;
    perform 1 from appointments_slot where id in (b.slot_id, p_slot) order by id for update;
    select * into o from appointments_slot where id = b.slot_id;
    if b.state <> 'booked' then return '{"outcome": "settled"}'; end if;
    if o.starts_at <= p_now then return '{"outcome": "past"}'; end if;
    if b.slot_id = p_slot then return '{"outcome": "same_place"}'; end if;
    if not exists (select 1 from appointments_slot n where n.id = p_slot and n.service = o.service) then
        return '{"outcome": "not_found"}';
    end if;
    v_new := appointments.place(p_subject, p_slot, b.item, b.case_no, b.channel, b.id, false, p_now, p_rules);
    if v_new ->> 'outcome' <> 'ok' then return v_new; end if;
    update appointments_booking set state = 'moved', changed_at = p_now where id = b.id;
    return v_new || jsonb_build_object('from', appointments.told(b.slot_id), 'offer',
                                       appointments.pass_on(b.slot_id, p_now, p_rules));
end $$;

-- 取消.
create or replace function appointments.cancel(
    p_subject bigint, p_booking bigint, p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    b appointments_booking;
    s appointments_slot;
begin
    perform appointments.require_open(p_subject);
    select * into b from appointments_booking where id = p_booking and subject_id = p_subject;
    if b.id is null then return '{"outcome": "not_found"}'; end if;
    select * into s from appointments_slot where id = b.slot_id for update;
    if b.state <> 'booked' then return '{"outcome": "settled"}'; end if;
    if s.starts_at <= p_now then return '{"outcome": "past"}'; end if;
    update appointments_booking set state = 'cancelled', changed_at = p_now where id = b.id;
    return appointments.told(b.slot_id) || jsonb_build_object(
        'outcome', 'ok', 'number', b.number, 'case', b.case_no,
        'offer', appointments.pass_on(b.slot_id, p_now, p_rules));
end $$;

grant execute on function appointments.china_day to shebao_app, shebao_worker;
grant execute on function appointments.book, appointments.move, appointments.cancel to shebao_app;
