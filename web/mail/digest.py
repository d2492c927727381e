"""The daily email: what is overdue and what is planned for today, as text and as HTML."""

import logging
from collections.abc import Sequence
from email.message import EmailMessage
from threading import Event

from sqlalchemy.exc import DBAPIError

from web.db.database import Database
from web.db.errors import CONNECTION_ERRORS
from web.mail.messages import add_html, add_unsubscribe, new_message
from web.mail.smtp import MailServer
from web.mail.unsubscribing import unsubscribe_url
from web.mail_settings import MailSettings
from web.services import digests as queue
from web.services.digests import DigestClaim, DigestContent, DigestPart
from web.services.reminder_channels import ChannelUnavailable, Undeliverable

log = logging.getLogger("daybook.reminders")


class DigestSender:
    """Sends the daily emails that are due. Blocks: the reminder loop calls it in its thread."""

    def __init__(self, mail: MailSettings, database: Database, *, app_url: str, secret: str) -> None:
        self._server, self._database = MailServer(mail), database
        self._app_url, self._secret = app_url, secret

    def send_some(self, stop: Event) -> int:
        """Send a few of those that are due; how many were claimed. No longer than a lease lasts."""
        claims = self._claim()
        for taken in claims:
            if stop.is_set():
                break
            self.send_one(taken)
        return len(claims)

    def _claim(self) -> Sequence[DigestClaim]:
        with self._database.reading() as session:
            if not queue.is_any_waiting(session.connection()):
                return ()
        with self._database.transaction() as session:
            return queue.claim(session.connection())

    def send_one(self, taken: DigestClaim) -> None:
        """What fails for one user delays no other. Raises where the database fails."""
        try:
            self._send(taken)
        except (DBAPIError, *CONNECTION_ERRORS):
            raise
        except Exception:
            log.exception("The daily email of user %s failed; it is tried again later.", taken.user_id)
            with self._database.transaction() as session:
                queue.mark_failed(session.connection(), taken)

    def _send(self, taken: DigestClaim) -> None:
        with self._database.reading() as session:
            if not queue.is_still_claimed(session.connection(), taken):
                return
            found = queue.content(session.connection(), taken)
        is_done = found is None or self._is_sent(found)
        with self._database.transaction() as session:
            if found and is_done:
                queue.mark_sent(session.connection(), taken.user_id, found.day)
            elif is_done:
                queue.mark_skipped(session.connection(), taken)
            else:
                queue.mark_failed(session.connection(), taken)

    def _is_sent(self, found: DigestContent) -> bool:
        """Whether there is nothing left to try."""
        try:
            self._server.send(self.message(found))
        except (Undeliverable, ValueError) as problem:
            log.warning("The daily email of user %s is undeliverable: %s", found.user_id, problem)
        except ChannelUnavailable as problem:
            log.info("The daily email of user %s waits: %s", found.user_id, problem)
            return False
        return True

    def message(self, found: DigestContent) -> EmailMessage:
        """Raises ValueError if the user has no valid address."""
        stop = unsubscribe_url(self._app_url, self._secret, found.user_id, "digest_hour")
        key, subject = f"digest {found.user_id} {found.day}", f"{found.heading}: {_counted(found)}"
        message = new_message(
            sender=self._server.sender, to=found.email, subject=subject, key=key, app_url=self._app_url
        )
        add_unsubscribe(message, stop)
        message.set_content(_text(found, self._app_url, stop))
        add_html(message, "digest.html", found=found, app_url=self._app_url, stop=stop)
        return message


def _counted(found: DigestContent) -> str:
    late = [f"{found.overdue.number} overdue"] if found.overdue.tasks else []
    return ", ".join([*late, f"{found.today.number} today"])


def _text(found: DigestContent, app_url: str, stop: str) -> str:
    parts = [found.heading, *_part(found.overdue, app_url), *_part(found.today, app_url)]
    return "\n".join([*parts, "", f"{app_url}/today", "", "-- ", f"No more daily emails: {stop}", ""])


def _part(part: DigestPart, app_url: str) -> Sequence[str]:
    lines = [f"- {task.title}{f' ({task.due})' if task.due else ''}\n  {app_url}{task.path}" for task in part.tasks]
    more = ["… and more"] if part.has_more else []
    return ["", part.name, *lines, *more] if part.tasks else []
