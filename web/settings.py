"""Settings from environment variables, validated once at startup."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from web.domain.errors import CommandError

log = logging.getLogger("daybook.settings")
ROOT = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error")
LOG_FORMATS = ("console", "json")
MIN_SECRET_LENGTH = 32
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
    app_url: str
    host: str
    port: int
    trusted_proxies: str
    workers: int
    # How many requests of one worker process may use the database at once.
    database_concurrency: int
    log_level: str
    log_format: str

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> "Settings":
        """Read the variables listed in .env.example; an empty one counts as unset. Raises SettingsError."""
        variables = _under_current_names({name: value for name, value in env.items() if value})
        port = _number(variables, "PORT", 8000, 1, 65535)
        database_url = _database_url("DATABASE_URL", variables.get("DATABASE_URL", _default_database()))
        direct = variables.get("DATABASE_DIRECT_URL")
        return cls(
            database_url=database_url,
            direct_database_url=_database_url("DATABASE_DIRECT_URL", direct) if direct else database_url,
            secret=_secret(variables),
            better_auth_url=_better_auth_url(variables),
            cookie_prefix=variables.get("BETTER_AUTH_COOKIE_PREFIX", "better-auth"),
            app_url=_origin("APP_URL", variables.get("APP_URL", f"http://localhost:{port}")),
            host=variables.get("HOST", "127.0.0.1"),
            port=port,
            trusted_proxies=variables.get("FORWARDED_ALLOW_IPS", ""),
            workers=_number(variables, "WEB_CONCURRENCY", 1, 1, 64),
            database_concurrency=_number(variables, "DATABASE_CONCURRENCY", 3, 1, 64),
            log_level=_choice(variables, "LOG_LEVEL", LOG_LEVELS, "info"),
            log_format=_choice(variables, "LOG_FORMAT", LOG_FORMATS, "console"),
        )

    def required_secret(self) -> str:
        """The secret that signs the cookies. Raises SettingsError if none is set."""
        if not self.secret:
            raise SettingsError(SECRET_REQUIRED)
        return self.secret

    def node_database_url(self, *, direct: bool = False) -> str:
        """The database URL in the form that Better Auth's drivers read."""
        url = self.direct_database_url if direct else self.database_url
        name = url.drivername.partition("+")[0]
        return url.set(drivername=name).render_as_string(hide_password=False)

    @property
    def secure(self) -> bool:
        """Whether users reach Daybook over https: then the cookie is `__Secure-` and sign-in is rate limited."""
        return self.app_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """The name of Better Auth's session cookie, with `__Secure-` in front if the origin is https."""
        return f"{'__Secure-' if self.secure else ''}{self.cookie_prefix}.session_token"


def normalised(url: URL) -> URL:
    """The URL with psycopg2 as its driver.

    SQLAlchemy 2.1 reads a plain `postgresql://` as psycopg 3 and does not know `postgres://`.
    """
    if url.drivername in ("postgres", "postgresql", "postgresql+psycopg2"):
        return url.set(drivername="postgresql+psycopg2")
    return url


def without_password(url: URL) -> str:
    """The URL with its password masked, for messages."""
    return url.render_as_string(hide_password=True)


def _under_current_names(variables: dict[str, str]) -> dict[str, str]:
    """Accepts renamed variables under their old names for one release, with a warning."""
    for old, new in RENAMED_VARIABLES.items():
        if old in variables:
            log.warning("%s is now called %s; the old name works in this release only.", old, new)
            variables = {new: variables[old], **variables}
    return variables


def _default_database() -> str:
    return f"sqlite:///{ROOT / 'var' / 'daybook.db'}"


def _database_url(name: str, text: str) -> URL:
    try:
        url = normalised(make_url(text))
    except (ArgumentError, ValueError):
        raise SettingsError(
            f"{name} is not a database URL; write postgresql://user:password@host/name or sqlite:///file.db."
        ) from None
    if url.drivername == "postgresql+psycopg2" and url.database:
        return url
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite", database=str(Path(str(url.database)).resolve()))
    raise SettingsError(
        f"{name} must name a database as postgresql://user:password@host/name or sqlite:///file.db, "
        f"but begins with {url.drivername}://."
    )


def _secret(variables: Mapping[str, str]) -> str:
    secret = variables.get("BETTER_AUTH_SECRET", "")
    if 0 < len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError(SECRET_REQUIRED)
    return secret


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
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


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
