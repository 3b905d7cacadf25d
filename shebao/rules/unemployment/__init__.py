"""失业保险: contributions, eligibility, months and amount. Never: another insurance."""
