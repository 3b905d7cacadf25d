-- Public verification: the one way from a code to a certificate. Run by the installer as shebao_owner after
-- gate.sql; every statement can be run again. The application can list no certificate, it can only ask.

create sequence if not exists documents.serial;
grant usage on sequence documents.serial to shebao_app;

-- A certificate never changes; it can only be revoked, once.
create or replace function documents.freeze() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.revoked_at is not null
       or (to_jsonb(old) - 'revoked_at' - 'revoke_reason') <> (to_jsonb(new) - 'revoked_at' - 'revoke_reason') then
        raise exception 'a certificate can only be revoked, once' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create or replace trigger documents_certificate_freeze before update on documents_certificate
    for each row execute function documents.freeze();

-- Seconds this digest still has to wait, 0 if none. Holds the digest's lock until the transaction ends.
create or replace function documents.waiting(p_scope text, p_digest bytea) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    until timestamptz;
begin
    perform pg_advisory_xact_lock(case p_scope when 'client' then 20250 else 20251 end,
                                  hashtext(encode(p_digest, 'hex')));
    select blocked_until into until from documents_attempt where scope = p_scope and digest = p_digest;
    return greatest(0, ceil(extract(epoch from coalesce(until, now()) - now())))::integer;
end $$;

-- Counts a failed try. The fifth within an hour of the one before blocks for 15 minutes, doubled each time
-- up to a day; a day without failures starts again.
create or replace function documents.count_failure(p_scope text, p_digest bytea) returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    insert into documents_attempt as a (scope, digest, failures, rounds, last_at)
    values (p_scope, p_digest, 1, 0, now())
    on conflict (scope, digest) do update set
        failures = case when a.last_at < now() - interval '1 hour' then 1
                        when a.failures >= 4 then 0 else a.failures + 1 end,
        rounds = case when a.last_at < now() - interval '1 day' then 0
                      when a.last_at >= now() - interval '1 hour' and a.failures >= 4 then least(a.rounds + 1, 7)
                      else a.rounds end,
        blocked_until = case when a.last_at >= now() - interval '1 hour' and a.failures >= 4
                             then now() + least(interval '15 minutes' * power(2, least(a.rounds, 7)), interval '1 day')
                             end,
        last_at = now()
$$;

create or replace function documents.forget_attempts() returns void
language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    delete from documents_attempt where (scope, digest) in (
        select scope, digest from documents_attempt
         where last_at < now() - interval '1 day' and coalesce(blocked_until, now()) <= now()
         order by last_at limit 20 for update skip locked)
$$;

-- valid | expired | revoked
create or replace function documents.state_of(c documents_certificate) returns text
language sql stable set search_path = pg_catalog, public, pg_temp as $$
    select case when c.revoked_at is not null then 'revoked' when c.expires_at <= now() then 'expired' else 'valid' end
$$;

-- The entry opens no row (kind verify) and names no item. Its reason is the serial, so that the holder knows
-- which paper was shown.
create or replace function documents.write_entry(c documents_certificate, p_outcome text, p_request uuid)
returns bigint language sql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
    select privacy.write_entry(
        p_kind => case when p_outcome = 'allowed' then 'verify' else 'refuse' end, p_process => 'certificate.verify',
        p_actor => null, p_role => 'visitor', p_unit => '', p_subject => c.subject_id, p_items => '{}',
        p_writes => '{}', p_case => '', p_reason => coalesce(c.serial, ''), p_outcome => p_outcome, p_request => p_request)
$$;

-- One verification by code and last four. Each is an entry; a match, and a miss on a real code, is one its holder sees.
create or replace function documents.verify(
    p_code bytea, p_check bytea, p_client bytea, p_request uuid default null,
    out state text, out wait_seconds integer, out kind text, out serial text, out issued_at timestamptz,
    out expires_at timestamptz, out revoked_at timestamptz, out revoke_reason text, out content_hash bytea,
    out facts bytea, out entry bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c documents_certificate;
    salt bytea := uuid_send(gen_random_uuid());
begin
    perform documents.forget_attempts();
    wait_seconds := documents.waiting('client', p_client);
    wait_seconds := greatest(wait_seconds, documents.waiting('code', p_code));
    if wait_seconds > 0 then state := 'wait'; return; end if;
    select * into c from documents_certificate d where d.code_digest = p_code;
    -- Salted before comparison: how long it takes says nothing about how much of it matched.
    if c.id is null or sha256(c.check_digest || salt) is distinct from sha256(p_check || salt) then
        state := 'unknown';
        perform documents.count_failure('client', p_client);
        perform documents.count_failure('code', p_code);
        -- A code that is none is an entry too: a miss takes the same time whatever it missed.
        entry := documents.write_entry(c, 'not_found', p_request);
        return;
    end if;
    state := documents.state_of(c);
    entry := documents.write_entry(c, 'allowed', p_request);
    kind := c.kind; serial := c.serial; issued_at := c.issued_at; expires_at := c.expires_at;
    revoked_at := c.revoked_at; revoke_reason := c.revoke_reason; content_hash := c.content_hash;
    facts := c.facts;
end $$;

-- One verification of a whole file by its hash; shows no more than the file itself does.
create or replace function documents.verify_file(
    p_hash bytea, p_client bytea, p_request uuid default null,
    out state text, out wait_seconds integer, out kind text, out serial text, out issued_at timestamptz,
    out expires_at timestamptz, out revoked_at timestamptz, out revoke_reason text, out entry bigint)
language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    c documents_certificate;
begin
    perform documents.forget_attempts();
    wait_seconds := documents.waiting('client', p_client);
    if wait_seconds > 0 then state := 'wait'; return; end if;
    select * into c from documents_certificate d where d.content_hash = p_hash;
    if c.id is null then
        state := 'unknown';
        perform documents.count_failure('client', p_client);
        return;
    end if;
    state := documents.state_of(c);
    entry := documents.write_entry(c, 'allowed', p_request);
    kind := c.kind; serial := c.serial; issued_at := c.issued_at; expires_at := c.expires_at;
    revoked_at := c.revoked_at; revoke_reason := c.revoke_reason;
end $$;

grant execute on function documents.verify, documents.verify_file to shebao_app;
