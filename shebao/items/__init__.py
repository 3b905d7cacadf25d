"""One folder per 事项. Never: another item."""
