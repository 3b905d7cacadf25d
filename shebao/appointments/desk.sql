-- Visits at the desk (窗口): the day's list without names, arrival, and booking for a person on the phone.

-- The visits of one office on one day: numbers, times, matters; nothing that says who. Staff only; the number of a
-- case stands only where it is in the asker's hands.
create or replace function appointments.day_list(p_token bytea, p_office int, p_day date)
returns table (number text, service text, item text, case_no text, channel text, state text, starts_at timestamptz,
               minutes smallint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.number, s.service, b.item,
           case when exists (select 1 from privacy_reach r
                              where r.actor_id = w.actor_id and r.rule = 'case' and r.case_no = b.case_no
                                and r.revoked_at is null and r.until > now()) then b.case_no else '' end,
           b.channel, b.state, s.starts_at, s.minutes
      from privacy.whoami(p_token) w, appointments_slot s join appointments_booking b on b.slot_id = s.id
     where w.role in ('clerk', 'supervisor') and w.active and s.office_id = p_office
       and s.starts_at >= p_day::timestamp at time zone 'Asia/Shanghai'
       and s.starts_at < (p_day + 1)::timestamp at time zone 'Asia/Shanghai'
       and b.state in ('booked', 'attended', 'missed')
     order by s.starts_at, b.id
$$;

-- Finds the person with this number digest for a booking on the phone or at the window; the search is an entry of
-- her ledger, the reach ends by itself after a quarter of an hour.
create or replace function appointments.find(
    p_token bytea, p_digest bytea, p_reason text, p_request uuid,
    out outcome text, out subject bigint, out visit_no text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare w record;
begin
    select o.outcome, o.subject into outcome, subject
      from privacy.search_subject(p_token, p_digest, '', p_reason, p_request) o;
    if outcome <> 'allowed' then return; end if;
    select * into w from privacy.whoami(p_token);
    if w.subject_id = subject then outcome := 'out_of_reach'; return; end if;
    visit_no := 'YD' || to_char(now() at time zone 'Asia/Shanghai', 'YYMMDD') || '-'
        || lpad((floor(random() * 100000000))::bigint::text, 8, '0');
    perform privacy.grant_reach(w.actor_id, subject, 'case', visit_no, w.actor_id, 15, '{visit.desk}');
end $$;

-- Ends the reach of such a search.
create or replace function appointments.done(p_token bytea, p_visit_no text)
returns int language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.revoke_reach(w.actor_id, null, 'case', p_visit_no) from privacy.whoami(p_token) w
     where p_visit_no like 'YD%'
$$;

-- 到访登记: attended on its day, missed after its beginning; missed is corrected to attended within a week.
-- The gate is opened for this one visit; the person sees the entry.
create or replace function appointments.mark(
    p_token bytea, p_number text, p_state text, p_now timestamptz, p_grace_minutes int, p_request uuid)
returns jsonb language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    b record;
    g record;
begin
    select * into w from privacy.whoami(p_token);
    select k.*, s.starts_at into b from appointments_booking k join appointments_slot s on s.id = k.slot_id
     where k.number = p_number for update of k;
    if w.actor_id is null or not w.active or w.role not in ('clerk', 'supervisor') or b.id is null then
        return '{"outcome": "not_found"}';
    end if;
    perform privacy.grant_reach(w.actor_id, b.subject_id, 'case', p_number, w.actor_id, 1, '{visit.desk}');
    select * into g from privacy.open(p_token, 'visit.desk', b.subject_id, '{visit.record}', '{visit.record}',
                                      p_number, '登记到访', p_request);
    perform privacy.revoke_reach(w.actor_id, b.subject_id, 'case', p_number);
    if g.outcome <> 'allowed' then return jsonb_build_object('outcome', g.outcome); end if;
    if b.state = p_state then return '{"outcome": "settled"}'; end if;
    if p_state = 'attended' and (
           b.state = 'booked' and appointments.china_day(b.starts_at) = appointments.china_day(p_now)
        or b.state = 'missed' and b.starts_at > p_now - interval '7 days')
    or p_state = 'missed' and b.state = 'booked' and b.starts_at <= p_now - make_interval(mins => p_grace_minutes)
    then
        update appointments_booking set state = p_state, changed_at = p_now where id = b.id;
        return appointments.told(b.slot_id) || jsonb_build_object(
            'outcome', 'ok', 'number', b.number, 'case', b.case_no, 'subject', b.subject_id);
    end if;
    return '{"outcome": "too_early"}';
end $$;

grant execute on function appointments.day_list, appointments.find, appointments.done, appointments.mark
    to shebao_app;
