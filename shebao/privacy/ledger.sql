-- The sequencer's doors to the ledger (shebao_worker only), and the person's door to the leaf of her own entry.

insert into privacy_sequence (id, last_xid, last_id, size) values (1, null, 0, 0) on conflict (id) do nothing;

-- Committed entries beyond the last sequenced one, in commit-safe order: every transaction below xmin has ended.
-- Entries from above xmax come from a restored dump of another cluster; they go first. Stable: one snapshot for all.
-- The plan is pinned to the index (xid, id): a hash over all leaves would grow with the ledger.
create or replace function privacy.next_entries(p_limit int)
returns table (id bigint, xid text, t bigint, kind text, process text, register_version text, basis text,
               actor_id bigint, actor_role text, actor_unit text, subject_id bigint, items text[], writes text[],
               case_no text, reason text, on_behalf bigint, outcome text, request text)
language plpgsql stable security definer
set search_path = pg_catalog, public, pg_temp set enable_seqscan = off set enable_bitmapscan = off as $$
#variable_conflict use_column
declare
    v_xmin xid8 := pg_snapshot_xmin(pg_current_snapshot());
    v_xmax xid8 := pg_snapshot_xmax(pg_current_snapshot());
    v_xid xid8;
    v_id bigint;
    v_count int;
begin
    select coalesce(s.last_xid, '0'::xid8), s.last_id into v_xid, v_id from privacy_sequence s where s.id = 1;
    if v_xid >= v_xmax then v_xid := '0'; v_id := 0; end if;
    return query
        select e.id, e.xid::text, floor(extract(epoch from e.at) * 1000)::bigint, e.kind, e.process,
               e.register_version, e.basis, e.actor_id, e.actor_role, e.actor_unit, e.subject_id, e.items, e.writes,
               e.case_no, e.reason, e.on_behalf, e.outcome, e.request::text
          from privacy_entry e
         where e.xid >= v_xmax and (select true from privacy_leaf l where l.entry_id = e.id) is null
         order by e.xid, e.id limit p_limit;
    get diagnostics v_count = row_count;
    return query
        select e.id, e.xid::text, floor(extract(epoch from e.at) * 1000)::bigint, e.kind, e.process,
               e.register_version, e.basis, e.actor_id, e.actor_role, e.actor_unit, e.subject_id, e.items, e.writes,
               e.case_no, e.reason, e.on_behalf, e.outcome, e.request::text
          from privacy_entry e
         where (e.xid, e.id) > (v_xid, v_id) and e.xid < v_xmin
           and (select true from privacy_leaf l where l.entry_id = e.id) is null
         order by e.xid, e.id limit p_limit - v_count;
end $$;

-- Appends leaves and moves the position, both or neither; refuses when another sequencer was faster.
create or replace function privacy.append_leaves(
    p_first bigint, p_entries bigint[], p_leaves bytea[], p_last_xid text, p_last_id bigint)
returns void language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    update privacy_sequence
       set size = size + cardinality(p_entries), last_xid = p_last_xid::xid8, last_id = p_last_id
     where id = 1 and size = p_first;
    if not found then raise exception 'the ledger has % leaves no longer', p_first; end if;
    insert into privacy_leaf (index, entry_id, leaf_hash, leaf)
    select p_first + n - 1, e, sha256('\x00'::bytea || l), l
      from unnest(p_entries, p_leaves) with ordinality u(e, l, n);
end $$;

create or replace function privacy.ledger_size()
returns bigint language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select size from privacy_sequence where id = 1
$$;

create or replace function privacy.leaf_hashes(p_from bigint, p_until bigint)
returns setof bytea language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select leaf_hash from privacy_leaf where index >= p_from and index < p_until order by index
$$;

-- The leaf of any entry: for the operator's proof.
create or replace function privacy.leaf_of_entry(p_entry bigint, out known boolean, out index bigint, out leaf bytea)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select true, l.index, l.leaf from privacy_entry e left join privacy_leaf l on l.entry_id = e.id where e.id = p_entry
$$;

-- The leaf of an entry about the bearer herself, with the words that its commitment covers.
create or replace function privacy.own_leaf(
    p_token bytea, p_entry bigint, out index bigint, out leaf bytea, out subject bigint, out process text,
    out items text[], out writes text[], out case_no text, out reason text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
    select l.index, l.leaf, e.subject_id, e.process, e.items, e.writes, e.case_no, e.reason
      from privacy_entry e left join privacy_leaf l on l.entry_id = e.id
     where e.id = p_entry and privacy.owns_entry(p_token, p_entry)
$$;

grant execute on function privacy.next_entries, privacy.append_leaves, privacy.ledger_size, privacy.leaf_hashes,
    privacy.leaf_of_entry to shebao_worker;
grant execute on function privacy.own_leaf to shebao_app;
