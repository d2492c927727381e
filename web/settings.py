"""Settings from environment variables, validated once at startup."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import overload
from urllib.parse import quote, urlsplit

from sqlalchemy import URL

from web.database_url import InvalidDatabaseUrl, for_node, read_database_url
from web.domain.errors import CommandError
from web.domain.hosts import canonical_host, is_loopback
from web.domain.log_context import LOG_ADDRESSES
from web.domain.push_keys import InvalidVapidKey, vapid_key
from web.mail_settings import InvalidMailSettings, MailSettings, read_mail_settings

log = logging.getLogger("daybook.settings")
ROOT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("console", "json")
MIN_SECRET_LENGTH = 32
DEFAULT_PORT = 8000
DEFAULT_COOKIE_PREFIX = "better-auth"
# A browser takes such a cookie from this very host only, not from its subdomains or the domain above
# (https://www.rfc-editor.org/rfc/rfc6265#section-4.1.3 as amended by draft-ietf-httpbis-rfc6265bis).
HOST_PREFIX = "__Host-"
DEFAULT_SESSION_DAYS = 90
RENAMED_VARIABLES = {"DATABASE_SEATS": "DATABASE_CONCURRENCY"}
SECRET_REQUIRED = (
    f"Set BETTER_AUTH_SECRET to at least {MIN_SECRET_LENGTH} characters, the same for Daybook and Better Auth; "
    "`openssl rand -hex 32` makes one."
)


class SettingsError(CommandError):
    """A variable is invalid. The text is one sentence that names it and the fix."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The validated settings. Never log them: they contain the secret."""

    database_url: URL
    direct_database_url: URL
    secret: str
    better_auth_url: str | None
    cookie_prefix: str
    # After how many days a session ends, however much it is used.
    session_days: int
    app_url: str
    host: str
    port: int
    trusted_proxies: str
    workers: int
    # How many requests of one worker process may use the database at once.
    database_concurrency: int
    # Seconds that a start waits for a database that cannot be reached yet.
    database_wait: int
    # Requests a minute that one credential may send to the API; 0 for any number.
    api_limit: int
    # Whether one user may add tasks, search and import only as often as a person does.
    has_budgets: bool
    # Whether webhooks may have addresses that are not public: for a Daybook at home.
    calls_private_addresses: bool
    log_level: str
    log_format: str
    # How much of a client's address the log and the audit log hold.
    log_addresses: str
    # Where Prometheus reads metrics, on this machine only; 0 for none.
    metrics_port: int
    # Signs messages to push services: 32 bytes as base64url; empty where devices get no notifications.
    vapid_private_key: str
    # Whom a push service may write to: `mailto:` or https.
    vapid_subject: str
    # None: no email is sent.
    mail: MailSettings | None

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables listed in .env.example; an empty one counts as unset. Raises SettingsError.

        White space around a value is ignored, such as the carriage return that a file with Windows line ends leaves.
        """
        variables = _under_current_names({name: value.strip() for name, value in env.items() if value.strip()})
        port = _number(variables, "PORT", DEFAULT_PORT, 1, 65535)
        database_url = _database_url(variables, "DATABASE_URL", _default_database())
        app_url = _origin("APP_URL", variables.get("APP_URL", f"http://localhost:{port}"))
        return cls(
            database_url=database_url,
            direct_database_url=_database_url(variables, "DATABASE_DIRECT_URL") or database_url,
            secret=_secret(env.get("BETTER_AUTH_SECRET", "")),
            better_auth_url=_better_auth_url(variables),
            cookie_prefix=_cookie_prefix(variables, app_url),
            session_days=_number(variables, "SESSION_DAYS", DEFAULT_SESSION_DAYS, 1, 3650),
            app_url=app_url,
            host=variables.get("HOST", "127.0.0.1"),
            port=port,
            trusted_proxies=variables.get("FORWARDED_ALLOW_IPS", ""),
            workers=_number(variables, "WEB_CONCURRENCY", 1, 1, 64),
            database_concurrency=_number(variables, "DATABASE_CONCURRENCY", 3, 1, 64),
            database_wait=_number(variables, "DATABASE_WAIT_SECONDS", 30, 0, 3600),
            api_limit=_number(variables, "API_REQUESTS_PER_MINUTE", 600, 0, 1_000_000),
            has_budgets=_choice(variables, "USER_BUDGETS", ("on", "off"), "on") == "on",
            calls_private_addresses=_choice(variables, "WEBHOOK_ADDRESSES", ("public", "any"), "public") == "any",
            log_level=_choice(variables, "LOG_LEVEL", LOG_LEVELS, "info"),
            log_format=_choice(variables, "LOG_FORMAT", LOG_FORMATS, "console"),
            log_addresses=_choice(variables, "LOG_ADDRESSES", LOG_ADDRESSES, "full"),
            metrics_port=_number(variables, "METRICS_PORT", 0, 0, 65535),
            vapid_private_key=_vapid_private_key(variables),
            vapid_subject=_vapid_subject(variables, app_url),
            mail=_mail(variables),
        )

    def required_secret(self) -> str:
        """The secret that signs the cookies. Raises SettingsError if none is set."""
        if not self.secret:
            raise SettingsError(SECRET_REQUIRED)
        return self.secret

    def node_database_url(self, *, direct: bool = False) -> str:
        """The database URL in the form that Better Auth's process reads. Raises SettingsError."""
        try:
            return for_node(self.direct_database_url if direct else self.database_url)
        except InvalidDatabaseUrl as problem:
            raise SettingsError(f"{'DATABASE_DIRECT_URL' if direct else 'DATABASE_URL'} {problem}") from problem

    @property
    def secure(self) -> bool:
        """Whether users reach Daybook over https: then cookies are Secure."""
        return self.app_url.startswith("https://")

    @property
    def logs_mail(self) -> bool:
        """Whether messages about accounts are logged instead of sent: in development, on this machine alone."""
        return self.mail is None and is_loopback(urlsplit(self.app_url).hostname or "")

    @property
    def delivers_mail(self) -> bool:
        """Whether a message about an account is sent to its user, or to the log of its developer."""
        return self.mail is not None or self.logs_mail

    @property
    def session_cookie(self) -> str:
        """The name of Better Auth's session cookie: with https `__Host-…`, of an existing Better Auth `__Secure-…`."""
        is_plain = not self.secure or self.cookie_prefix.startswith(HOST_PREFIX)
        return f"{'' if is_plain else '__Secure-'}{self.cookie_prefix}.session_token"


def _mail(variables: Mapping[str, str]) -> MailSettings | None:
    url, sender = variables.get("SMTP_URL"), variables.get("MAIL_FROM")
    try:
        return read_mail_settings(url, sender or "") if url else None
    except InvalidMailSettings as problem:
        raise SettingsError(str(problem)) from None


def _under_current_names(variables: dict[str, str]) -> dict[str, str]:
    """Accepts renamed variables under their old names for one release, with a warning."""
    for old, new in RENAMED_VARIABLES.items():
        if old in variables:
            log.warning("%s is now called %s; the old name works in this release only.", old, new)
            variables = {new: variables[old], **variables}
    return variables


def _default_database() -> str:
    return f"sqlite:///{quote(os.fsencode(ROOT / 'var' / 'daybook.db'))}"


@overload
def _database_url(variables: Mapping[str, str], name: str, default: str) -> URL: ...
@overload
def _database_url(variables: Mapping[str, str], name: str) -> URL | None: ...
def _database_url(variables: Mapping[str, str], name: str, default: str | None = None) -> URL | None:
    text = variables.get(name, default)
    try:
        return read_database_url(text, variables) if text else None
    except InvalidDatabaseUrl as problem:
        raise SettingsError(f"{name} {problem}") from None


def _secret(secret: str) -> str:
    """As given, to the byte: a deployment's own Better Auth signs with the same."""
    if not secret.strip():
        return ""
    if len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError(SECRET_REQUIRED)
    if secret != secret.strip() or not _is_utf8(secret):
        raise SettingsError(
            "BETTER_AUTH_SECRET must be UTF-8 without white space around it, such as a line break at its end."
        )
    return secret


def _is_utf8(text: str) -> bool:
    """Whether the bytes of an environment variable were UTF-8: Node reads them as that."""
    return not re.search(r"[\udc80-\udcff]", text)


def _cookie_prefix(variables: Mapping[str, str], app_url: str) -> str:
    """That of an existing Better Auth is as it is; our own one's cookies are for this host only."""
    prefix = variables.get("BETTER_AUTH_COOKIE_PREFIX", DEFAULT_COOKIE_PREFIX)
    if not re.fullmatch(r"[\w.-]+", prefix, re.ASCII):
        raise SettingsError(f"BETTER_AUTH_COOKIE_PREFIX can have letters, digits, -, _ and ., but is {prefix!r}.")
    is_ours = "BETTER_AUTH_URL" not in variables and app_url.startswith("https:")
    return f"{HOST_PREFIX}{prefix.removeprefix(HOST_PREFIX)}" if is_ours else prefix


def _better_auth_url(variables: Mapping[str, str]) -> str | None:
    url = variables.get("BETTER_AUTH_URL")
    if url is None or url.startswith("unix:/"):
        return url
    return _origin("BETTER_AUTH_URL", url)


def _origin(name: str, text: str) -> str:
    """The origin in the form that browsers send in `Origin`: scheme, host, and port unless it is the default."""
    try:
        parts = urlsplit(text)
        well_formed = parts.scheme in ("http", "https") and parts.hostname and parts.path in ("", "/")
        port = parts.port
    except ValueError:
        well_formed = False
    if not well_formed or parts.query or parts.fragment or parts.username:
        raise SettingsError(f"{name} must be an origin such as https://daybook.example, not {text!r}.")
    default = {"http": 80, "https": 443}[parts.scheme]
    try:
        host = canonical_host(parts.hostname or "")
    except ValueError as problem:
        raise SettingsError(f"{name} {problem}, but is {text!r}.") from None
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


def _vapid_private_key(variables: Mapping[str, str]) -> str:
    try:
        return vapid_key(variables.get("VAPID_PRIVATE_KEY", ""))
    except InvalidVapidKey as problem:
        raise SettingsError(f"VAPID_PRIVATE_KEY {problem}") from None


def _vapid_subject(variables: Mapping[str, str], app_url: str) -> str:
    """The public origin, which has a page to write to; without https, for trying Daybook, an address of no one."""
    default = app_url if app_url.startswith("https://") else "mailto:daybook@example.com"
    text = variables.get("VAPID_SUBJECT", default)
    if not re.fullmatch(r"mailto:[!-~]+@[!-~]+|https://[!-~]+", text):
        raise SettingsError(f"VAPID_SUBJECT must be mailto:you@example.com or an https address, not {text!r}.")
    return text


def _number(variables: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = variables.get(name, str(default))
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise SettingsError(f"{name} must be a number from {low} to {high}, not {text!r}.")
    return int(text)


def _choice(variables: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    text = variables.get(name, default).lower()
    if text not in choices:
        raise SettingsError(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
    return text
