"""The task service, also with concurrent transactions of one user."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text

from testkit.patience import wait_until
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import NotFound
from web.domain.timestamps import utc_now
from web.models.task import Task, TaskDraft, TaskRow
from web.models.task_query import TaskQuery
from web.services.paging import MOST
from web.services.purging import purge
from web.services.records import EditConflict
from web.services.tasks import Tasks

Result = TypeVar("Result")


def at_once(database: Database, user_id: str, action: Callable[[Tasks], Result], times: int = 4) -> list[Result]:
    """Run the action in several transactions that start together."""
    together = Barrier(times)

    def run(_: int) -> Result:
        with database.transaction() as session:
            together.wait()
            return action(Tasks(session.connection(), Actor(user_id)))

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_concurrent_completes_are_one_change(database: Database, make: Factory) -> None:
    task = make.task(make.user())
    assert task.id
    number = task.id

    at_once(database, task.user_id, lambda tasks: tasks.complete(number))

    stored = make.stored(task)
    assert stored
    assert (stored.completed, stored.version) == (True, 2)


def test_concurrent_adds_with_one_idempotency_key_are_one_task(database: Database, make: Factory) -> None:
    user, op = make.user(), str(uuid4())

    made = at_once(database, user.id, lambda tasks: tasks.add(TaskDraft(title="Buy milk"), op))

    assert len({task.id for task in made}) == 1
    with database.reading() as session:
        assert Tasks(session.connection(), Actor(user.id)).counts(TaskQuery()).all == 1


def test_one_of_two_concurrent_edits_is_a_conflict(database: Database, make: Factory) -> None:
    task = make.task(make.user())
    assert task.id
    number, titles = task.id, iter(["one", "two"])

    def edit(tasks: Tasks) -> str:
        title = next(titles)
        try:
            return tasks.edit(number, TaskDraft(title=title), version=1).title
        except EditConflict as stale:
            return f"stale, saw {stale.record.title}"

    answers = at_once(database, task.user_id, edit, times=2)

    stored = make.stored(task)
    assert stored
    assert stored.title in ("one", "two")
    assert stored.version == 2
    assert set(answers) == {stored.title, f"stale, saw {stored.title}"}


# On SQLite the second transaction begins only after the first has ended.
@pytest.mark.databases("postgresql")
def test_an_edit_that_waited_for_a_lock_detects_the_conflict(database: Database, make: Factory) -> None:
    task = make.task(make.user())

    def edit(title: str, then: Callable[[], None]) -> None:
        with database.transaction() as session:
            Tasks(session.connection(), Actor(task.user_id)).edit(task.id or 0, TaskDraft(title=title), version=1)
            then()

    with ThreadPoolExecutor(1) as pool:
        waiting: list[Future[None]] = []

        def start_a_blocked_edit() -> None:
            waiting.append(pool.submit(edit, "second", lambda: None))
            wait_for_lock_contention(database)

        edit("first", start_a_blocked_edit)
        with pytest.raises(EditConflict):
            waiting[0].result()

    stored = make.stored(task)
    assert stored
    assert stored.title == "first"


def wait_for_lock_contention(database: Database) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with database.connect(transaction=False) as connection:
        wait_until(lambda: connection.scalar(query))


def test_created_at_never_changes_and_updated_at_always_does(database: Database, make: Factory) -> None:
    task = make.task(make.user())
    assert task.id
    timestamps = [task.updated_at]
    actions: list[Callable[[Tasks], Task]] = [
        lambda tasks: tasks.edit(task.id or 0, TaskDraft(title="Buy tea"), 1),
        lambda tasks: tasks.complete(task.id or 0),
        lambda tasks: tasks.reopen(task.id or 0),
    ]

    for action in actions:
        with database.transaction() as session:
            action(Tasks(session.connection(), Actor(task.user_id)))
        stored = make.stored(task)
        assert stored
        assert stored.created_at == task.created_at
        timestamps.append(stored.updated_at)

    assert timestamps == sorted(set(timestamps))


def test_updated_at_never_moves_back_with_the_clock(database: Database, make: Factory) -> None:
    task = make.task(make.user())

    with time_machine.travel(utc_now() - timedelta(days=1)), database.transaction() as session:
        Tasks(session.connection(), Actor(task.user_id)).complete(task.id or 0)

    stored = make.stored(task)
    assert stored
    assert stored.updated_at >= task.updated_at


def test_timestamps_are_aware_and_exact(make: Factory) -> None:
    task = make.task(make.user())

    stored = make.stored(task)

    assert stored
    assert stored.created_at == task.created_at
    assert stored.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_an_id_out_of_range_is_not_found(database: Database, make: Factory, number: int) -> None:
    user = make.user()

    with database.reading() as session, pytest.raises(NotFound):
        Tasks(session.connection(), Actor(user.id)).get(number)


def test_deleted_tasks_are_purged_after_thirty_days(database: Database, make: Factory) -> None:
    user = make.user()
    kept = make.task(user, "kept", deleted_at=utc_now() - timedelta(days=29, hours=23))
    old = make.task(user, "old", deleted_at=utc_now() - timedelta(days=30, hours=1))
    here = make.task(user, "here")

    with database.transaction() as session:
        assert purge(session) == 1

    assert [make.stored(task) for task in (kept, old, here)] == [kept, None, here]


def test_reading_does_not_block_a_writer(database: Database, make: Factory) -> None:
    """A reader never blocks a writer, on SQLite either."""
    user = make.user()
    with database.reading() as session:
        reader = Tasks(session.connection(), Actor(user.id))
        reader.counts(TaskQuery())

        make.task(user)

        assert reader.counts(TaskQuery()).all == 1


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "updated"])
@pytest.mark.parametrize("status", ["all", "pending", "completed"])
def test_a_search_pages_through_every_order(database: Database, make: Factory, sort: str, status: str) -> None:
    user = make.user()
    for place in range(30):
        make.task(user, f"{'milk' if place % 3 else 'tea'} {place * 7 % 30:02}", completed=place % 4 == 0)

    found = [task for page in pages(database, user.id, status, sort) for task in page]

    keys = {"newest": "created_at", "oldest": "created_at", "title": "title", "updated": "updated_at"}
    in_order = sorted(
        found, key=lambda task: (getattr(task, keys[sort]), task.id), reverse=sort in ("newest", "updated")
    )
    assert found == in_order
    assert len(set(found)) == len(found) == {"all": 20, "pending": 15, "completed": 5}[status]


def pages(database: Database, user_id: str, status: str, sort: str) -> Iterator[Sequence[TaskRow]]:
    after: str | None = ""
    while after is not None:
        with database.reading() as session:
            query = TaskQuery(q="ILK", status=status, sort=sort, after=after)
            listing = Tasks(session.connection(), Actor(user_id)).list(query, size=6)
        yield listing.tasks
        after = listing.next


def test_more_than_a_thousand_matches_are_shown_as_1000_plus(database: Database, make: Factory) -> None:
    user = make.user()
    make.tasks(user, MOST + 5)
    make.task(user, "Task done", completed=True)

    with database.reading() as session:
        counts = Tasks(session.connection(), Actor(user.id)).counts(TaskQuery(q="task"))
        listing = Tasks(session.connection(), Actor(user.id)).list(TaskQuery(q="task"))

    assert counts == listing.counts
    assert [number for *_, number in counts.filters] == ["1,000+", "1", "1,000+"]
    assert len(listing.tasks) == 50 and listing.tasks[0].title == "Task done"
