"""Offices (经办机构) and visits to them. Never: what the visit is about."""
