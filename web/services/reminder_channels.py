"""What a channel is given to send, and how it fails. The reminder loop calls it; each channel is a class elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class ChannelUnavailable(Exception):
    """The service behind the channel does not take messages now: this one is tried again later.

    `retry_after` is how many seconds the service asked to wait; None where it did not say.
    """

    def __init__(self, problem: str, retry_after: int | None = None) -> None:
        super().__init__(problem)
        self.retry_after = retry_after


class Undeliverable(Exception):
    """This message will never arrive by this channel: it is not tried again."""


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """One reminder at one time, in words.

    `title` and `body` ("Due today 10:00") are single lines. `path` is where it leads, such as /tasks/42. `tag` is the
    same each time this message is sent, and another one once the reminder has moved to another time: a second copy
    replaces the first. After `expires_at` (UTC) it is of no use.
    """

    user_id: str
    task_id: int
    reminder_id: int
    title: str
    body: str
    path: str
    tag: str
    expires_at: datetime


class Channel(Protocol):
    """A way to reach a user outside the page.

    `name` is short (at most 20 letters) and never changes: it is stored with the reminder, so that after a failure of
    one channel the others are not used again.
    """

    @property
    def name(self) -> str: ...

    def send(self, message: ReminderMessage) -> None:
        """Send to every address of the user; return without sending where the user has none or does not want it.

        Called in a thread of its own, outside any transaction and with no database connection held. It may block for
        about SEND_SECONDS; the reminders behind it wait. The same message may come again (at least once): `tag` makes
        that harmless.
        Raises ChannelUnavailable or Undeliverable; any other exception is logged and counts as ChannelUnavailable.
        """
        ...

    def close(self) -> None:
        """Called once, when the process stops sending."""
        ...


# How long one `send` of a channel may take. Two channels fit into half a lease (`web.services.leases`).
SEND_SECONDS = 15
