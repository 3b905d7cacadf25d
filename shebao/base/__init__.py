"""Words all rooms use: money in fen, months, the clock, working days, refusals. Never: a table, a framework."""
