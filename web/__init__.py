"""Daybook: tasks in the browser, rendered on the server."""
