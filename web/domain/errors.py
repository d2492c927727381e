"""Errors of the domain. web/http/errors.py turns them into answers, the command line into a sentence."""


class NotFound(Exception):
    """No such record, or another user's: the same answer for both."""


class NotSignedIn(Exception):
    """The request needs a signed-in user and has none."""


class AnotherUser(Exception):
    """The request comes from a page that was rendered for another user than the one who is signed in."""


class TooManySearches(Exception):
    """The user has as many searches running as one user may have at once."""


class SearchTooSlow(Exception):
    """A search did not finish in time and was stopped."""


class CommandError(Exception):
    """A problem that the user of a command can fix. Its text is one sentence; the command ends with exit code 1."""
