-- Visits (访问计数): a number for a page and an hour or a day. The caller hands over nothing about a visitor.
create or replace function privacy.count_visit(p_page text, p_since timestamptz)
returns void language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_visit as v (page, since, count) values (p_page, p_since, 1)
        on conflict (page, since) do update set count = v.count + 1
$$;

grant execute on function privacy.count_visit to shebao_app;
