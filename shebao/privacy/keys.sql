-- Person keys (个人密钥), wrapped. The installer runs this in the keys database as shebao_keys, its owner.

create table if not exists person_key (
    subject_id   bigint      not null,
    key_class    text        not null check (key_class in ('account', 'optional', 'statutory', 'ledger', 'minor')),
    version      smallint    not null check (version > 0),
    wrapped      bytea,
    created_at   timestamptz not null default now(),
    destroyed_at timestamptz,
    primary key (subject_id, key_class, version),
    check ((wrapped is null) = (destroyed_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);

-- The master key in force, by id. A key wrapped by another one is not accepted.
create table if not exists key_master (
    only_row   boolean     primary key default true check (only_row),
    current    bytea       not null,
    since      timestamptz not null default now()
);
