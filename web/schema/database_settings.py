"""Checks how a PostgreSQL database is set up, before anything is created in it.

What can be set for a connection, Daybook's own connections set: the driver the style of dates, `web/db/postgresql.py`
the encoding of the client. What is listed here belongs to the database or its owner.
"""

import logging
from collections.abc import Mapping

from sqlalchemy import Connection, text

from web.database_url import without_password
from web.schema.locks import MigrationFailed
from web.schema.revision import current_revision

log = logging.getLogger("daybook.schema")

CREATE_ANOTHER = "create another one from template0, with ENCODING 'UTF8' and LOCALE 'C.UTF-8' or one of your language"
# Everything else works: Daybook folds what is searched by itself.
BARE_LOCALE = (
    f"has the locale {{locale}}, in which Ä and ä are two letters where titles are sorted. To sort them as one, "
    f"{CREATE_ANOTHER}"
)
# A condition that must hold, and what to say and do where it does not. In this order: a query may fail without those
# before it.
REQUIREMENTS = (
    (
        "current_setting('server_encoding') = 'UTF8'",
        f"stores text as {{server_encoding}}, in which tasks of other scripts cannot be written: {CREATE_ANOTHER}",
    ),
    (
        "current_setting('transaction_read_only') = 'off'",
        "allows no changes: name the primary server, or ALTER DATABASE … SET default_transaction_read_only = off",
    ),
    (
        "current_schema() IS NOT NULL",
        "has no schema to create tables in: ALTER DATABASE … SET search_path = public",
    ),
    (
        "current_setting('standard_conforming_strings') = 'on'",
        "reads \\ in texts as an escape: ALTER DATABASE … SET standard_conforming_strings = on",
    ),
    (
        "current_setting('session_replication_role') = 'origin'",
        "runs no triggers: ALTER DATABASE … SET session_replication_role = origin",
    ),
    ("lower(chr(196)) = chr(228)", BARE_LOCALE),
)
DETAILS = text(
    "SELECT current_setting('server_encoding') AS server_encoding, datctype AS locale"
    " FROM pg_database WHERE datname = current_database()"
)


def require_suitable(connection: Connection) -> None:
    """Raises MigrationFailed if the database is set up so that Daybook would fail in it.

    A database that Daybook uses already only gets a warning, because it has worked so far, and so does BARE_LOCALE.
    """
    problem = _problem(connection)
    if problem is None:
        return
    sentence = f"{without_password(connection.engine.url)} {problem.format_map(_details(connection))}."
    if current_revision(connection) is None and problem != BARE_LOCALE:
        raise MigrationFailed(sentence)
    log.warning("%s", sentence)


def _problem(connection: Connection) -> str | None:
    if connection.dialect.name != "postgresql":
        return None
    for condition, problem in REQUIREMENTS:
        if not connection.scalar(text(f"SELECT {condition}")):
            return problem
    return None


def _details(connection: Connection) -> Mapping[str, str]:
    return {**connection.execute(DETAILS).mappings().one()}
