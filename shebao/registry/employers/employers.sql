-- An employer that is loaded gets a subject of its own (主体), so that its cases and agents hang on one number.
create or replace function registry.employer_subject()
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into privacy_subject default values returning id
$$;

alter table registry_employer alter column subject_id set default registry.employer_subject();

grant execute on function registry.employer_subject to shebao_worker;
