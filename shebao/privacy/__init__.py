"""Why a line of data may be read: register, gate, ledger, keys, vault, consent, policy. Never: what the data means."""
