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


class NeedsTransaction(Exception):
    """A change turned out to need several statements; `Database.run` runs the unit of work again in a transaction."""


class NotPossible(Exception):
    """What was asked for cannot be done with these records. The text is one sentence for the user."""


class CannotUndo(NotPossible):
    """A record has changed since. `field` is the one that keeps the operation from being undone, if it is a field."""

    def __init__(self, field: str, sentence: str = "") -> None:
        named = field.replace("_", " ").capitalize()
        super().__init__(sentence or f"{named} has changed since, so this cannot be undone.")
        self.field = field


class CommandError(Exception):
    """A problem that the user of a command can fix. Its text is one sentence; the command ends with exit code 1."""
