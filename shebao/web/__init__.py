"""Citizen pages (个人端). Translates, never decides."""
