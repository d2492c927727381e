"""The mail loop: a thread of each worker process that sends messages about accounts."""

import logging
from email.headerregistry import Address
from email.message import EmailMessage

from web.db.database import Database
from web.mail.account import AccountMailSender
from web.mail.smtp import MailServer
from web.server.background import BackgroundLoop
from web.settings import Settings

log = logging.getLogger("daybook.mail")
INTERVAL_SECONDS = 5.0


class MailLoop(BackgroundLoop):
    """Without a mail server it sends nothing: then messages are logged in development, and dropped elsewhere."""

    name = "mails"

    def __init__(self, database: Database, settings: Settings, interval: float = INTERVAL_SECONDS) -> None:
        super().__init__(interval)
        deliver = MailServer(settings.mail).send if settings.mail else log_message if settings.logs_mail else drop
        sender = settings.mail.sender if settings.mail else Address("Daybook", "daybook", "localhost")
        self._sender = AccountMailSender(database, deliver, sender=sender, app_url=settings.app_url)

    def look(self) -> None:
        """Send until nothing is due."""
        while not self.is_stopping and self._sender.send_some(self._stop):
            pass


def log_message(message: EmailMessage) -> None:
    """For development: the link is there to follow, on a line of its own, which is not cut."""
    body = message.get_body(("plain",))
    log.info("Without SMTP_URL this email is logged: to %s, %s", message["To"], message["Subject"])
    for word in body.get_content().split() if body else ():
        if word.startswith("http"):
            log.info("%s", word)


def drop(message: EmailMessage) -> None:
    """Without a mail server no user was promised a message."""
