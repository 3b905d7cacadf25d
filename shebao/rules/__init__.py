"""The law as arithmetic, pure and array-neutral. Never: a clock, a database, a framework."""
