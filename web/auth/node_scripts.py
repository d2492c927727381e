"""Command line and environment for the Node scripts in `auth/`, which run Better Auth."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from web.auth.node import find_node
from web.auth.passwords import COST
from web.domain.errors import CommandError
from web.settings import DEFAULT_SESSION_DAYS, Settings

FOLDER = Path(__file__).parents[2] / "auth"
# Node's compile cache, which shortens the start. Node ignores it if it cannot write there.
COMPILE_CACHE = FOLDER.parent / "var" / "node"
# Node 22 prints a warning about node:sqlite at every start.
NODE_OPTIONS = ["--disable-warning=ExperimentalWarning"]
# The only variables passed on to the scripts: TEST=1, for one, would disable Better Auth's origin checks.
PASSED_ON = ("PATH", "HOME", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")


class BetterAuthFailed(CommandError):
    """Better Auth could not migrate or start. The text is its error message."""


@dataclass(frozen=True, kw_only=True)
class BetterAuthOptions:
    """What `auth/options.mjs` reads from the environment."""

    database_url: str
    secret: str
    app_url: str
    rate_limit: bool = True
    cookie_prefix: str = "better-auth"
    trusted_origins: Iterable[str] = ()
    session_days: int = DEFAULT_SESSION_DAYS
    password_cost: int = COST
    sends_mail: bool = False

    @classmethod
    def of(cls, settings: Settings, *, rate_limit: bool) -> "BetterAuthOptions":
        """Raises SettingsError."""
        return cls(
            database_url=settings.node_database_url(),
            secret=settings.required_secret(),
            app_url=settings.app_url,
            rate_limit=rate_limit,
            cookie_prefix=settings.cookie_prefix,
            session_days=settings.session_days,
            sends_mail=settings.delivers_mail,
        )

    @property
    def variables(self) -> Mapping[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "BETTER_AUTH_SECRET": self.secret,
            "APP_URL": self.app_url,
            "RATE_LIMIT": "on" if self.rate_limit else "off",
            "COOKIE_PREFIX": self.cookie_prefix,
            "TRUSTED_ORIGINS": ",".join(self.trusted_origins),
            "SESSION_DAYS": str(self.session_days),
            "PASSWORD_COST": str(self.password_cost),
            "MAIL": "on" if self.sends_mail else "off",
        }


def node_command(script: str, *arguments: str) -> list[str]:
    """The command that runs a script. Raises BetterAuthFailed if Better Auth is not installed, or NodeNotFound."""
    if not (FOLDER / "node_modules").is_dir():
        raise BetterAuthFailed("Better Auth is not installed: run `python -m web.auth.node ci auth`.")
    return [str(find_node()), *NODE_OPTIONS, script, *arguments]


def environment(**variables: str) -> dict[str, str]:
    """The environment of a script: `variables` and a few of this process's own."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed_on, "TZ": "UTC", "NODE_COMPILE_CACHE": str(COMPILE_CACHE), **variables}


def failure_reason(lines: Iterable[str]) -> str:
    """The line of an uncaught error, otherwise the last line, which is a sentence in Daybook's scripts."""
    output = [line for line in lines if line.strip()]
    errors = [line for line in output if re.match(r"\w*Error\b", line)]
    return (errors or output or ["Better Auth exited without a message."])[-1]
