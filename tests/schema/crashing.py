"""Migrates a database and crashes in the middle of each revision, again and again.

`python -m tests.schema.crashing URL first|up|down|by-hand exception|kill …`. Each revision crashes right before its
COMMIT in every given way, then in the first way after its 1st, 2nd, 4th, 8th … statement. After each crash the database
must be as it was before; at last the revision runs to its end, and must not commit twice. Prints the number of crashes.
A program of its own, because it forks.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, event, make_url

from tests.schema.snapshot import snapshot
from web.database_url import normalised
from web.schema.locks import migration_engine
from web.schema.migrate import configuration, downgrade, upgrade_one
from web.schema.revision import current_revision

Step = Callable[[URL], bool]
CONFIG = configuration()
READING = ("SELECT", "PRAGMA", "BEGIN", "SET")


@dataclass(frozen=True)
class Point:
    """Where to crash, both counted from 1: after a writing statement, or before a COMMIT, whichever comes first."""

    commit: int
    statement: int | None = None


Attempt = Callable[[URL, Step, Point], str]


class Crash(Exception):
    """An unexpected error in the middle of a migration."""


def one_down(url: URL) -> bool:
    if _revision(url) is None:
        return False
    downgrade(url, config=CONFIG)
    return True


def first_up(url: URL) -> bool:
    return _revision(url) is None and upgrade_one(url, CONFIG)


def all_up_by_hand(url: URL) -> bool:
    """`alembic upgrade head`: every revision in one transaction."""
    if _revision(url):
        return False
    os.environ["DATABASE_URL"] = url.render_as_string(hide_password=False)
    command.upgrade(CONFIG, "head")
    return True


# Each makes one step and returns whether there was one left.
DIRECTIONS: dict[str, Step] = {
    "first": first_up,
    "up": lambda url: upgrade_one(url, CONFIG),
    "down": one_down,
    "by-hand": all_up_by_hand,
}


def crash_again_and_again(url: URL, step: Step, attempts: Sequence[Attempt]) -> int:
    """One step after another; the number of crashes.

    A revision is one transaction: were it two, the crash before the second COMMIT would leave the first behind.
    """
    crashes = 0
    while True:
        before = snapshot(url)
        for point, attempt in _crashes(attempts):
            outcome = attempt(url, step, point)
            if outcome != "a crash":
                break
            crashes += 1
            assert snapshot(url) == before, f"crash {crashes} left something behind"
        if outcome == "the end":
            return crashes


def _crashes(attempts: Sequence[Attempt]) -> Iterator[tuple[Point, Attempt]]:
    """In each way before the COMMIT, when there is most to undo; in the first way after statements."""
    for attempt in attempts:
        yield Point(commit=1), attempt
    for power in count():
        yield Point(statement=2**power, commit=2), attempts[0]


def with_an_exception(url: URL, step: Step, point: Point) -> str:
    def crash() -> None:
        raise Crash

    try:
        with _at(point, crash):
            return "a step" if step(url) else "the end"
    except Crash:
        return "a crash"


def with_kill(url: URL, step: Step, point: Point) -> str:
    """As `kill -9`: no `finally`, no rollback, no Terminate message to the server."""
    # Otherwise the child's garbage collector touches, and so copies, all memory of its parent.
    gc.freeze()
    child = os.fork()
    if child == 0:
        with _at(point, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            os._exit(0 if step(url) else 7)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {0: "a step", 7: "the end", -signal.SIGKILL: "a crash"}[status]


@contextmanager
def _at(point: Point, crash: Callable[[], None]) -> Iterator[None]:
    """Crash right after the writing statement with that number, or right before that COMMIT of writing statements."""
    statements, commits = count(1), count(1)
    written = False

    def after_statement(_: Any, __: Any, sql: str, *___: Any) -> None:
        nonlocal written
        if not sql.strip().startswith(READING):
            written = True
            if next(statements) == point.statement:
                crash()

    def before_commit(_: Any) -> None:
        nonlocal written
        if written:
            written = False
            if next(commits) == point.commit:
                crash()

    event.listen(Engine, "after_cursor_execute", after_statement)
    event.listen(Engine, "commit", before_commit)
    try:
        yield
    finally:
        event.remove(Engine, "after_cursor_execute", after_statement)
        event.remove(Engine, "commit", before_commit)


def _revision(url: URL) -> str | None:
    with migration_engine(url).connect() as connection:
        return current_revision(connection)


if __name__ == "__main__":
    address, direction, *chosen = sys.argv[1:]
    ways: dict[str, Attempt] = {"exception": with_an_exception, "kill": with_kill}
    # Loading the revisions takes longer than most crashes.
    scripts = ScriptDirectory.from_config(CONFIG)
    ScriptDirectory.from_config = lambda _: scripts  # type: ignore[method-assign]
    print(crash_again_and_again(normalised(make_url(address)), DIRECTIONS[direction], [ways[way] for way in chosen]))
