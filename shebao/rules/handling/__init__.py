"""经办: statutory deadlines and duties of handling. Never: a case."""
