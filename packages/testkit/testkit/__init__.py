"""Real servers for tests: those installed on the machine, or downloaded ones."""


class NotAvailable(Exception):
    """A server is missing on this machine. The text says what to install."""
