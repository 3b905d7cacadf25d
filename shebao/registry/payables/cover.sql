-- 领金期间代缴医保费 (社会保险法第四十八条): the unemployment fund pays the medical insurance of those who draw its benefit.

-- Whether a person draws the benefit in a month. Internal.
create or replace function registry.draws_benefit(p_subject bigint, p_month int)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from registry_payable p left join registry_person o on o.subject_id = p.subject_id
                    where p.subject_id = p_subject and p.kind = 'unemployment_benefit' and p.monthly
                      and p.state = 'approved' and p.since <= p_month and (p.until is null or p.until > p_month)
                      and (o.died_on is null or to_char(o.died_on, 'YYYYMM')::int >= p_month))
$$;

-- Who draws it in a month and has no medical cover for it from elsewhere; the worker reaches these people alone.
create or replace function registry.cover_due(p_month int, p_limit int default 200)
returns table (subject_id bigint, region text)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    for subject_id, region in
        select distinct p.subject_id, o.region::text
          from registry_payable p join registry_person o on o.subject_id = p.subject_id
         where p.kind = 'unemployment_benefit' and registry.draws_benefit(p.subject_id, p_month)
           and not exists (select 1 from registry_contribution c
                            where c.subject_id = p.subject_id and c.insurance = 310 and c.month = p_month)
           and not exists (select 1 from registry_enrolment e
                            where e.subject_id = p.subject_id and e.insurance in (310, 390) and e.until is null
                              and e.state in ('active', 'retired') and e.reason <> '领失业金期间代缴')
         order by p.subject_id limit p_limit
    loop
        perform registry.work_reach('代缴医保', subject_id, 'cover/' || p_month);
        return next;
    end loop;
end $$;

-- Whose cover ends because the benefit has ended.
create or replace function registry.cover_over(p_month int, p_limit int default 200)
returns table (subject_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    for subject_id in
        select e.subject_id from registry_enrolment e
         where e.insurance = 310 and e.state = 'active' and e.until is null and e.reason = '领失业金期间代缴'
           and not registry.draws_benefit(e.subject_id, p_month)
         order by e.subject_id limit p_limit
    loop
        perform registry.work_reach('代缴医保', subject_id, 'cover/' || p_month);
        return next;
    end loop;
end $$;

create index if not exists registry_enrolment_covered on registry_enrolment (subject_id)
 where reason = '领失业金期间代缴' and until is null;

grant execute on function registry.cover_due, registry.cover_over to shebao_worker;
