-- Searches (搜索): what a session's own person has switched on. With both switches off nothing is read or written.

-- history: may her searches be kept; weights: JSON page -> times opened and topics chosen, null when the order is
-- the same for everybody. Only a personalised order reads her records, and that is an entry.
create or replace function privacy.search_switches(
    p_token bytea, p_request uuid, out history boolean, out weights text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    g record;
begin
    history := false;
    select * into w from privacy.whoami(p_token);
    if w.subject_id is null or not w.active then return; end if;
    history := privacy.switched_on(w.subject_id, 'service.history');
    if not privacy.switched_on(w.subject_id, 'service.personalise') then return; end if;
    select * into g from privacy.open(p_token, 'service.personalise', null, '{search.record}', '{}', '', '', p_request);
    if g.outcome <> 'allowed' then return; end if;
    select json_build_object(
        'opened', coalesce((select json_object_agg(o.page, o.n) from (
            select s.page, count(*) n from privacy_search s
             where s.subject_id = g.subject and s.page <> '' group by s.page) o), '{}'::json),
        'topics', coalesce((select json_agg(t.topic order by t.topic) from privacy_topic t
                             where t.subject_id = g.subject), '[]'::json))::text into weights;
end $$;

create or replace function privacy.switched_on(p_subject bigint, p_process text)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from privacy_process p where p.code = p_process and p.in_force
                      and privacy.has_consent(p_subject, p_process, p.material_since))
$$;

grant execute on function privacy.search_switches to shebao_app;
