"""Daybook's list of tasks, written as people write it with other frameworks."""
