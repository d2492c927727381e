"""Measurements: what Daybook's choices cost, and how it does beside programs that do the same."""
