"""Statements of 月度核定. Row-level security bounds them to the chunk's subjects; each table is told the range too,
so that a chunk costs the same however many people there are.
"""

ENROLLED = """
select e.subject_id, e.insurance::int4, e.since, (case e.person_type when 'employee' then 1 else 2 end)::int4,
       coalesce(e.employer_id, 0), p.region::int4, coalesce(m.injury_class, 0)::int4, coalesce(d.wage_fen, -1),
       coalesce(l.base_fen, -1), coalesce(l.employer_fen, 0), coalesce(l.person_fen, 0),
       (f.employer_id is not null)::int4
  from registry_enrolment e
  join registry_person p on p.subject_id = e.subject_id and p.subject_id >= {low} and p.subject_id < {high}
  left join registry_employer m on m.id = e.employer_id
  left join batch_filing f on f.employer_id = e.employer_id and f.month = {period} and f.state = 'missed'
  left join lateral (
       select w.wage_fen from (
            select b.month, b.wage_fen from batch_declaration b
             where b.subject_id = e.subject_id and b.insurance = e.insurance
             union all
            select r.month, r.wage_fen from registry_wage r
             where r.subject_id = e.subject_id and r.employer_id = e.employer_id) w
        where w.month <= {period}
        order by w.month desc limit 1) d on true
  left join lateral (
       select c.month, c.base_fen, c.employer_fen, c.person_fen from registry_contribution c
        where c.subject_id = e.subject_id and c.insurance = e.insurance and c.month <= {period} and c.seq = 0
        order by c.month desc limit 1) l on true
 where e.subject_id >= {low} and e.subject_id < {high} and e.state = 'active'
   and e.insurance in (@monthly) and e.person_type in ('employee', 'flexible')
   and e.since <= {period} and (e.until is null or e.until > {period}) and p.died_on is null
   and l.month is distinct from {period}
"""

EARLIER = """
select c.subject_id, c.insurance::int4, c.month, (case e.person_type when 'employee' then 1 else 2 end)::int4,
       coalesce(max(c.employer_id), 0), p.region::int4, coalesce(max(m.injury_class), 0)::int4,
       coalesce(max(d.wage_fen), -1), coalesce(max(c.base_fen) filter (where c.seq = 0), -1), sum(c.base_fen)::int8,
       sum(c.employer_fen)::int8, sum(c.person_fen)::int8, max(c.seq)::int4,
       max((c.kind = 'assessed')::int4)
  from registry_enrolment e
  join registry_person p on p.subject_id = e.subject_id and p.subject_id >= {low} and p.subject_id < {high}
  join registry_contribution c on c.subject_id = e.subject_id and c.insurance = e.insurance
       and c.subject_id >= {low} and c.subject_id < {high} and c.month >= e.since and (e.until is null or c.month < e.until)
  left join registry_employer m on m.id = c.employer_id
  left join lateral (
       select w.wage_fen from (
            select b.month, b.wage_fen from batch_declaration b
             where b.subject_id = e.subject_id and b.insurance = e.insurance
             union all
            select r.month, r.wage_fen from registry_wage r
             where r.subject_id = e.subject_id and r.employer_id = e.employer_id) w
        where w.month <= c.month
        order by w.month desc limit 1) d on true
 where {since} > 0 and e.subject_id >= {low} and e.subject_id < {high} and e.insurance in (@monthly)
   and e.person_type in ('employee', 'flexible') and c.month >= {since} and c.month < {period}
   and c.kind in ('normal', 'assessed', 'difference')
 group by c.subject_id, c.insurance, c.month, e.person_type, p.region
"""

ARREARS = """
select c.subject_id, c.insurance::int4, c.month, coalesce(max(c.employer_id), 0),
       sum(c.employer_fen + c.person_fen)::int8
  from registry_contribution c
 where c.subject_id >= {low} and c.subject_id < {high} and c.state = 'arrears' and c.month < {period}
   and c.employer_id is not null
   and not exists (
       select 1 from batch_latefee f
        where f.subject_id = c.subject_id and f.insurance = c.insurance and f.month = c.month
          and f.until = {as_of}::date)
 group by c.subject_id, c.insurance, c.month
having sum(c.employer_fen + c.person_fen) > 0
"""

STORE = """
insert into registry_contribution (subject_id, insurance, month, seq, kind, state, base_fen, employer_fen,
                                   person_fen, subsidy_fen, employer_id)
select subject, insurance, month, seq, (array['normal', 'assessed', 'difference'])[kind], 'paying', base,
       employer_fen, person_fen, 0, nullif(employer, 0)
  from {staging}
"""

STORE_FEES = """
insert into batch_latefee (subject_id, insurance, month, until, employer_id, due, principal_fen, days, fee_fen)
select subject, insurance, month, until, nullif(employer, 0), due, principal, days, fee from {staging}
"""
