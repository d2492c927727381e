"""The calls of Better Auth that give a password or a code, change an account or send mail, by their paths."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from web.auth.client import VERIFY_EMAIL, ClientInfo, Response, code_of

SIGN_IN = "/sign-in/email"
SIGN_UP = "/sign-up/email"
ASK_FOR_RESET = "/request-password-reset"
RESET = "/reset-password"
# Calls that fail for a wrong password, beside signing in: those of a browser that is signed in.
WITH_PASSWORD = (
    *("/verify-password", "/change-password", "/change-email"),
    *("/two-factor/enable", "/two-factor/disable", "/two-factor/generate-backup-codes"),
)
BACKUP_CODE = "/two-factor/verify-backup-code"
# A code of an app or a backup code: to sign in, or to turn two-factor authentication on.
SECOND_STEP = ("/two-factor/verify-totp", BACKUP_CODE)
BY_PASSKEY = "/passkey/verify-authentication"
HASHING = (SIGN_IN, SIGN_UP, *WITH_PASSWORD, RESET)
WRONG_PASSWORD = ("INVALID_EMAIL_OR_PASSWORD", "INVALID_PASSWORD")
WRONG_CODE = ("INVALID_CODE", "INVALID_BACKUP_CODE")
# What the audit log calls the success of a call.
CHANGES = {
    "/sign-out": "signed-out",
    "/revoke-session": "sessions-ended",
    "/revoke-sessions": "sessions-ended",
    "/revoke-other-sessions": "sessions-ended",
    "/change-password": "password-changed",
    "/update-user": "name-changed",
    "/change-email": "email-change-asked",
    "/two-factor/disable": "two-factor-off",
    "/two-factor/generate-backup-codes": "backup-codes-made",
    "/passkey/verify-registration": "passkey-added",
    "/passkey/update-passkey": "passkey-renamed",
    "/passkey/delete-passkey": "passkey-deleted",
    BY_PASSKEY: "signed-in",
    ASK_FOR_RESET: "password-reset-asked",
    RESET: "password-reset",
    VERIFY_EMAIL: "email-confirmed",
    **dict.fromkeys(SECOND_STEP, "two-factor-on"),
}
# Calls of users who are not signed in: a link in a mail, or the way in.
_WITHOUT_SESSION = frozenset(("/sign-out", BY_PASSKEY, ASK_FOR_RESET, RESET, VERIFY_EMAIL, *SECOND_STEP))
# Calls for the user of a session.
OF_SESSION = frozenset((*WITH_PASSWORD, *CHANGES)) - _WITHOUT_SESSION
# Calls that need a sign-in of late, or another proof of who the user is.
OF_PROOF = frozenset(
    (
        *("/passkey/generate-register-options", "/passkey/verify-registration", "/passkey/delete-passkey"),
        *("/revoke-session", "/revoke-sessions", "/revoke-other-sessions"),
    )
)
# Calls that send a message to the address in a field, which another person may read.
MAILED = {SIGN_UP: "email", "/change-email": "newEmail", "/send-verification-email": "email"}


class Call(NamedTuple):
    """A call of Better Auth: its path, the fields of its body or its query, the client that it is made for."""

    path: str
    fields: Mapping[str, Any]
    client: ClientInfo

    @property
    def email(self) -> str:
        return str(self.fields.get("email", "")).lower()

    @property
    def token(self) -> str:
        """That of a link in a mail."""
        return str(self.fields.get("token", ""))

    @property
    def recipient(self) -> str:
        """The address that it sends a message to; empty where it sends none."""
        return str(self.fields.get(MAILED.get(self.path, ""), "")).lower()


def has_succeeded(response: Response) -> bool:
    """Also of a link that leads on to a page; Better Auth names there what failed."""
    return response.is_success or (response.is_redirect and "error=" not in response.headers["location"])


def refusal_of(path: str, response: Response) -> str:
    """What the audit log calls the refusal of a call; empty for a success, and for what is no guess."""
    code = code_of(response)
    if code in WRONG_PASSWORD:
        return "refused" if path == SIGN_IN else "password-refused"
    return "code-refused" if path in SECOND_STEP and code in WRONG_CODE else ""
