-- 单位登记 from the shared registration of businesses (市场主体登记): public facts of one code, nobody named.
-- `mine`: whether the session's own person is its legal representative.
create or replace function registry.business(p_token bytea, p_uscc text)
returns table (name text, region text, state text, registered_on date, known text, mine boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select b.name, b.region, b.state, b.registered_on, coalesce(e.state, ''),
           exists (select 1 from privacy.whoami(p_token) w where w.active and w.subject_id = b.legal_id)
      from registry_business b left join registry_employer e on e.uscc = b.uscc
     where b.uscc = p_uscc
$$;

-- The registration itself, within an entry of the person that writes it; once for a code. Null: not possible.
create or replace function registry.register_employer(p_subject bigint, p_uscc text)
returns bigint language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare v_subject bigint;
begin
    if not p_subject = any(privacy.writable_subjects('contribution.unit')) then return null; end if;
    insert into registry_employer (subject_id, uscc, name, region, industry, injury_class, registered_on)
    select registry.employer_subject(), b.uscc, b.name, b.region, b.industry, b.injury_class,
           (now() at time zone 'Asia/Shanghai')::date
      from registry_business b
     where b.uscc = p_uscc and b.state = 'active'
       and not exists (select 1 from registry_employer e where e.uscc = b.uscc)
    on conflict (uscc) do nothing
    returning subject_id into v_subject;
    return v_subject;
end $$;

-- The registered employers whose legal representative (法定代表人) the session's own person is.
create or replace function registry.units_of_legal(p_token bytea)
returns table (subject_id bigint, uscc text, name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select e.subject_id, e.uscc, e.name
      from privacy.whoami(p_token) w join registry_business b on b.legal_id = w.subject_id
      join registry_employer e on e.uscc = b.uscc and e.state = 'active'
     where w.active and w.role = 'citizen'
     order by e.uscc
$$;

grant execute on function registry.business, registry.register_employer, registry.units_of_legal to shebao_app;
