"""Builds emails: headers that nothing can be injected into, plain text, and HTML beside it."""

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.domain.text import shown_line
from web.mail_settings import read_address
from web.settings import ROOT

LONGEST_SUBJECT = 150
# The longest line that SMTP allows: where an address is folded, mail programs no longer read it.
POLICY = SMTP.clone(max_line_length=998)
_TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "templates" / "mail"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def new_message(*, sender: Address, to: str, subject: str, key: str, app_url: str) -> EmailMessage:
    """A message without a body. The same `key` gives the same Message-ID, so a second copy is seen to be one.

    The subject becomes one printable line; `EmailMessage` refuses line breaks in any header. Raises ValueError if `to`
    is not an address.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = read_address(to)
    # Else the text could bring words that are encoded already (RFC 2047), and with them any character.
    text = shown_line(subject).replace("=?", "= ?")
    message["Subject"] = text if len(text) <= LONGEST_SUBJECT else f"{text[:LONGEST_SUBJECT]}…"
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{urlsplit(app_url).hostname}>"
    # No "out of office" in return (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    return message


def add_html(message: EmailMessage, template: str, **context: Any) -> None:
    """Add the HTML to a message that has its text; the template is one of `templates/mail/`."""
    message.add_alternative(_TEMPLATES.get_template(template).render(**context), subtype="html")


def add_unsubscribe(message: EmailMessage, url: str) -> None:
    """One press in the mail program ends such mails (RFC 8058)."""
    message["List-Unsubscribe"] = f"<{url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
