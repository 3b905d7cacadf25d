"""The engine every 事项 runs on: states, clocks, materials, assignment. Never: one item's law."""
