"""What a service answers when it cannot do what was asked; errors.py says it over HTTP."""


class NotFound(Exception):
    """No such thing, or somebody else's: the same answer for both."""
