"""工伤保险: class rates and benefits. Never: another insurance."""
