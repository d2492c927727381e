"""Reads DATABASE_URL once, for two programs: Python connects with its parts, Node with what `canonical` writes.

Drivers disagree about a URL: which parts are percent-decoded, what a space means, and which defaults apply to what is
missing. So every part is decoded here, and Node gets a URL in which every part is encoded.
"""

import os
import pwd
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

POSTGRESQL = "postgresql+psycopg2"
SPELLINGS = ("postgres", "postgresql", POSTGRESQL)
FORMS = "postgresql://user:password@host/name or sqlite:///file.db"
# Variables that libpq reads by itself and Node's driver does not, or not in the same way
# (https://www.postgresql.org/docs/current/libpq-envars.html).
LIBPQ_VARIABLES = {
    "PGHOST": "host",
    "PGPORT": "port",
    "PGUSER": "user",
    "PGPASSWORD": "password",
    "PGOPTIONS": "options",
    "PGSSLMODE": "sslmode",
    "PGSSLROOTCERT": "sslrootcert",
    "PGSSLCERT": "sslcert",
    "PGSSLKEY": "sslkey",
    "PGCHANNELBINDING": "channel_binding",
}
# Parameters of the query that are also parts of the URL, by SQLAlchemy's names.
PARTS = {"host": "host", "port": "port", "user": "username", "password": "password", "dbname": "database"}
TLS_FILES = ("sslrootcert", "sslcert", "sslkey")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What urllib makes of an escape that is not UTF-8, and Python of a byte in the environment that is not.
_NOT_UTF8 = re.compile(r"[\ufffd\udc80-\udcff]")


class InvalidDatabaseUrl(ValueError):
    """The text continues a sentence that begins with the variable's name."""


def read_database_url(text: str, environment: Mapping[str, str]) -> URL:
    """The parts of a database URL, decoded and complete. Raises InvalidDatabaseUrl.

    An SQLite file gets its absolute path. What a PostgreSQL URL leaves out comes from libpq's variables in
    `environment`.
    """
    try:
        url = normalised(make_url(text))
    except (ArgumentError, ValueError):
        raise InvalidDatabaseUrl(f"is not a database URL; write {FORMS}.") from None
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite(url, has_query="?" in text)
    if url.drivername == POSTGRESQL:
        return _postgresql(url, environment)
    raise InvalidDatabaseUrl(f"must name a database as {FORMS}, but begins with {url.drivername}://.")


def normalised(url: URL) -> URL:
    """The URL with psycopg2 as its driver.

    SQLAlchemy 2.1 reads a plain `postgresql://` as psycopg 3 and does not know `postgres://`.
    """
    return url.set(drivername=POSTGRESQL) if url.drivername in SPELLINGS else url


def canonical(url: URL) -> str:
    """The URL with every part percent-encoded, as `auth/database.mjs` decodes it. Contains the password.

    The bytes of an SQLite file's name are encoded as they are, whatever the locale.
    """
    if url.drivername == "sqlite":
        return f"sqlite:///{quote(os.fsencode(str(url.database)))}"
    user = ":".join(quote(part, safe="") for part in (url.username, url.password) if part is not None)
    is_socket = (url.host or "").startswith("/")
    host = f"[{url.host}]" if ":" in (url.host or "") else url.host
    place = "" if is_socket or not host else host
    port = f":{url.port}" if url.port else ""
    query = {**url.query, **({"host": url.host} if is_socket else {})}
    parameters = f"?{urlencode(query, quote_via=quote)}" if query else ""
    return f"postgresql://{user and user + '@'}{place}{port}/{quote(str(url.database), safe='')}{parameters}"


def without_password(url: URL) -> str:
    """The URL with its password masked, for messages."""
    if url.drivername == "sqlite":
        return f"sqlite:///{url.database}".encode(errors="backslashreplace").decode()
    return url.render_as_string(hide_password=True)


def _sqlite(url: URL, has_query: bool) -> URL:
    if url.host or url.username or url.port:
        raise InvalidDatabaseUrl("has too few slashes: write sqlite:///file.db or sqlite:////absolute/path/file.db.")
    if url.database in (None, "", ":memory:"):
        raise InvalidDatabaseUrl("must name a file, such as sqlite:///file.db.")
    if has_query:
        raise InvalidDatabaseUrl("takes no options for SQLite; a question mark in the name of the file is written %3F.")
    if "\ufffd" in str(url.database) or _CONTROL.search(str(url.database)):
        raise InvalidDatabaseUrl("must name a file in UTF-8 without control characters.")
    return url.set(drivername="sqlite", database=str(Path(str(url.database)).resolve()))


def _postgresql(url: URL, environment: Mapping[str, str]) -> URL:
    given = {name: value for name, value in _parameters(url).items() if value not in (None, "")}
    defaults = {name: environment[variable] for variable, name in LIBPQ_VARIABLES.items() if environment.get(variable)}
    complete = {**defaults, **given}
    _require_readable(complete)
    if not complete.get("dbname"):
        raise InvalidDatabaseUrl(f"must name a database as {FORMS}.")
    for name in TLS_FILES:
        if name in complete and complete[name] != "system":
            complete[name] = str(Path(complete[name]).resolve())
    parts: dict[str, Any] = {part: complete.pop(name, None) for name, part in PARTS.items()}
    return URL.create(POSTGRESQL, **parts | {"port": _port(parts["port"])}, query=complete)


def _parameters(url: URL) -> dict[str, Any]:
    """The parts and the query in one; the query wins, as it does in libpq."""
    return {**{name: getattr(url, part) for name, part in PARTS.items()}, **url.query}


def _require_readable(parameters: Mapping[str, Any]) -> None:
    host = parameters.get("host", "")
    if not isinstance(host, str) or "," in host:
        raise InvalidDatabaseUrl("must name one host, because Better Auth's driver cannot choose among several.")
    if "service" in parameters:
        raise InvalidDatabaseUrl("must not name a service, because Better Auth's driver reads no service file.")
    for name, value in parameters.items():
        if not isinstance(value, str | int):
            raise InvalidDatabaseUrl(f"must not give {name} twice.")
        if _CONTROL.search(str(value)) or _NOT_UTF8.search(str(value)):
            raise InvalidDatabaseUrl("must be UTF-8, percent-encoded, without control characters.")


def _port(port: str | int | None) -> int | None:
    if port is None or port == "":
        return None
    if not (str(port).isascii() and str(port).isdigit() and 0 < int(port) <= 65535):
        raise InvalidDatabaseUrl(f"must name a port from 1 to 65535, not {port!r}.")
    return int(port)


def for_node(url: URL) -> str:
    """`canonical`, with the user that libpq would choose. Raises InvalidDatabaseUrl without a host."""
    if url.drivername != "sqlite" and not url.host:
        raise InvalidDatabaseUrl(
            "must name the host, such as localhost or ?host=/var/run/postgresql: without one, Better Auth's driver "
            "connects to another place than Daybook's."
        )
    if url.drivername != "sqlite" and not url.username:
        url = url.set(username=pwd.getpwuid(os.geteuid()).pw_name)
    return canonical(url)
