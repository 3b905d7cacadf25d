"""Whole-population runs: columns in, rules, columns out. Never: one person's question."""
