"""企业职工基本养老保险: contributions, account, retirement, pension, survivors. Never: another insurance."""
