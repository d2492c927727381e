"""Benchmarks: Daybook compared with the same application in other frameworks, and experiments about its own design."""
