"""The real servers the tests use: found on the machine, or brought by the test tools."""


class NotAvailable(Exception):
    """What a test needs is not on this machine; the text says what to install."""
