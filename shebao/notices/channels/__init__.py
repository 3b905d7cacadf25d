"""Ways a message can go (渠道). Each says what it needs, whether it can be repeated, and what became of a message."""
