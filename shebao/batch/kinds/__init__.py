"""One file per run: what it reads, the rule, what it writes. Never: how chunks are read, written or restarted."""
