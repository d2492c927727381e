"""Attacks and faults: what Daybook promises, shown. `make hostile` runs the long versions and prints a table."""
