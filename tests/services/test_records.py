"""Behaviour shared by all record services: edits per field, events, undo and access."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from sqlmodel import col, select

from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor, new_operation
from web.domain.errors import CannotUndo, NotFound
from web.models.event import Event
from web.models.label import LabelDraft
from web.models.task import Task, TaskDraft
from web.models.user import User
from web.services.history import History
from web.services.labels import Labels
from web.services.records import EditConflict, Records
from web.services.tasks import Tasks

Result = TypeVar("Result")
AnyRecords = TypeVar("AnyRecords", bound=Any)


@pytest.fixture
def ada(make: Factory) -> User:
    return make.user("Ada")


@pytest.fixture
def bob(make: Factory) -> User:
    return make.user("Bob")


def run(
    database: Database,
    service: Callable[..., AnyRecords],
    user: User,
    work: Callable[[AnyRecords], Result],
    operation: str = "",
) -> Result:
    """Run an action of one service in a transaction of its own."""
    with database.transaction() as session:
        return work(service(session.connection(), Actor(user.id, operation or new_operation())))


def events(database: Database, user: User) -> list[Event]:
    with database.reading() as session:
        return list(session.exec(select(Event).where(Event.user_id == user.id).order_by(col(Event.id))).all())


class TestEditing:
    def test_unedited_fields_keep_the_value_of_another_edit(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk", description="two")
        run(
            database,
            Tasks,
            ada,
            lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy oat milk", description="two"), 1),
        )

        edited = run(
            database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy milk", description="three"), 1)
        )

        assert (edited.title, edited.description, edited.version) == ("Buy oat milk", "three", 3)

    def test_completing_in_between_is_no_conflict(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk")
        run(database, Tasks, ada, lambda tasks: tasks.complete(task.id))

        edited = run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 1))

        assert (edited.title, edited.completed) == ("Buy tea", True)

    def test_a_field_that_both_changed_is_a_conflict(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk", description="two")
        run(
            database,
            Tasks,
            ada,
            lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy oat milk", description="two"), 1),
        )

        with pytest.raises(EditConflict) as conflict:
            run(
                database,
                Tasks,
                ada,
                lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea", description="one"), 1),
            )

        assert (conflict.value.fields, conflict.value.edited) == (["title"], ["title", "description"])
        assert stored(make, task).title == "Buy oat milk"

    def test_the_same_value_twice_is_no_conflict(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk")

        for _ in range(2):
            edited = run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 1))

        assert edited.version == 2

    def test_a_change_that_was_reverted_is_no_conflict(self, database: Database, ada: User, make: Factory) -> None:
        label = make.record("labels", ada, name="errand")
        for version, name in ((1, "home"), (2, "errand")):
            draft = LabelDraft(name=name)
            run(database, Labels, ada, lambda labels, d=draft, v=version: labels.edit(label.id, d, v))  # type: ignore[misc]

        edited = run(
            database, Labels, ada, lambda labels: labels.edit(label.id, LabelDraft(name="errand", colour="teal"), 1)
        )

        assert (edited.name, edited.colour) == ("errand", "teal")

    @pytest.mark.parametrize("version", [0, 2, 99])
    def test_an_unknown_version_is_a_conflict(self, database: Database, ada: User, make: Factory, version: int) -> None:
        task = make.task(ada, "Buy milk", version=1)

        with pytest.raises(EditConflict):
            run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), version))

    def test_changes_without_recorded_events_are_a_conflict(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk", version=4)

        with pytest.raises(EditConflict):
            run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 3))


class TestEvents:
    def test_every_change_writes_one_event(self, database: Database, ada: User) -> None:
        label = run(database, Labels, ada, lambda labels: labels.add(LabelDraft(name="errand"), str(uuid4())))
        run(database, Labels, ada, lambda labels: labels.edit(label.id, LabelDraft(name="home"), 1))
        run(database, Labels, ada, lambda labels: labels.delete(label.id))
        run(database, Labels, ada, lambda labels: labels.restore(label.id))

        found = [(event.action, event.version, list(event.changes)) for event in events(database, ada)]

        assert found == [
            ("add", 1, []),
            ("edit", 2, ["name"]),
            ("delete", 2, ["deleted_at"]),
            ("restore", 2, ["deleted_at"]),
        ]

    def test_an_action_without_effect_writes_no_event(self, database: Database, ada: User, make: Factory) -> None:
        task = make.task(ada, "Buy milk", completed=True)
        actions: list[Callable[[Tasks], object]] = [
            lambda tasks: tasks.complete(task.id),
            lambda tasks: tasks.restore(task.id),
            lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy milk"), 1),
        ]

        for action in actions:
            run(database, Tasks, ada, action)

        assert events(database, ada) == []

    def test_an_event_has_the_operation_and_both_values(self, database: Database, ada: User, make: Factory) -> None:
        task, operation = make.task(ada, "Buy milk"), new_operation()

        run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 1), operation)

        (event,) = events(database, ada)
        assert (event.operation, event.subject, event.subject_id) == (operation, "tasks", task.id)
        assert event.changes == {"title": ["Buy milk", "Buy tea"]}

    def test_deleting_a_user_deletes_their_events(self, database: Database, ada: User) -> None:
        run(database, Labels, ada, lambda labels: labels.add(LabelDraft(name="errand"), str(uuid4())))

        with database.transaction() as session:
            session.connection().exec_driver_sql(f"DELETE FROM users WHERE id = '{ada.id}'")

        assert events(database, ada) == []


class TestUndo:
    @pytest.mark.parametrize("verb", ["edit", "complete", "delete"])
    def test_undo_restores_the_previous_values(self, database: Database, ada: User, make: Factory, verb: str) -> None:
        task, operation = make.task(ada, "Buy milk", description="two"), new_operation()
        verbs: dict[str, Callable[[Tasks], object]] = {
            "edit": lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 1),
            "complete": lambda tasks: tasks.complete(task.id),
            "delete": lambda tasks: tasks.delete(task.id),
        }
        run(database, Tasks, ada, verbs[verb], operation)
        changed = content(stored(make, task))

        run(database, History, ada, lambda history: history.undo(operation))

        assert changed != content(task)
        assert content(stored(make, task)) == content(task)

    def test_undoing_an_add_deletes_the_record(self, database: Database, ada: User) -> None:
        operation = new_operation()
        run(database, Labels, ada, lambda labels: labels.add(LabelDraft(name="errand"), operation), operation)

        run(database, History, ada, lambda history: history.undo(operation))

        assert run(database, Labels, ada, lambda labels: labels.all()) == []

    def test_a_bulk_operation_is_undone_as_a_whole(self, database: Database, ada: User, make: Factory) -> None:
        tasks, operation = [make.task(ada, f"Task {number}") for number in range(3)], new_operation()
        run(database, Tasks, ada, lambda service: [service.complete(task.id) for task in tasks], operation)

        run(database, History, ada, lambda history: history.undo(operation))

        assert [stored(make, task).completed for task in tasks] == [False] * 3

    def test_a_later_change_of_the_same_field_refuses_the_whole_undo(
        self, database: Database, ada: User, make: Factory
    ) -> None:
        first, second, operation = make.task(ada, "One"), make.task(ada, "Two"), new_operation()
        run(database, Tasks, ada, lambda tasks: [tasks.complete(one.id) for one in (first, second)], operation)
        run(database, Tasks, ada, lambda tasks: tasks.reopen(first.id))

        with pytest.raises(CannotUndo, match="Completed has changed since"):
            run(database, History, ada, lambda history: history.undo(operation))

        assert stored(make, second).completed

    def test_a_later_change_of_another_field_does_not_refuse_undo(
        self, database: Database, ada: User, make: Factory
    ) -> None:
        task, operation = make.task(ada, "Buy milk"), new_operation()
        run(database, Tasks, ada, lambda tasks: tasks.complete(task.id), operation)
        run(database, Tasks, ada, lambda tasks: tasks.edit(task.id, TaskDraft(title="Buy tea"), 2))

        run(database, History, ada, lambda history: history.undo(operation))

        assert (stored(make, task).title, stored(make, task).completed) == ("Buy tea", False)

    def test_an_undo_can_be_undone(self, database: Database, ada: User, make: Factory) -> None:
        task, operation, undo = make.task(ada), new_operation(), new_operation()
        run(database, Tasks, ada, lambda tasks: tasks.complete(task.id), operation)
        run(database, History, ada, lambda history: history.undo(operation), undo)

        run(database, History, ada, lambda history: history.undo(undo))

        assert stored(make, task).completed

    def test_undoing_twice_is_not_found(self, database: Database, ada: User, make: Factory) -> None:
        task, operation = make.task(ada), new_operation()
        run(database, Tasks, ada, lambda tasks: tasks.complete(task.id), operation)
        run(database, History, ada, lambda history: history.undo(operation))

        with pytest.raises(NotFound):
            run(database, History, ada, lambda history: history.undo(operation))

    def test_another_users_operation_is_not_found(
        self, database: Database, ada: User, bob: User, make: Factory
    ) -> None:
        task, operation = make.task(ada), new_operation()
        run(database, Tasks, ada, lambda tasks: tasks.complete(task.id), operation)

        with pytest.raises(NotFound):
            run(database, History, bob, lambda history: history.undo(operation))

        assert stored(make, task).completed


@pytest.mark.parametrize("service", [Tasks, Labels])
def test_another_users_record_is_never_reached(
    database: Database, ada: User, bob: User, make: Factory, service: type[Records[Any]]
) -> None:
    record = make.task(ada) if service is Tasks else make.record("labels", ada, name="errand")
    draft: Any = TaskDraft(title="Bob was here") if service is Tasks else LabelDraft(name="Bob was here")
    verbs: list[Callable[[Records[Any]], object]] = [
        lambda records: records.get(record.id),
        lambda records: records.edit(record.id, draft, 1),
        lambda records: records.delete(record.id),
        lambda records: records.restore(record.id),
    ]

    for verb in verbs:
        with pytest.raises(NotFound):
            run(database, service, bob, verb)

    assert run(database, service, bob, lambda records: records.all()) == []
    assert run(database, service, ada, lambda records: records.get(record.id)).version == 1


def content(task: Task) -> tuple[object, ...]:
    return task.title, task.description, task.completed, task.deleted_at


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found
