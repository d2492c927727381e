"""Why a request cannot use the database, beyond what the drivers report."""

import psycopg2

# Raised by psycopg2 directly where a connection is lost while it is checked out.
CONNECTION_ERRORS = (psycopg2.OperationalError, psycopg2.InterfaceError)


class DatabaseUnavailable(Exception):
    """The text is one sentence for the log and for /readyz; it names no file."""
