"""Hands one message over to the mail server. Blocks, so it is called in a thread."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Event, Thread
from time import monotonic
from typing import Any

from web.mail_settings import MailSettings
from web.services.reminder_channels import SEND_SECONDS, ChannelUnavailable, Undeliverable

# From here on the answer of an SMTP server is final (RFC 5321, section 4.2.1).
PERMANENT = 500
# For each address of the server: to connect, to agree on TLS, and for its first answer.
CONNECT_SECONDS = 5
QUIT_SECONDS = 1
REST_SECONDS = 60


class ServerUnavailable(ChannelUnavailable):
    """The mail server takes no message at all now, to any address."""


class MailServer:
    """The mail server of the settings. After it has failed it is left alone for REST_SECONDS.

    Otherwise each of many messages would wait for it in vain, and what goes by other channels would wait behind them.
    """

    def __init__(self, settings: MailSettings) -> None:
        self.sender = settings.sender
        self._settings = settings
        self._rests_until = 0.0

    def send(self, message: EmailMessage) -> None:
        """As `send`."""
        if monotonic() < self._rests_until:
            raise ServerUnavailable("the mail server has just failed")
        try:
            send(self._settings, message)
        except ServerUnavailable:
            self._rests_until = monotonic() + REST_SECONDS
            raise


def send(settings: MailSettings, message: EmailMessage) -> None:
    """Returns once the server has taken it.

    Raises ChannelUnavailable if a later try may succeed (ServerUnavailable for any message), else Undeliverable.

    Neither has more of the server's answer than its code, since that may quote what was sent. All of it takes at most
    SEND_SECONDS; only connecting to a server with many addresses, none of which answers, may take longer.
    """
    with _Deadline(SEND_SECONDS) as deadline:
        try:
            with _connected(settings, deadline) as server:
                server.send_message(message)
        except (smtplib.SMTPException, OSError, UnicodeError) as problem:
            raise _too_slow() if deadline.is_over else _failure(problem) from None


class _Deadline:
    """Shuts a connection down once its time is over: the timeout of a socket begins again with each byte it gets."""

    def __init__(self, seconds: float) -> None:
        self.client: smtplib.SMTP | None = None
        self.is_over = False
        self._seconds, self._is_done = seconds, Event()
        self._thread = Thread(target=self._watch, name="mail-deadline", daemon=True)

    def __enter__(self) -> "_Deadline":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._is_done.set()

    def _watch(self) -> None:
        pause = self._seconds
        # More than once: there may be no socket yet, and STARTTLS replaces it.
        while not self._is_done.wait(pause):
            self.is_over, pause = True, 0.2
            connection = self.client and self.client.sock
            if connection:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Client(smtplib.SMTP):
    def __init__(self, settings: MailSettings, deadline: _Deadline, **options: Any) -> None:
        deadline.client = self
        super().__init__(settings.host, settings.port, timeout=CONNECT_SECONDS, **options)
        assert self.sock
        self.sock.settimeout(SEND_SECONDS)


class _TlsClient(_Client, smtplib.SMTP_SSL):
    """With TLS from the first byte."""


@contextmanager
def _connected(settings: MailSettings, deadline: _Deadline) -> Iterator[smtplib.SMTP]:
    """Encrypted wherever the server can; a password goes to another machine in no other way."""
    tls = ssl.create_default_context()
    server = _TlsClient(settings, deadline, context=tls) if settings.with_tls else _Client(settings, deadline)
    try:
        server.ehlo_or_helo_if_needed()
        if not settings.with_tls and server.has_extn("starttls"):
            server.starttls(context=tls)
        elif not settings.with_tls and settings.user and not settings.is_local:
            raise ServerUnavailable("the mail server offers no STARTTLS, so it gets no password")
        if settings.user:
            server.login(settings.user, settings.password)
        yield server
        _quit(server)
    finally:
        server.close()


def _quit(server: smtplib.SMTP) -> None:
    """Whatever the server says to that, it has the message."""
    if server.sock:
        server.sock.settimeout(QUIT_SECONDS)
    with suppress(smtplib.SMTPException, OSError):
        server.quit()


def _too_slow() -> Exception:
    return ServerUnavailable(f"the mail server is too slow: it has {SEND_SECONDS} s")


def _failure(problem: Exception) -> Exception:
    match problem:
        case smtplib.SMTPRecipientsRefused():
            return _refused(max(code for code, _ in problem.recipients.values()), "refuses the address")
        case smtplib.SMTPDataError():
            return _refused(problem.smtp_code, "refuses the message")
        case smtplib.SMTPNotSupportedError() | UnicodeError():
            return Undeliverable("the mail server takes no such address")
        case smtplib.SMTPAuthenticationError():
            # An operator can mend it.
            return ServerUnavailable(f"the mail server refuses the password ({problem.smtp_code})")
        case smtplib.SMTPResponseException():
            return ServerUnavailable(f"the mail server answered {problem.smtp_code}")
    return ServerUnavailable(f"the mail server cannot be used ({type(problem).__name__})")


def _refused(code: int, words: str) -> Exception:
    kind = Undeliverable if code >= PERMANENT else ChannelUnavailable
    return kind(f"the mail server {words} ({code})")
