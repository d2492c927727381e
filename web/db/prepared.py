"""Prepares the statements of frequent requests on each PostgreSQL connection, with SQL's PREPARE and EXECUTE.

Parsing and planning these statements takes PostgreSQL as long as executing them, and psycopg2 has no prepared
statements of its own (https://www.postgresql.org/docs/current/sql-prepare.html). A prepared statement belongs to one
server session. Behind a pooler each transaction may run in a different session, so nothing is prepared there.
"""

import re
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine, ExceptionContext, event

# SQLSTATEs. 0A000: a migration changed the result type of a cached plan. 26000 and 42P05: this server session is not
# the one that prepared the statement, so there is a pooler in between.
STALE_PLAN, UNKNOWN_STATEMENT = ("0A000",), ("26000", "42P05")
_PARAMETER = re.compile(r"%\((\w+)\)s")


def prepare_statements(engine: Engine) -> None:
    """Prepare statements with the execution option `prepare=True` on this psycopg2 engine."""
    statements = _Statements()
    event.listen(engine, "do_execute", statements.execute)
    event.listen(engine, "handle_error", statements.invalidate)


class _Statements:
    """The prepared statements of an engine: each connection maps the text of a statement to its EXECUTE."""

    def __init__(self) -> None:
        self.enabled = True

    def execute(self, cursor: Any, statement: str, values: Any, context: Any) -> bool:
        """Execute the statement prepared. False if it is not to be prepared: then SQLAlchemy executes it."""
        if not (self.enabled and context.execution_options.get("prepare")):
            return False
        info = context.root_connection.info
        if "prepared" not in info:
            info["prepared"] = {} if _is_direct(cursor) else None
        known: dict[str, str] | None = info["prepared"]
        if known is None:
            return False
        if statement not in known:
            prepare, execute = _prepare_sql(statement)
            cursor.execute(prepare)
            known[statement] = execute
        cursor.execute(known[statement], values)
        return True

    def invalidate(self, context: ExceptionContext) -> None:
        """After a stale plan or an unknown statement: treat all connections as lost, so that the request is retried.

        An unknown statement also disables prepared statements for this engine.
        """
        execution, state = context.execution_context, getattr(context.original_exception, "pgcode", None)
        if execution and execution.execution_options.get("prepare") and state in (*STALE_PLAN, *UNKNOWN_STATEMENT):
            context.is_disconnect = True
            self.enabled = self.enabled and state in STALE_PLAN


def _is_direct(cursor: Any) -> bool:
    """Whether there is no pooler: a pooler reports a backend PID that differs from the server's."""
    cursor.execute("SELECT pg_backend_pid()")
    return bool(cursor.fetchone()[0] == cursor.connection.info.backend_pid)


def _prepare_sql(statement: str) -> tuple[str, str]:
    """The PREPARE for a statement, and the EXECUTE with the statement's parameters.

    The name is a hash of the text, so a name never refers to a different statement.
    """
    name = f"daybook_{sha256(statement.encode()).hexdigest()[:16]}"
    parameters = list(dict.fromkeys(_PARAMETER.findall(statement)))
    numbered = _PARAMETER.sub(lambda match: f"${parameters.index(match[1]) + 1}", statement).replace("%%", "%")
    values = ", ".join(f"%({name})s" for name in parameters)
    return f"PREPARE {name} AS {numbered}", f"EXECUTE {name} ({values})" if parameters else f"EXECUTE {name}"
