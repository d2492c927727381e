"""Migrates a database and crashes at every statement on the way: `python -m tests.schema.crashing URL exception|kill`.

After each crash the database must be as it was before; then it goes on. Prints how many crashes it took to reach head.
A program of its own, because it forks.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import URL, Engine, event, make_url, text

from web.schema.drift import parts
from web.schema.locking import migration_engine
from web.schema.migrating import configuration, one_up
from web.settings import normalised

LOOKING = ("SELECT", "PRAGMA", "BEGIN", "SET")


class Crash(Exception):
    """What nobody expects, in the middle of a migration."""


def crash_at_every_statement(url: URL, attempt: Callable[[URL, int], str]) -> int:
    """One revision after the other; in each, a crash at its first statement, then at its second …"""
    crashes = 0
    while True:
        before = _snapshot(url)
        for statement in count(1):
            came_to = attempt(url, statement)
            if came_to != "a crash":
                break
            crashes += 1
            assert _snapshot(url) == before, f"crash {crashes} left something behind"
        if came_to == "head":
            return crashes


def with_an_exception(url: URL, statement: int) -> str:
    def crash() -> None:
        raise Crash

    try:
        with _at(statement, crash):
            return "a revision" if one_up(url, configuration()) else "head"
    except Crash:
        return "a crash"


def with_kill(url: URL, statement: int) -> str:
    """As `kill -9`: no `finally`, no rollback, no goodbye to the server."""
    child = os.fork()
    if child == 0:
        with _at(statement, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            os._exit(0 if one_up(url, configuration()) else 7)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "a revision", 7: "head", -signal.SIGKILL: "a crash"}[status]


@contextmanager
def _at(statement: int, crash: Callable[[], None]) -> Iterator[None]:
    """Crash right after the statement with that number was executed, and before it is committed."""
    seen = count(1)

    def watch(_: Any, __: Any, sql: str, *___: Any) -> None:
        if not sql.strip().startswith(LOOKING) and next(seen) == statement:
            crash()

    event.listen(Engine, "after_cursor_execute", watch)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", watch)


def _snapshot(url: URL) -> tuple[Any, ...]:
    """The whole schema of tasks, its revision and its rows."""
    with migration_engine(url).connect() as connection:
        schema = parts(connection, ["tasks", "_alembic_tmp_tasks", "alembic_version"])
        kept = [
            connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all()
            for table in ("tasks", "alembic_version")
            if any(name.startswith(f"column {table}.") for name in schema)
        ]
        return schema, kept


if __name__ == "__main__":
    ways = {"exception": with_an_exception, "kill": with_kill}
    print(crash_at_every_statement(normalised(make_url(sys.argv[1])), ways[sys.argv[2]]))
