-- What the application itself may write into a case. The functions of this room and the worker are not asked; a statement
-- of the web server's own role is: who acts stands in the entry of its transaction, whatever the statement says.

-- Whether the case was sent in this very transaction, as an item done at once is: its first step was.
create or replace function cases.sent_now(p_no text, p_subject bigint)
returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select exists (select 1 from cases_step s join privacy.writers(p_subject, 'case.record') w on w.entry = s.entry_id
                    where s.case_id = p_no and s.seq = 1 and s.act = 'submit')
$$;

-- The applicant's own jumps; the rest is the office's, or of an item done at once.
create or replace function cases.applies(p_old text, p_new text)
returns boolean language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select p_old = p_new or p_new = 'withdrawn' or (p_old, p_new) in (('draft', 'submitted'), ('supplement', 'submitted'))
$$;

create or replace function cases.guard_hand()
returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    w record;
    v_office boolean;
    v_at_once boolean;
begin
    if current_user <> 'shebao_app' then return new; end if;
    select * into w from privacy.writers(new.subject_id, 'case.record') e
     where e.role in ('citizen', 'employer_agent')
        or e.role in ('clerk', 'supervisor') and e.process = 'desk.decide' and e.case_no = new.no limit 1;
    if w.actor is null then
        raise exception 'nobody of this transaction works on this case' using errcode = 'check_violation';
    end if;
    v_office := w.role in ('clerk', 'supervisor');
    if tg_op = 'INSERT' then
        if v_office or new.state <> 'draft' or new.opened_by_id <> w.actor or new.stars is not null
           or coalesce(new.other_id, new.holder_id, new.proposed_by_id, new.decided_by_id) is not null
           or coalesce(new.submitted_at, new.accepted_at, new.decided_at, new.held_until) is not null then
            raise exception 'a case begins as a draft of the one who asks' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if (new.unit, new.opened_at, new.other_id, new.held_until, new.stars, new.escalated) is distinct from
       (old.unit, old.opened_at, old.other_id, old.held_until, old.stars, old.escalated)
       or new.holder_id is not null and new.holder_id is distinct from old.holder_id
       or old.key <> '' and new.key <> old.key or old.submitted_at is not null and new.submitted_at <> old.submitted_at
    then
        raise exception 'this part of a case is not written by hand' using errcode = 'check_violation';
    end if;
    if new.proposed_by_id is distinct from coalesce(old.proposed_by_id, w.actor) and new.proposed_by_id is not null
       or new.proposed_by_id is distinct from old.proposed_by_id
          and not (v_office and new.state = case when new.proposed_by_id is null then 'accepted' else 'proposed' end)
       or new.decided_by_id is distinct from old.decided_by_id and new.decided_by_id is distinct from w.actor then
        raise exception 'who proposes and who decides is whoever acts' using errcode = 'check_violation';
    end if;
    if v_office then
        if old.holder_id is distinct from w.actor or old.state in ('draft', 'supplement') or new.state = 'withdrawn' then
            raise exception 'the office acts through the holder of a case' using errcode = 'check_violation';
        end if;
        if old.state = 'proposed' and (w.role <> 'supervisor' or old.proposed_by_id = w.actor) then
            raise exception 'the second person is another one' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    v_at_once := old.state in ('submitted', 'accepted', 'decided') and cases.sent_now(new.no, new.subject_id);
    if not cases.applies(old.state, new.state) and not v_at_once
       or (new.granted, new.decision, new.decided_at, new.accepted_at, new.asked_at, new.term, new.amount_fen)
          is distinct from (old.granted, old.decision, old.decided_at, old.accepted_at, old.asked_at, old.term,
                            old.amount_fen) and not v_at_once
       or (new.answers, new.due_on, new.warn_on) is distinct from (old.answers, old.due_on, old.warn_on)
          and old.state not in ('draft', 'supplement') and not v_at_once then
        raise exception 'the applicant does not decide her own case' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger by_hand before insert or update on cases_case
    for each row execute function cases.guard_hand();

-- A step says who did it, where the case stands after it, and by which entry: the ones of this transaction.
create or replace function cases.guard_step()
returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_user = 'shebao_app' and not exists (
        select 1 from privacy.writers(new.subject_id, 'case.record') w
          join cases_case c on c.no = new.case_id and c.subject_id = new.subject_id and c.state = new.target
         where w.entry = new.entry_id and w.role = new.role and w.actor is not distinct from new.actor_id) then
        raise exception 'a step is kept by whoever does it' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger by_hand before insert on cases_step for each row execute function cases.guard_step();

-- The effect is kept once, of a case that was granted; afterwards only that it went out, once.
create or replace function cases.guard_outcome()
returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_user <> 'shebao_app' then return new; end if;
    if tg_op = 'UPDATE' then
        if old.delivered_at is not null
           or (to_jsonb(old) - 'delivered_at') <> (to_jsonb(new) - 'delivered_at') then
            raise exception 'an effect is not rewritten' using errcode = 'check_violation';
        end if;
    elsif not exists (select 1 from cases_case c where c.no = new.case_id and c.subject_id = new.subject_id
                         and c.state = 'decided' and c.granted) then
        raise exception 'only a granted case has an effect' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger by_hand before insert or update on cases_outcome
    for each row execute function cases.guard_outcome();

-- Time stands still by the office's word (中止、等补材料、公示); whoever ends it only says since when it runs again. The days
-- of a public notice are the office's until it decides.
create or replace function cases.guard_halt()
returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if current_user <> 'shebao_app' then return new; end if;
    if tg_op = 'UPDATE' and old.cause = 'publicity'
       and (to_jsonb(old) - 'since' - 'until') = (to_jsonb(new) - 'since' - 'until')
       and exists (select 1 from privacy.writers(new.subject_id, 'case.record') w
                    where w.process = 'desk.decide' and w.case_no = new.case_id) then return new; end if;
    if tg_op = 'UPDATE' and (old.until is not null or (to_jsonb(old) - 'until') <> (to_jsonb(new) - 'until'))
       or tg_op = 'INSERT' and not exists (select 1 from privacy.writers(new.subject_id, 'case.record') w
                                            where w.process = 'desk.decide' and w.case_no = new.case_id) then
        raise exception 'the clock of a case is not rewritten' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger by_hand before insert or update on cases_halt
    for each row execute function cases.guard_halt();

grant execute on function cases.sent_now, cases.applies to shebao_app;
