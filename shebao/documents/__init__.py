"""Certificates (证明): typeset, sealed, coded, verified in public. Never: the decision to issue."""
