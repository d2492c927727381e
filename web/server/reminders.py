"""The reminder loop: a thread of each worker process that sends what is due, by every channel."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import DBAPIError

from web.db.database import Database
from web.db.errors import CONNECTION_ERRORS
from web.mail.digest import DigestSender
from web.mail.reminders import EmailChannel
from web.push.channel import PushChannel
from web.server.background import INTERVAL_SECONDS, BackgroundLoop
from web.services import reminder_queue as queue
from web.services.reminder_channels import Channel, ChannelUnavailable, ReminderMessage, Undeliverable
from web.services.reminder_queue import Claim
from web.settings import Settings

log = logging.getLogger("daybook.reminders")


def reminder_loop(settings: Settings, database: Database) -> "ReminderLoop":
    """The loop with the channels that the settings have."""
    return ReminderLoop(database, channels(settings, database), _digests(settings, database))


def channels(settings: Settings, database: Database) -> list[Channel]:
    """The ways to reach users outside the page."""
    found: list[Channel] = []
    if settings.vapid_private_key:
        found.append(PushChannel(settings, database))
    if settings.mail:
        secret = settings.required_secret()
        found.append(EmailChannel(settings.mail, database, app_url=settings.app_url, secret=secret))
    return found


def _digests(settings: Settings, database: Database) -> DigestSender | None:
    if settings.mail is None:
        return None
    return DigestSender(settings.mail, database, app_url=settings.app_url, secret=settings.required_secret())


class ReminderLoop(BackgroundLoop):
    """Looks every 20 seconds.

    With no channel a due reminder counts as sent at once: the page shows it, whatever the channels did.
    """

    name = "reminders"

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        digests: DigestSender | None = None,
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        super().__init__(interval)
        self._database = database
        self._channels = channels
        self._digests = digests

    def close(self) -> None:
        for channel in self._channels:
            channel.close()

    def look(self) -> None:
        """Send all that is due. Daily emails go a few at a time, so that no reminder waits for all of them."""
        more = True
        while more and not self._stop.is_set():
            self.send_due()
            more = self._digests is not None and self._digests.send_some(self._stop) > 0

    def send_due(self) -> int:
        """Send the reminders that are due now; how many were claimed."""
        count = 0
        while not self._stop.is_set() and (claims := self._claim()):
            count += len(claims)
            for taken in claims:
                if self._stop.is_set():
                    break
                self._send_or_wait(taken)
        return count

    def _claim(self) -> Sequence[Claim]:
        with self._database.connect(transaction=False) as connection:
            if not queue.is_any_waiting(connection):
                return ()
        with self._database.transaction() as session:
            return queue.claim(session.connection())

    def _send_or_wait(self, taken: Claim) -> None:
        """What fails for one reminder delays no other. Raises where the database fails."""
        try:
            self._send(taken)
        except (DBAPIError, *CONNECTION_ERRORS):
            raise
        except Exception:
            log.exception("Reminder %s failed; it is tried again later.", taken.reminder_id)
            pause = timedelta(minutes=queue.PAUSES[min(taken.attempts, len(queue.PAUSES) - 1)])
            with self._database.connect(transaction=False) as connection:
                queue.mark_failed(connection, taken, taken.sent_by, pause)

    def _send(self, taken: Claim) -> None:
        with self._database.connect(transaction=False) as connection:
            message = queue.message_of(connection, taken)
        if message is None:
            return
        done, wait = self._send_by_channels(taken, message)
        # One statement, so it needs no transaction around it.
        with self._database.connect(transaction=False) as connection:
            if wait is None:
                queue.mark_sent(connection, taken, done)
            else:
                queue.mark_failed(connection, taken, done, wait)

    def _send_by_channels(self, taken: Claim, message: ReminderMessage) -> tuple[frozenset[str], timedelta | None]:
        """The channels that are done with it, and how long to wait for the others; None where no other try is due."""
        done, waits = set(taken.sent_by), []
        for channel in self._channels:
            if channel.name in done:
                continue
            try:
                channel.send(message)
                done.add(channel.name)
            except Undeliverable as problem:
                done.add(channel.name)
                log.warning("Reminder %s is undeliverable by %s: %s", taken.reminder_id, channel.name, problem)
            except ChannelUnavailable as problem:
                waits.append(_wait(channel, taken, problem.retry_after, str(problem)))
            except Exception as problem:
                log.exception("Reminder %s failed by %s.", taken.reminder_id, channel.name)
                waits.append(_wait(channel, taken, None, type(problem).__name__))
        return frozenset(done), max(filter(None, waits), default=None)


def _wait(channel: Channel, taken: Claim, retry_after: int | None, problem: str) -> timedelta | None:
    """How long until the next try; None after the last one."""
    if taken.attempts >= len(queue.PAUSES):
        log.warning("Reminder %s is given up by %s: %s", taken.reminder_id, channel.name, problem)
        return None
    pause = timedelta(minutes=queue.PAUSES[taken.attempts])
    log.info("Reminder %s waits for %s: %s", taken.reminder_id, channel.name, problem)
    return max(pause, timedelta(seconds=min(retry_after or 0, 24 * 3600)))
