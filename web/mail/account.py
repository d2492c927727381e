"""Messages about an account, as text and as HTML, and the sender of those that wait."""

import logging
from collections.abc import Callable, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from threading import Event

from sqlalchemy.exc import DBAPIError

from web.db.database import Database
from web.db.errors import CONNECTION_ERRORS
from web.domain.text import shown_line
from web.mail.account_texts import TEXTS
from web.mail.messages import add_html, new_message
from web.models.outgoing_mail import MailKind
from web.services import outgoing_mails as queue
from web.services.outgoing_mails import MailClaim
from web.services.reminder_channels import ChannelUnavailable, Undeliverable

log = logging.getLogger("daybook.mail")
# Hands a message over; raises ChannelUnavailable or Undeliverable.
Deliver = Callable[[EmailMessage], None]


class AccountMailSender:
    """Sends the messages about accounts that are due. Blocks: the mail loop calls it in its thread."""

    def __init__(self, database: Database, deliver: Deliver, *, sender: Address, app_url: str) -> None:
        self._database, self._deliver = database, deliver
        self._sender, self._app_url = sender, app_url

    def send_some(self, stop: Event) -> int:
        """Send a few of those that are due; how many were claimed. No longer than a lease lasts."""
        claims = self._claim()
        for taken in claims:
            if stop.is_set() or not taken.has_time:
                break
            self._send_one(taken)
        return len(claims)

    def _claim(self) -> Sequence[MailClaim]:
        with self._database.reading() as session:
            if not queue.is_any_waiting(session.connection()):
                return ()
        with self._database.transaction() as session:
            return queue.claim(session.connection())

    def _send_one(self, taken: MailClaim) -> None:
        """What fails for one message delays no other. Raises where the database fails."""
        try:
            is_over = taken.has_expired or self._is_sent(taken)
        except (DBAPIError, *CONNECTION_ERRORS):
            raise
        except Exception:
            log.exception("The message %s (%s) failed; it is tried again later.", taken.id, taken.kind)
            is_over = False
        with self._database.transaction() as session:
            (queue.remove if is_over else queue.mark_failed)(session.connection(), taken)

    def _is_sent(self, taken: MailClaim) -> bool:
        """Whether there is nothing left to try."""
        try:
            self._deliver(self.message(taken))
        except (Undeliverable, ValueError) as problem:
            log.warning("The message %s (%s) is undeliverable: %s", taken.id, taken.kind, problem)
        except ChannelUnavailable as problem:
            log.info("The message %s (%s) waits: %s", taken.id, taken.kind, problem)
            return False
        return True

    def message(self, taken: MailClaim) -> EmailMessage:
        """Raises ValueError for an unknown kind, or if the address is not a valid one."""
        text, facts = TEXTS[MailKind(taken.kind)], {**_shown(taken), "app_url": self._app_url}
        subject = text.subject.format(**facts)
        key = f"account {taken.id}"
        message = new_message(sender=self._sender, to=taken.address, subject=subject, key=key, app_url=self._app_url)
        paragraphs = [paragraph.format(**facts) for paragraph in text.paragraphs]
        link = [f"{text.link}: {facts['url']}"] if text.link else []
        message.set_content("\n\n".join([*paragraphs[:1], *link, *paragraphs[1:]]) + "\n")
        url = facts["url"] if text.link else ""
        add_html(message, "account.html", subject=subject, paragraphs=paragraphs, link=text.link, url=url)
        return message


def _shown(taken: MailClaim) -> dict[str, str]:
    """The facts, each on one printable line: a user chose some of them."""
    return {name: shown_line(str(value)) for name, value in taken.facts.items()}
