"""What one person can do, also when two requests do it at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar
from uuid import uuid4

import pytest
import time_machine

from tests.factories import Factory
from web.database import Database
from web.models.moments import now
from web.models.task import Task, TaskDraft
from web.models.task_query import TaskQuery
from web.services.errors import NotFound
from web.services.tasks import StaleEdit, Tasks, purge

Result = TypeVar("Result")


def at_once(database: Database, user_id: str, act: Callable[[Tasks], Result], times: int = 4) -> list[Result]:
    """The same act in several transactions that begin together."""
    together = Barrier(times)

    def run(_: int) -> Result:
        with database.transaction() as session:
            together.wait()
            return act(Tasks(session.connection(), user_id))

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def test_completing_at_once_is_one_change(database: Database, make: Factory) -> None:
    task = make.task(make.person())
    assert task.id
    number = task.id

    at_once(database, task.user_id, lambda tasks: tasks.complete(number))

    stored = make.stored(task)
    assert stored
    assert (stored.completed, stored.version) == (True, 2)


def test_adding_the_same_form_at_once_is_one_task(database: Database, make: Factory) -> None:
    person, op = make.person(), str(uuid4())

    made = at_once(database, person.id, lambda tasks: tasks.add(TaskDraft(title="Buy milk"), op))

    assert len({task.id for task in made}) == 1
    with database.reading() as session:
        assert Tasks(session.connection(), person.id).counts(TaskQuery()).all == 1


def test_of_two_edits_at_once_one_is_stale(database: Database, make: Factory) -> None:
    task = make.task(make.person())
    assert task.id
    number, titles = task.id, iter(["one", "two"])

    def edit(tasks: Tasks) -> str:
        title = next(titles)
        try:
            return tasks.edit(number, TaskDraft(title=title), version=1).title
        except StaleEdit as stale:
            return f"stale, saw {stale.task.title}"

    answers = at_once(database, task.user_id, edit, times=2)

    stored = make.stored(task)
    assert stored
    assert stored.title in ("one", "two")
    assert stored.version == 2
    assert set(answers) == {stored.title, f"stale, saw {stored.title}"}


def test_created_at_never_changes_and_updated_at_always_does(database: Database, make: Factory) -> None:
    task = make.task(make.person())
    assert task.id
    moments = [task.updated_at]
    acts: list[Callable[[Tasks], Task]] = [
        lambda tasks: tasks.edit(task.id or 0, TaskDraft(title="Buy tea"), 1),
        lambda tasks: tasks.complete(task.id or 0),
        lambda tasks: tasks.reopen(task.id or 0),
    ]

    for act in acts:
        with database.transaction() as session:
            act(Tasks(session.connection(), task.user_id))
        stored = make.stored(task)
        assert stored
        assert stored.created_at == task.created_at
        moments.append(stored.updated_at)

    assert moments == sorted(set(moments))


def test_a_clock_that_steps_back_never_takes_updated_at_along(database: Database, make: Factory) -> None:
    task = make.task(make.person())

    with time_machine.travel(now() - timedelta(days=1)), database.transaction() as session:
        Tasks(session.connection(), task.user_id).complete(task.id or 0)

    stored = make.stored(task)
    assert stored
    assert stored.updated_at >= task.updated_at


def test_moments_are_aware_and_exact(make: Factory) -> None:
    task = make.task(make.person())

    stored = make.stored(task)

    assert stored
    assert stored.created_at == task.created_at
    assert stored.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("number", [0, -1, 2**31, 2**63, 10**30])
def test_an_impossible_number_is_not_found(database: Database, make: Factory, number: int) -> None:
    person = make.person()

    with database.reading() as session, pytest.raises(NotFound):
        Tasks(session.connection(), person.id).get(number)


def test_what_was_deleted_is_kept_for_thirty_days(database: Database, make: Factory) -> None:
    person = make.person()
    kept = make.task(person, "kept", deleted_at=now() - timedelta(days=29, hours=23))
    old = make.task(person, "old", deleted_at=now() - timedelta(days=30, hours=1))
    here = make.task(person, "here")

    with database.transaction() as session:
        assert purge(session) == 1

    assert [make.stored(task) for task in (kept, old, here)] == [kept, None, here]


def test_reading_begins_nothing(database: Database, make: Factory) -> None:
    """A reader never holds up a writer, on SQLite either."""
    person = make.person()
    with database.reading() as session:
        reader = Tasks(session.connection(), person.id)
        reader.counts(TaskQuery())

        make.task(person)

        assert reader.counts(TaskQuery()).all == 1
