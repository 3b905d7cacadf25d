"""JSON doors (/api/v1). Translates, never decides."""
