"""Messages to people, by channel. Never: a personal value in a message."""
