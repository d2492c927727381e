"""What two units of work do to the same records at once, and what undo finds later."""

from threading import Thread
from uuid import uuid4

import pytest

from tests.factories import Factory
from tests.services.planner import Planner
from web.db.database import Database
from web.domain.actor import Actor
from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.models.task_drafts import NewTask
from web.services.history import History
from web.services.lists import Lists
from web.services.tasks import Tasks


@pytest.mark.databases("postgresql")
def test_no_task_is_added_to_a_list_while_it_is_deleted(ada_plans: Planner, database: Database) -> None:
    garden = ada_plans.add_list("Garden")
    actor, outcome = ada_plans.actor, list[object]()

    def add() -> None:
        try:
            with database.transaction() as session:
                draft = NewTask(title="Dig", list_id=garden.id)
                outcome.append(Tasks(session.connection(), actor).add(draft, str(uuid4())))
        except NotFound as problem:
            outcome.append(problem)

    adding = Thread(target=add)
    with database.transaction() as session:
        Lists(session.connection(), actor).delete(garden.id or 0)
        adding.start()
        # It waits for this transaction.
        adding.join(0.5)
        assert adding.is_alive()
    adding.join()

    assert [type(one) for one in outcome] == [NotFound]


def test_undo_of_a_move_makes_no_circle_of_lists(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")
    garden = ada_plans.add_list("Garden", parent_id=home.id)
    ada_plans.lists(lambda lists: lists.move(garden.id or 0, None))
    moved = ada_plans.operation
    ada_plans.lists(lambda lists: lists.move(home.id or 0, garden.id))

    with pytest.raises(CannotUndo, match="cannot be moved into itself"):
        ada_plans.undo(moved)


def test_undo_of_a_move_needs_the_list_around_it(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")
    garden = ada_plans.add_list("Garden", parent_id=home.id)
    ada_plans.lists(lambda lists: lists.move(garden.id or 0, None))
    moved = ada_plans.operation
    ada_plans.lists(lambda lists: lists.delete(home.id or 0))

    with pytest.raises(CannotUndo, match="is gone"):
        ada_plans.undo(moved)


def test_a_form_sent_again_after_its_task_was_deleted_adds_nothing(database: Database, make: Factory) -> None:
    actor, key = Actor(make.user().id), str(uuid4())
    with database.transaction() as session:
        task = Tasks(session.connection(), actor).add(NewTask(title="Buy milk"), key)
        Tasks(session.connection(), actor).delete(task.id or 0)

    with database.transaction() as session, pytest.raises(NotPossible, match="deleted since"):
        Tasks(session.connection(), actor).add(NewTask(title="Buy milk"), key)


def test_a_step_is_not_added_to_a_deleted_task(database: Database, make: Factory) -> None:
    actor = Actor(make.user().id)
    with database.transaction() as session:
        tasks = Tasks(session.connection(), actor)
        task = tasks.add(NewTask(title="Shopping"), str(uuid4()))
        tasks.delete(task.id or 0)

    with database.transaction() as session, pytest.raises(NotFound):
        Tasks(session.connection(), actor).add(NewTask(title="Milk", parent_id=task.id), str(uuid4()))


def test_undo_of_taking_a_step_out_needs_its_task(ada_plans: Planner, database: Database) -> None:
    shopping = ada_plans.add("Shopping")
    milk = ada_plans.add("Milk", parent_id=shopping.id)
    operation = str(uuid4())
    with database.transaction() as session:
        tasks = Tasks(session.connection(), Actor(ada_plans.actor.user_id, operation))
        step = tasks.any(milk.id or 0)
        tasks.change(step, "move", {"parent_id": (shopping.id, None)})
    ada_plans.tasks(lambda tasks: tasks.delete(shopping.id or 0))

    with database.transaction() as session, pytest.raises(CannotUndo, match="is gone"):
        History(session.connection(), ada_plans.actor).undo(operation)
