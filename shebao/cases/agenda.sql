-- What of a person's own matters comes next (近期安排): state and last day only, for her own home page.
create or replace function cases.agenda(p_token bytea, p_limit int)
returns table (no text, kind text, state text, due_on date, supply_by date, touched_at timestamptz, bundle text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select c.no, c.kind, c.state, c.due_on, c.supply_by, c.touched_at, c.bundle
      from privacy.whoami(p_token) w join cases_case c on c.subject_id = w.subject_id
     where w.active and w.role in ('citizen', 'employer_agent')
       and c.state in ('draft', 'submitted', 'supplement', 'accepted', 'proposed', 'decided')
     order by c.state <> 'supplement', c.state = 'draft', coalesce(c.supply_by, c.due_on), c.no
     limit p_limit
$$;

grant execute on function cases.agenda to shebao_app;
