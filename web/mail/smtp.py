"""Hands one message over to the mail server. Blocks, so it is called in a thread."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from web.mail_settings import MailSettings
from web.services.reminder_channels import SEND_SECONDS, ChannelUnavailable, Undeliverable

# From here on the answer of an SMTP server is final (RFC 5321, section 4.2.1).
PERMANENT = 500


def send(settings: MailSettings, message: EmailMessage) -> None:
    """Raises ChannelUnavailable where a later try may succeed, Undeliverable where none will.

    Neither has more of the server's answer than its code, since that may quote what was sent.
    """
    try:
        with _connected(settings) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as problem:
        raise _error(max(code for code, _ in problem.recipients.values()), "refuses the address") from None
    except smtplib.SMTPAuthenticationError as problem:
        # An operator can mend it.
        raise ChannelUnavailable(f"the mail server refuses the password ({problem.smtp_code})") from None
    except smtplib.SMTPDataError as problem:
        raise _error(problem.smtp_code, "refuses the message") from None
    except smtplib.SMTPResponseException as problem:
        raise ChannelUnavailable(f"the mail server answered {problem.smtp_code}") from None
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        raise Undeliverable("the mail server takes no such address") from None
    except (smtplib.SMTPException, OSError) as problem:
        raise ChannelUnavailable(f"the mail server cannot be used ({type(problem).__name__})") from None


@contextmanager
def _connected(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """Encrypted wherever the server can; a password goes to another machine in no other way."""
    tls = ssl.create_default_context()
    address = (settings.host, settings.port)
    server = (
        smtplib.SMTP_SSL(*address, timeout=SEND_SECONDS, context=tls)
        if settings.with_tls
        else smtplib.SMTP(*address, timeout=SEND_SECONDS)
    )
    with server:
        server.ehlo_or_helo_if_needed()
        if not settings.with_tls and server.has_extn("starttls"):
            server.starttls(context=tls)
        elif not settings.with_tls and settings.user and not settings.is_local:
            raise ChannelUnavailable("the mail server offers no STARTTLS, so it gets no password")
        if settings.user:
            server.login(settings.user, settings.password)
        yield server


def _error(code: int, words: str) -> Exception:
    kind = Undeliverable if code >= PERMANENT else ChannelUnavailable
    return kind(f"the mail server {words} ({code})")
