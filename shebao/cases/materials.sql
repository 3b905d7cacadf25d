-- Materials (材料): when a page may change, what ends with its draft, and what the scanner's worker may do.

-- A page belongs to its case's person, is written while the case waits for her, and what was sent stays on file.
create or replace function cases.guard_material()
returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare c record; m record;
begin
    m := case when tg_op = 'DELETE' then old else new end;
    if tg_op = 'UPDATE' and (new.id, new.case_id, new.subject_id, new.material, new.media_type, new.size, new.sha256,
        new.received_at) is distinct from (old.id, old.case_id, old.subject_id, old.material, old.media_type, old.size,
        old.sha256, old.received_at) then
        raise exception 'a kept page is not rewritten' using errcode = 'check_violation';
    end if;
    if tg_op = 'UPDATE' and new.content is distinct from old.content and new.state <> 'quarantined' then
        raise exception 'a kept page is not rewritten' using errcode = 'check_violation';
    end if;
    if session_user <> 'shebao_app' or pg_trigger_depth() > 1 then return m; end if;
    select state, subject_id, asked_at into c from cases_case where no = m.case_id;
    if c.subject_id is distinct from m.subject_id then
        raise exception 'a page belongs to the person of its case' using errcode = 'check_violation';
    end if;
    if c.state not in ('draft', 'supplement') and not (tg_op = 'DELETE' and c.state is null) then
        raise exception 'the case waits for no material' using errcode = 'check_violation';
    end if;
    if tg_op = 'DELETE' and c.state = 'supplement' and old.received_at < c.asked_at and old.state <> 'quarantined' then
        raise exception 'what was sent stays on file' using errcode = 'check_violation';
    end if;
    return m;
end $$;
create or replace trigger guard before insert or update or delete on cases_material
    for each row execute function cases.guard_material();

-- A draft that ends takes its pages with it, whoever ends it.
create or replace function cases.drop_pages()
returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    delete from cases_material where case_id = old.no;
    return new;
end $$;
create or replace trigger drop_pages after update of state on cases_case
    for each row when (old.state = 'draft' and new.state in ('withdrawn', 'lapsed'))
    execute function cases.drop_pages();

-- The next page that waits for the scanner, sealed; that it is read is an entry of the person.
create or replace function cases.waiting_page(p_after bigint)
returns table (id bigint, case_no text, subject_id bigint, content bytea)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare m cases_material;
begin
    select * into m from cases_material w where w.state = 'waiting' and w.id > p_after order by w.id limit 1;
    if m.id is null then return; end if;
    perform privacy.write_entry('scan', 'material.check', null, 'system', '', m.subject_id, '{material.file}',
                                '{material.file}', m.case_id, '查病毒', 'allowed', null);
    return query select m.id, m.case_id, m.subject_id, m.content;
end $$;

-- The scanner's verdict on a waiting page: it counts, or its content is gone.
create or replace function cases.checked_page(p_id bigint, p_infected boolean)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update cases_material set state = case when p_infected then 'quarantined' else 'received' end,
           content = case when p_infected then null else content end
     where id = p_id and state = 'waiting';
    return found;
end $$;

grant execute on function cases.waiting_page, cases.checked_page to shebao_worker;
