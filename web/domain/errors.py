"""Errors of the domain. web/http/errors.py turns them into answers, the command line into a sentence."""

from datetime import datetime


class NotFound(Exception):
    """No such record, or another user's: the same answer for both."""


class InTrash(NotFound):
    """The record is the user's own and was deleted: it can be restored. `noun` is the name of its table."""

    def __init__(self, noun: str, record_id: int) -> None:
        super().__init__()
        self.noun, self.record_id = noun, record_id


class NotAllowed(Exception):
    """The actor may not do this. The text is one sentence for the user."""


class OnlyReading(NotAllowed):
    """The access token may read only."""


class StaleVersion(Exception):
    """A change is based on another version than the current one, which is `version`."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the version is {version}")
        self.version = version


class InvalidField(Exception):
    """A field names what cannot be used, such as a list that does not exist. The text is one sentence for the user."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class InvalidCursor(Exception):
    """The place where a page of a list is to begin cannot be read, or is that of another sort."""


class NotSignedIn(Exception):
    """The request needs a signed-in user and has none."""


class ProofRequired(Exception):
    """The user signed in long ago, and has to prove again who they are."""


class DeletionPending(Exception):
    """The user has asked to delete the account, which happens at `delete_at`: until then it can be kept."""

    def __init__(self, delete_at: datetime) -> None:
        super().__init__()
        self.delete_at = delete_at


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
    """A problem that the user of a command can fix. Its text is one sentence; the command ends with `exit_code`."""

    exit_code = 1


class NoSuchUser(CommandError):
    """A command names a user whom this Daybook does not have."""

    def __init__(self, email: str) -> None:
        super().__init__(f"No user has the email address {email}.")
