"""Dates, repeats and order as pure functions: no I/O, no clock; today, now and the zone are arguments."""
