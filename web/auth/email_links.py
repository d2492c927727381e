"""Reads what a link in a mail confirms. Its token is a JWT of Better Auth, whose signature Better Auth verifies."""

import json
from base64 import urlsafe_b64decode
from typing import NamedTuple

# By the `requestType` of Better Auth (`packages/better-auth/src/api/routes/email-verification.ts`).
_KINDS = {
    "": "email-confirmed",
    "change-email-confirmation": "email-change-confirmed",
    "change-email-verification": "email-changed",
}


class EmailLink(NamedTuple):
    """The address that its user had when it was sent, and what the audit log calls its use."""

    email: str
    kind: str


def read_link(token: str) -> EmailLink:
    """Without an address where the token has none."""
    try:
        payload = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
        return EmailLink(str(payload["email"]).lower(), _KINDS[payload.get("requestType", "")])
    except (IndexError, KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return EmailLink("", "")
