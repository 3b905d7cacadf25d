"""The law as arithmetic: dated parameters and pure rules, for one person or a column. Never: a clock, a database."""
