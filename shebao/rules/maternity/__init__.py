"""生育保险: leave and allowance. Never: another insurance."""
