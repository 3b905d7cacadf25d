"""Plots for citizens (图): data in, SVG text and its table twin out. No script, no inline style, no clock."""
