-- The person's own next visit (下次到访), for her own home page: when, where, for what.
create or replace function appointments.coming(p_token bytea, p_now timestamptz)
returns table (id bigint, starts_at timestamptz, office text, service text, item text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.id, s.starts_at, o.name, s.service, b.item
      from privacy.whoami(p_token) w
      join appointments_booking b on b.subject_id = w.subject_id and b.state = 'booked'
      join appointments_slot s on s.id = b.slot_id and s.starts_at > p_now - interval '1 hour'
      join appointments_office o on o.id = s.office_id
     where w.active and w.role = 'citizen'
     order by s.starts_at
     limit 1
$$;

grant execute on function appointments.coming to shebao_app;
