-- Hot reads of the registry: open the gate, select, answer JSON, in one round trip. They run with the caller's
-- own rights, so row-level security applies. Amounts are fen, months YYYYMM.

create or replace function registry.insurance_name(p_code int)
returns text language sql immutable as $$
    select case p_code
        when 110 then '企业职工基本养老保险' when 120 then '机关事业单位基本养老保险'
        when 170 then '城乡居民基本养老保险' when 210 then '失业保险' when 310 then '职工基本医疗保险'
        when 390 then '城乡居民基本医疗保险' when 410 then '工伤保险' when 510 then '生育保险'
        else '险种 ' || p_code end
$$;

-- The insurance a person has paid longest, with its months: a pension where there is one, else medical.
create or replace function registry.main_insurance(p_subject bigint, out insurance int, out months bigint)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select c.insurance, count(distinct c.month) from registry_contribution c
     where c.subject_id = p_subject and c.insurance in (110, 120, 170, 310, 390) and c.state = 'paid'
     group by c.insurance order by c.insurance not in (110, 120, 170), 2 desc limit 1
$$;

-- 缴费记录; insurance 0 is the person's main one, or p_otherwise.
-- Concatenation only of numbers, dates and fixed codes; names go through to_json.
drop function if exists registry.contributions(bytea, text, bigint, text, uuid, int, int, int);
create or replace function registry.contributions(
    p_token bytea, p_process text, p_subject bigint, p_case text, p_request uuid,
    p_insurance int default 110, p_since int default 0, p_until int default 999912, p_otherwise int default 110)
returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    g record;
    v_rows text;
    v_count bigint;
    v_months bigint;
    v_person bigint;
    v_employer bigint;
    v_employers text;
    v_ids int[];
    v_insurance int := p_insurance;
begin
    select * into g from privacy.open(p_token, p_process, p_subject, '{contribution.record,contribution.unit}', '{}',
                                      p_case, '', p_request);
    if g.outcome <> 'allowed' then return '{"outcome":"' || g.outcome || '"}'; end if;
    if p_insurance = 0 then
        select coalesce((select m.insurance from registry.main_insurance(g.subject) m), p_otherwise) into v_insurance;
    end if;
    select string_agg('{"month":' || c.month || ',"kind":"' || c.kind || '","state":"' || c.state
                || '","base_fen":' || c.base_fen || ',"employer_fen":' || c.employer_fen
                || ',"person_fen":' || c.person_fen || ',"subsidy_fen":' || c.subsidy_fen
                || ',"employer":' || coalesce(c.employer_id::text, 'null')
                || ',"paid_on":' || coalesce('"' || c.paid_on || '"', 'null') || '}', ','
                order by c.month, c.seq),
           count(*), count(distinct c.month) filter (where c.state = 'paid'),
           sum(c.person_fen) filter (where c.state = 'paid'), sum(c.employer_fen) filter (where c.state = 'paid'),
           array_agg(distinct c.employer_id) filter (where c.employer_id is not null)
      into v_rows, v_count, v_months, v_person, v_employer, v_ids
      from registry_contribution c
     where c.subject_id = g.subject and c.insurance = v_insurance and c.month between p_since and p_until
       and c.state <> 'moved';
    select string_agg('"' || e.id || '":' || to_json(e.name), ',') into v_employers
      from registry_employer e where e.id = any(v_ids);
    return '{"outcome":"allowed","entry":' || g.entry || ',"as_of":"'
        || to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || '","insurance":' || v_insurance
        || ',"insurance_name":' || to_json(registry.insurance_name(v_insurance))
        || ',"count":' || v_count || ',"months_total":' || v_months
        || ',"person_fen":' || coalesce(v_person, 0) || ',"employer_fen":' || coalesce(v_employer, 0)
        || ',"employers":{' || coalesce(v_employers, '') || '},"rows":[' || coalesce(v_rows, '') || ']}';
end $$;

-- 参保信息.
create or replace function registry.enrolments(
    p_token bytea, p_process text, p_subject bigint, p_case text, p_request uuid)
returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare g record;
begin
    select * into g from privacy.open(p_token, p_process, p_subject,
        '{enrolment.record,contribution.unit,contribution.record,person.basic}', '{}', p_case, '', p_request);
    if g.outcome <> 'allowed' then return '{"outcome":"' || g.outcome || '"}'; end if;
    return json_build_object('outcome', 'allowed', 'entry', g.entry, 'as_of', now(),
        'person', (select json_build_object('sex', p.sex, 'birth_date', p.birth_date, 'region', p.region)
                     from registry_person p where p.subject_id = g.subject),
        'enrolments', coalesce((select json_agg(row_to_json(t)) from (
            select e.insurance, registry.insurance_name(e.insurance) as insurance_name, e.state, e.person_type,
                   m.name as employer, e.since, e.until, e.reason,
                   paid.months, paid.last_paid, paid.first_paid
              from registry_enrolment e left join registry_employer m on m.id = e.employer_id
              left join lateral (
                   select count(distinct c.month) as months, max(c.month) as last_paid, min(c.month) as first_paid
                     from registry_contribution c
                    where c.subject_id = g.subject and c.insurance = e.insurance and c.state = 'paid') paid on true
             where e.subject_id = g.subject order by e.insurance, e.since desc) t), '[]'::json))::text;
end $$;

-- 个人账户.
create or replace function registry.accounts(
    p_token bytea, p_process text, p_subject bigint, p_case text, p_request uuid)
returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare g record;
begin
    select * into g from privacy.open(p_token, p_process, p_subject, '{account.balance}', '{}', p_case, '', p_request);
    if g.outcome <> 'allowed' then return '{"outcome":"' || g.outcome || '"}'; end if;
    return json_build_object('outcome', 'allowed', 'entry', g.entry, 'as_of', now(),
        'accounts', coalesce((select json_agg(row_to_json(t)) from (
            select a.kind, a.balance_fen, a.balance_on, a.opened,
                   (select coalesce(json_agg(row_to_json(y)), '[]'::json) from (
                        select y.year, y.opening_fen, y.credit_fen, y.interest_fen, y.spent_fen, y.closing_fen,
                               y.rate, y.provisional
                          from registry_accountyear y
                         where y.subject_id = g.subject and y.kind = a.kind order by y.year) y) as years
              from registry_account a where a.subject_id = g.subject order by a.kind desc) t), '[]'::json))::text;
end $$;

-- 医保花费 of one year; with p_detail also where, for which the purpose must declare claim.detail.
create or replace function registry.spending(
    p_token bytea, p_process text, p_subject bigint, p_case text, p_request uuid, p_year int, p_detail boolean)
returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare
    g record;
    v_from date := make_date(p_year, 1, 1);
    v_until date := make_date(p_year + 1, 1, 1);
begin
    select * into g from privacy.open(p_token, p_process, p_subject,
        case when p_detail then '{claim.record,claim.detail}'::text[] else '{claim.record}' end, '{}',
        p_case, '', p_request);
    if g.outcome <> 'allowed' then return '{"outcome":"' || g.outcome || '"}'; end if;
    return (with claims as (
        select c.* from registry_claim c
         where c.subject_id = g.subject and c.served_on >= v_from and c.served_on < v_until),
    settled as (select * from claims where state = 'settled')
    select json_build_object('outcome', 'allowed', 'entry', g.entry, 'as_of', now(), 'year', p_year,
        'totals', (select json_build_object('total_fen', coalesce(sum(total_fen), 0),
            'fund_fen', coalesce(sum(fund_fen), 0), 'account_fen', coalesce(sum(account_fen), 0),
            'cash_fen', coalesce(sum(cash_fen), 0), 'count', count(*)) from settled),
        'months', coalesce((select json_agg(row_to_json(m)) from (
            select to_char(served_on, 'YYYYMM')::int as month, sum(fund_fen)::bigint as fund_fen,
                   sum(account_fen)::bigint as account_fen, sum(cash_fen)::bigint as cash_fen
              from settled group by 1 order by 1) m), '[]'::json),
        'kinds', coalesce((select json_agg(row_to_json(k)) from (
            select kind, count(*) as count, sum(total_fen)::bigint as total_fen, sum(fund_fen)::bigint as fund_fen,
                   sum(account_fen)::bigint as account_fen, sum(cash_fen)::bigint as cash_fen
              from settled group by kind order by kind) k), '[]'::json),
        'claims', coalesce((select json_agg(row_to_json(t)) from (
            select c.id, c.served_on as "on", c.settled_on, c.kind, c.state, c.total_fen, c.eligible_fen, c.fund_fen,
                   c.account_fen, c.cash_fen, i.name as institution, i.level, d.days
              from claims c left join registry_claimdetail d on p_detail and d.claim_id = c.id
              left join registry_institution i on i.id = d.institution_id
             order by c.served_on desc, c.id desc) t), '[]'::json),
        'years', coalesce((select json_agg(distinct y order by y desc) from (
            select extract(year from served_on)::int as y from registry_claim where subject_id = g.subject) q),
            '[]'::json))::text);
end $$;

-- 首页概览.
create or replace function registry.home(p_token bytea, p_process text, p_request uuid)
returns text language plpgsql volatile set search_path = pg_catalog, public, pg_temp as $$
declare g record;
begin
    select * into g from privacy.open(p_token, p_process, null,
        '{enrolment.record,contribution.record,account.balance,claim.record,person.basic,person.name,ledger.entry}',
        '{}', '', '', p_request);
    if g.outcome <> 'allowed' then return '{"outcome":"' || g.outcome || '"}'; end if;
    return (select json_build_object('outcome', 'allowed', 'entry', g.entry, 'as_of', now(),
        'name_sealed', (select encode(v.ciphertext, 'hex') from privacy_vault v
                         where v.subject_id = g.subject and v.item = 'person.name'),
        'subject', g.subject,
        'region', (select p.region from registry_person p where p.subject_id = g.subject),
        'person_type', (select e.person_type from registry_enrolment e
                         where e.subject_id = g.subject and e.insurance in (110, 120, 170, 310, 390)
                         order by e.insurance not in (110, 120, 170), e.since desc limit 1),
        'insurance', main.insurance, 'months', main.months,
        'last12', coalesce((select json_agg(json_build_object('month', c.month, 'state', c.state) order by c.month)
                     from (select month, state from registry_contribution
                            where subject_id = g.subject and insurance = main.insurance and seq = 0
                            order by month desc, seq limit 12) c), '[]'::json),
        'pension_balance_fen', (select a.balance_fen from registry_account a
                                 where a.subject_id = g.subject and a.kind = 'pension'),
        'medical_balance_fen', (select a.balance_fen from registry_account a
                                 where a.subject_id = g.subject and a.kind = 'medical'),
        'year_cash_fen', (select sum(c.cash_fen)::bigint from registry_claim c
                           where c.subject_id = g.subject and c.state = 'settled'
                             and c.served_on >= date_trunc('year', now() at time zone 'Asia/Shanghai')),
        'others_30d', looked.others_30d, 'refused_30d', looked.refused_30d)::text
      from privacy.looked_counts(g.subject) looked
      left join lateral registry.main_insurance(g.subject) main on true);
end $$;

grant execute on function registry.insurance_name, registry.contributions, registry.enrolments, registry.accounts,
    registry.main_insurance, registry.spending, registry.home to shebao_app;
