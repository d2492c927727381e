"""Reminders by email, for users who chose so."""

from web.db.database import Database
from web.mail.messages import add_unsubscribe, new_message
from web.mail.smtp import MailServer
from web.mail.unsubscribing import unsubscribe_url
from web.mail_settings import MailSettings
from web.services.preferences import address_for_reminders
from web.services.reminder_channels import ReminderMessage, Undeliverable


class EmailChannel:
    """A `Channel`: one email a reminder. The address is the one that Better Auth has, once it is confirmed."""

    name = "email"

    def __init__(self, mail: MailSettings, database: Database, *, app_url: str, secret: str) -> None:
        self._server, self._database = MailServer(mail), database
        self._app_url, self._secret = app_url, secret

    def send(self, message: ReminderMessage) -> None:
        """Nothing for a user who has not turned it on. Raises ChannelUnavailable or Undeliverable."""
        with self._database.reading() as session:
            address = address_for_reminders(session.connection(), message.user_id)
        if address is None:
            return
        key = f"{message.user_id} {message.tag}"
        try:
            mail = new_message(
                sender=self._server.sender, to=address, subject=message.title, key=key, app_url=self._app_url
            )
        except ValueError as problem:
            raise Undeliverable(str(problem)) from problem
        stop = unsubscribe_url(self._app_url, self._secret, message.user_id, "reminders_by_email")
        add_unsubscribe(mail, stop)
        link = f"{self._app_url}{message.path}"
        mail.set_content(f"{message.title}\n{message.body}\n\n{link}\n\n-- \nNo more reminders by email: {stop}\n")
        self._server.send(mail)

    def close(self) -> None:
        """Nothing to do: each email has a connection of its own."""
