"""Who is asking: accounts, credentials, sessions, devices, login methods. Never: insurance data."""
