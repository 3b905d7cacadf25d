"""What people publish, and its moderation. Never: insurance data."""
