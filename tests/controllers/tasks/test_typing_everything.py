"""Arbitrary searches neither leak memory nor cost more time per word."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import event
from sqlalchemy.engine.interfaces import CacheStats

from tests.client import ORIGIN, HtmlClient
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.timestamps import iso, utc_now
from web.models.task_query import SORTS, STATUSES, TaskQuery
from web.services.paging import counts_of, page_of
from web.services.tasks import Tasks

LETTERS = [*"aaabcdeéßİ牛%_\\'\"", "\u00ad", "zq"]
MEGABYTE = 1_000_000


@pytest.fixture
def ada(app: Litestar, make: Factory) -> Iterator[HtmlClient]:
    with TestClient(app, base_url=ORIGIN) as client:
        user = make.user("Ada")
        for place in range(60):
            make.task(user, f"Task {place}", description="a" * 990)
        yield HtmlClient(client).signed_in_as(user, make)


def addresses(random: Random, words: int) -> Iterator[str]:
    """URLs of a search with that many words, for every sort order, status and page."""
    for sort, status, onward in product(SORTS, STATUSES, (False, True)):
        typed = ["".join(random.choices(LETTERS, k=random.randint(1, 6))) for _ in range(words)]
        after = f"{'Task' if sort == 'title' else iso(utc_now())}~7" if onward else ""
        yield "/tasks?" + urlencode({"q": " ".join(typed), "sort": sort, "status": status, "after": after})


def test_searches_leak_no_memory_and_compile_no_new_statements(app: Litestar, ada: HtmlClient) -> None:
    random, compiled = Random(1), []
    for words in (1, 2, 3):
        visit_all(ada, addresses(random, words))
    # SQLite has a second search statement, for queries without a trigram.
    visit_all(ada, (address.replace("?q=", "?q=a&x=") for address in addresses(random, 1)))
    record_compiled(app.state.database, compiled)
    tracemalloc.start()
    before = traced()

    for words in (1, 2, 5, 8, 9, 20, 50, 100):
        visit_all(ada, addresses(random, words))

    kept = traced() - before
    tracemalloc.stop()
    assert compiled == []
    assert kept < 5 * MEGABYTE


def visit_all(visitor: HtmlClient, paths: Iterator[str]) -> None:
    for path in paths:
        assert visitor.get(path).status == 200, path


def traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def record_compiled(database: Database, compiled: list[str]) -> None:
    def record(_: object, __: object, statement: str, ___: object, context: object, ____: bool) -> None:
        if getattr(context, "cache_hit", None) is not CacheStats.CACHE_HIT:
            compiled.append(statement)

    for engine in {database.engine, database.autocommit}:
        event.listen(engine, "before_cursor_execute", record)


def test_the_compiled_search_statements_use_less_than_fifty_megabytes(app: Litestar, ada: HtmlClient) -> None:
    page_of.cache_clear(), counts_of.cache_clear()
    tracemalloc.start()
    before = traced()

    for words in (1, 3, 30):
        visit_all(ada, addresses(Random(words), words))

    kept = traced() - before
    tracemalloc.stop()
    assert kept < 50 * MEGABYTE


def test_a_search_for_a_hundred_words_costs_no_more_python_than_for_eight(database: Database, ada: HtmlClient) -> None:
    """Counts function calls, because elapsed time also depends on the load of the machine."""
    words = [f"word{number}" for number in range(100)]
    with database.autocommit.connect() as connection:
        tasks = Tasks(connection, Actor(ada.user.id))

        def search(number: int) -> Callable[[], object]:
            return lambda: tasks.list(TaskQuery.read({"q": " ".join(words[:number])}))

        calls(search(8))
        assert calls(search(100)) < 1.5 * calls(search(8))


def calls(action: Callable[[], object]) -> int:
    """The number of Python and C function calls."""
    number = 0

    def count(_: object, what: str, __: object) -> None:
        nonlocal number
        number += what in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return number
