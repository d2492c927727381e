"""Why a request cannot use the database, beyond what the drivers report."""


class DatabaseUnavailable(Exception):
    """The text is one sentence for the log and for /readyz; it names no file."""
