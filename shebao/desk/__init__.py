"""Clerk and privacy-office pages (经办端). Translates, never decides."""
