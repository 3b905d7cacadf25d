"""医疗保险: contributions, personal account, residents, waiting periods, reimbursement. Never: another insurance."""
