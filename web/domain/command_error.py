"""What a user can mend, said to them in one sentence instead of a traceback."""


class CommandError(Exception):
    """Its text is one sentence for whoever gave the command; the command ends with exit code 1."""
