-- 候补: the queue for places that are full. An offer holds its place until the lease ends.

-- Joins the queue of one office and service, for one day or any. Refuses while a place is free, and a second wish.
create or replace function appointments.wait(
    p_subject bigint, p_office int, p_service text, p_day date, p_item text, p_case text, p_now timestamptz)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_id bigint;
begin
    perform appointments.require_open(p_subject);
    if not exists (select 1 from appointments_window w where w.office_id = p_office and w.service = p_service) then
        return '{"outcome": "not_found"}';
    end if;
    if p_day < appointments.china_day(p_now) then return '{"outcome": "past"}'; end if;
    if exists (select 1 from appointments_waiting q where q.subject_id = p_subject and q.service = p_service
                  and q.state in ('waiting', 'offered')) then
        return '{"outcome": "waiting_already"}';
    end if;
    if exists (select 1 from appointments_booking b join appointments_slot s on s.id = b.slot_id
                where b.subject_id = p_subject and b.state = 'booked' and s.service = p_service
                  and appointments.china_day(s.starts_at) = p_day) then
        return '{"outcome": "same_day"}';
    end if;
    if exists (select 1 from appointments_slot s where s.office_id = p_office and s.service = p_service
                  and s.starts_at > p_now and (p_day is null or appointments.china_day(s.starts_at) = p_day)
                  and s.taken < s.capacity and appointments.collides(p_subject, s.id, null) = '') then
        return '{"outcome": "free"}';
    end if;
    insert into appointments_waiting (subject_id, office_id, service, day, item, case_no, state, asked_at)
    values (p_subject, p_office, p_service, p_day, p_item, p_case, 'waiting', p_now) returning id into v_id;
    return jsonb_build_object('outcome', 'ok', 'waiting', v_id, 'before', (
        select count(*) from appointments_waiting q where q.state = 'waiting' and q.office_id = p_office
           and q.service = p_service and q.id < v_id and (q.day is null or p_day is null or q.day = p_day)));
end $$;

-- Takes the place on offer.
create or replace function appointments.accept(
    p_subject bigint, p_waiting bigint, p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w appointments_waiting;
    v_new jsonb;
begin
    perform appointments.require_open(p_subject);
    select * into w from appointments_waiting where id = p_waiting and subject_id = p_subject;
    perform 1 from appointments_slot where id = w.slot_id for update;
    select * into w from appointments_waiting where id = p_waiting and subject_id = p_subject for update;
    if w.id is null then return '{"outcome": "not_found"}'; end if;
    if w.state <> 'offered' or w.offered_until <= p_now then return '{"outcome": "lapsed"}'; end if;
    v_new := appointments.place(p_subject, w.slot_id, w.item, w.case_no, 'app', null, true, p_now, p_rules);
    if v_new ->> 'outcome' = 'ok' then update appointments_waiting set state = 'taken' where id = w.id; end if;
    return v_new;
end $$;

-- Leaves the queue, or lets an offer go to the next.
create or replace function appointments.leave(
    p_subject bigint, p_waiting bigint, p_now timestamptz, p_rules jsonb)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w appointments_waiting;
    v_offer jsonb;
begin
    perform appointments.require_open(p_subject);
    select * into w from appointments_waiting where id = p_waiting and subject_id = p_subject;
    perform 1 from appointments_slot where id = w.slot_id for update;
    select * into w from appointments_waiting where id = p_waiting and subject_id = p_subject for update;
    if w.id is null then return '{"outcome": "not_found"}'; end if;
    if w.state not in ('waiting', 'offered') then return '{"outcome": "settled"}'; end if;
    update appointments_waiting set state = 'left' where id = w.id;
    if w.state = 'offered' then v_offer := appointments.pass_on(w.slot_id, p_now, p_rules); end if;
    return jsonb_build_object('outcome', 'ok', 'offer', v_offer);
end $$;

-- The worker's round: ends leases that ran out, and offers places that are free while somebody waits.
create or replace function appointments.offer_round(p_now timestamptz, p_rules jsonb)
returns setof jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_offer jsonb;
begin
    for w in select q.id, q.slot_id from appointments_waiting q
              where q.state = 'offered' and q.offered_until <= p_now order by q.slot_id, q.id limit 200 loop
        perform 1 from appointments_slot where id = w.slot_id for update;
        update appointments_waiting set state = 'lapsed' where id = w.id and state = 'offered';
        if found then
            v_offer := appointments.pass_on(w.slot_id, p_now, p_rules);
            if v_offer is not null then return next v_offer; end if;
        end if;
    end loop;
    for w in select distinct s.id from appointments_waiting q
               join appointments_slot s on s.office_id = q.office_id and s.service = q.service
                and (q.day is null or q.day = appointments.china_day(s.starts_at))
              where q.state = 'waiting' and s.starts_at > p_now and s.taken < s.capacity order by s.id limit 200 loop
        update appointments_slot set taken = taken + 1 where id = w.id and taken < capacity;
        if found then
            v_offer := appointments.pass_on(w.id, p_now, p_rules);
            if v_offer is not null then return next v_offer; end if;
        end if;
    end loop;
    update appointments_waiting set state = 'lapsed'
     where state = 'waiting' and day < appointments.china_day(p_now);
end $$;

grant execute on function appointments.wait, appointments.accept, appointments.leave to shebao_app;
grant execute on function appointments.offer_round to shebao_worker;
