"""Statements that nearly every request asks are prepared, once on each connection.

PostgreSQL reads and plans a statement each time it comes, which for those of a click takes as long as doing them.
psycopg2 has no prepared statements of its own, so these are SQL's
(https://www.postgresql.org/docs/current/sql-prepare.html). They belong to one session of the server; behind a pooler
each transaction may have another session, so there nothing is prepared.
"""

import re
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, ExceptionContext, event

# SQLSTATEs. 0A000: a migration changed the result type of a cached plan. 26000 and 42P05: this server session is not
# the one that prepared the statement, so there is a pooler in between.
STALE_PLAN, UNKNOWN_STATEMENT = ("0A000",), ("26000", "42P05")
_PLACE = re.compile(r"%\((\w+)\)s")


def prepare_statements(engine: Engine) -> None:
    """Prepare statements with the execution option `prepare=True` on this psycopg2 engine."""
    statements = _Statements()
    event.listen(engine, "do_execute", statements.execute)
    event.listen(engine, "handle_error", statements.invalidate)


class _Statements:
    """Each connection has its own: how to EXECUTE a statement, by its text."""

    def __init__(self) -> None:
        self.keep = True

    def execute(self, cursor: Any, statement: str, values: Any, context: Any) -> bool:
        """Whether this was one of them; SQLAlchemy executes all others."""
        if not (self.keep and context.execution_options.get("prepare")):
            return False
        info = context.root_connection.info
        if "prepared" not in info:
            info["prepared"] = {} if _is_of_the_server(cursor) else None
        known: dict[str, str] | None = info["prepared"]
        if known is None:
            return False
        if statement not in known:
            prepare, again = _in_sql(statement)
            cursor.execute(prepare)
            known[statement] = again
        cursor.execute(known[statement], values)
        return True

    def invalidate(self, context: ExceptionContext) -> None:
        """All connections count as lost, so that what was to be done is done once more on new ones."""
        asked, state = context.execution_context, getattr(context.original_exception, "pgcode", None)
        if asked and asked.execution_options.get("prepare") and state in (*STALE_PLAN, *UNKNOWN_STATEMENT):
            context.is_disconnect = True
            self.keep = self.keep and state in STALE_PLAN


def _is_of_the_server(cursor: Any) -> bool:
    """Whether a connection is one session's: a pooler says another process number than the one that answers."""
    cursor.execute("SELECT pg_backend_pid()")
    return bool(cursor.fetchone()[0] == cursor.connection.info.backend_pid)


def _in_sql(statement: str) -> tuple[str, str]:
    """PREPARE, and EXECUTE with the same places to be filled in as the statement has.

    The name comes of the text, so that it never means another statement, whoever prepared it.
    """
    name = f"daybook_{sha256(statement.encode()).hexdigest()[:16]}"
    places = list(dict.fromkeys(_PLACE.findall(statement)))
    numbered = _PLACE.sub(lambda place: f"${places.index(place[1]) + 1}", statement).replace("%%", "%")
    values = ", ".join(f"%({place})s" for place in places)
    return f"PREPARE {name} AS {numbered}", f"EXECUTE {name} ({values})" if places else f"EXECUTE {name}"
