"""SMTP_URL and MAIL_FROM: where email is handed over, and who sends it."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from web.domain.hosts import is_loopback

# Submission with STARTTLS, and with TLS from the first byte (RFC 8314).
PORTS = {"smtp": 587, "smtps": 465}
EXAMPLE = "smtp://user:password@mail.example:587 or smtps://user:password@mail.example"


class InvalidMailSettings(ValueError):
    """The text names the variable and what is wrong with it, and never the password."""


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """A mail server and the address that sends. `with_tls` is TLS from the first byte; otherwise STARTTLS."""

    host: str
    port: int
    with_tls: bool
    user: str
    password: str = field(repr=False)
    # Address is compared by value and has no hash.
    sender: Address = field(hash=False)

    @property
    def is_local(self) -> bool:
        """Whether the password stays on this machine."""
        return is_loopback(self.host)


def read_mail_settings(url: str, sender: str) -> MailSettings:
    """Raises InvalidMailSettings."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise InvalidMailSettings(f"SMTP_URL must be like {EXAMPLE}.") from None
    if parts.scheme not in PORTS or not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise InvalidMailSettings(f"SMTP_URL must be like {EXAMPLE}; percent-encode @ : / ? % in a name or password.")
    if bool(parts.username) != bool(parts.password):
        raise InvalidMailSettings("SMTP_URL needs a user and a password, or neither.")
    return MailSettings(
        host=host,
        port=port or PORTS[parts.scheme],
        with_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=_sender(sender),
    )


def read_address(text: str) -> Address:
    """Raises ValueError, without quoting the text: it ends in a log."""
    try:
        found = Address(addr_spec=text)
    except Exception as problem:
        # Parsing raises more than it documents: MessageError, IndexError, AttributeError, UnboundLocalError.
        raise ValueError("not an email address") from problem
    if not (found.username and found.domain):
        raise ValueError("not a whole email address")
    return found


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        if not text.isprintable():
            raise ValueError
        found = read_address(address)
        return Address(name, found.username, found.domain)
    except ValueError:
        raise InvalidMailSettings(
            "MAIL_FROM must be an address such as Daybook <daybook@example.com>, from which SMTP_URL may send."
        ) from None
