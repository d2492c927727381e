"""Searches of one user: how a statement is narrowed to what was typed, how many run at once, and for how long."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection

from web.db.deadline import deadline
from web.db.dialects import search_of
from web.db.limiter import SearchLimiter
from web.db.search import Search

# Of the connections that a process has, so that other users always find one.
MOST_AT_ONCE = 2
# Seconds of one statement. 100,000 tasks take a tenth of it.
DEADLINE = 3.0
_LIMITER = SearchLimiter(MOST_AT_ONCE)


def search_for(connection: Connection, user_id: str, terms: Sequence[str]) -> Search | None:
    """What narrows a statement to the tasks that contain every term; None where there are no terms."""
    search: Search | None = search_of(connection).search(connection, user_id, terms) if terms else None
    return search


@contextmanager
def limited(connection: Connection, user_id: str) -> Iterator[None]:
    """For the statement of a search. Raises TooManySearches (`Database.run` tries again) and SearchTooSlow."""
    with _LIMITER.slot(user_id), deadline(connection, DEADLINE):
        yield
