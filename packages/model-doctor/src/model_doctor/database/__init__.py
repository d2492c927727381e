"""Compares models with a database. Only reads it."""
