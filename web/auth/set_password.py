"""Sets a password from the command line, with Better Auth's own hash."""

import json
import subprocess

from web.auth.node_scripts import (
    FOLDER,
    BetterAuthFailed,
    BetterAuthOptions,
    environment,
    failure_reason,
    node_command,
)
from web.domain.errors import CommandError, NoSuchUser
from web.settings import Settings

TIMEOUT_SECONDS = 60.0
# Exit codes of password.mjs.
UNKNOWN_USER, REFUSED = 3, 4


class PasswordRefused(CommandError):
    """The rules of a sign-up refuse this password."""


def set_password(settings: Settings, email: str, password: str) -> None:
    """Set the password, end all sessions of the user, and tell them by email. The password goes by a pipe.

    Raises NoSuchUser, PasswordRefused, SettingsError, BetterAuthFailed or NodeNotFound.
    """
    try:
        finished = subprocess.run(
            node_command("password.mjs"),
            cwd=FOLDER,
            env=environment(**BetterAuthOptions.of(settings, rate_limit=False).variables),
            input=json.dumps({"email": email, "password": password}),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BetterAuthFailed(f"Setting the password took longer than {TIMEOUT_SECONDS:.0f} seconds.") from None
    if finished.returncode == UNKNOWN_USER:
        raise NoSuchUser(email)
    if finished.returncode == REFUSED:
        raise PasswordRefused(
            "A password has 8 to 128 characters, is not one of the most common, and has 8 characters beside daybook, "
            "the name and the email address."
        )
    if finished.returncode:
        raise BetterAuthFailed(failure_reason(finished.stderr.splitlines()))
