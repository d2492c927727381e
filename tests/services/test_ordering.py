"""Order by hand in lists and among steps; moving between lists and tasks."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.planner import Planner, titles
from web.domain.errors import NotFound, NotPossible
from web.domain.ordering import FIRST_KEY
from web.models.task import Task
from web.services.ordering import Place


@pytest.fixture
def four(ada_plans: Planner) -> list[Task]:
    return [ada_plans.add(title) for title in "abcd"]


def inbox(planner: Planner) -> str:
    return "".join(titles(planner.views(lambda views: views.inbox()).rows))


def number(task: Task) -> int:
    return task.id or 0


def test_added_tasks_stand_in_the_order_they_were_added(ada_plans: Planner, four: list[Task]) -> None:
    assert inbox(ada_plans) == "abcd"


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"after": 0}, "abcd"),
        ({"after": 2}, "acbd"),
        ({"after": 3}, "acdb"),
        ({"before": 0}, "bacd"),
        ({"before": 3}, "acbd"),
        ({}, "acdb"),
    ],
)
def test_the_second_is_moved(ada_plans: Planner, four: list[Task], where: dict[str, int], order: str) -> None:
    places = {name: number(four[at]) for name, at in where.items()}

    ada_plans.order(lambda ordering: ordering.move(number(four[1]), **places))

    assert inbox(ada_plans) == order
    assert ada_plans.stored(four[1]).version == 1


@pytest.mark.parametrize(
    ("at", "direction", "order"),
    [
        *((0, "up", "abcd"), (1, "up", "bacd"), (3, "up", "abdc")),
        *((0, "down", "bacd"), (2, "down", "abdc"), (3, "down", "abcd")),
        *((2, "top", "cabd"), (0, "top", "abcd"), (1, "bottom", "acdb"), (3, "bottom", "abcd")),
    ],
)
def test_a_task_is_nudged(ada_plans: Planner, four: list[Task], at: int, direction: Any, order: str) -> None:
    ada_plans.order(lambda ordering: ordering.nudge(number(four[at]), direction))

    assert inbox(ada_plans) == order


def test_moving_is_undone(ada_plans: Planner, four: list[Task]) -> None:
    ada_plans.order(lambda ordering: ordering.move(number(four[3]), before=number(four[0])))

    ada_plans.undo()

    assert inbox(ada_plans) == "abcd"


def test_next_to_where_a_completed_neighbour_stood(ada_plans: Planner, four: list[Task]) -> None:
    ada_plans.complete(four[1])

    ada_plans.order(lambda ordering: ordering.move(number(four[3]), after=number(four[1])))

    assert inbox(ada_plans) == "adc"


def test_tasks_that_were_never_ordered_are_renumbered(ada_plans: Planner, four: list[Task]) -> None:
    with ada_plans.database.transaction() as session:
        session.connection().execute(text(f"UPDATE tasks SET position = '{FIRST_KEY}'"))

    ada_plans.order(lambda ordering: ordering.move(number(four[3]), after=number(four[0])))

    operation, moved = ada_plans.operation, inbox(ada_plans)
    ada_plans.undo(operation)

    assert (moved, inbox(ada_plans)) == ("adbc", "abcd")
    assert {task.version for task in ada_plans.all()} == {1}


def test_a_reopened_task_may_share_its_key_with_another(ada_plans: Planner, four: list[Task]) -> None:
    a, b, c, d = four
    ada_plans.order(lambda ordering: ordering.move(number(d), after=number(a)))
    ada_plans.complete(d)
    ada_plans.order(lambda ordering: ordering.move(number(c), after=number(a)))
    ada_plans.tasks(lambda tasks: tasks.reopen(number(d)))

    ada_plans.order(lambda ordering: ordering.move(number(b), after=number(c)))

    assert inbox(ada_plans).startswith("a")
    assert "cb" in inbox(ada_plans)


def test_keys_stay_short_after_many_moves(ada_plans: Planner, four: list[Task]) -> None:
    random = Random(1)
    order = list(four)
    for _ in range(150):
        moved = order.pop(random.randrange(4))
        at = random.randrange(3)
        order.insert(at + 1, moved)
        ada_plans.order(lambda ordering, m=moved, n=order[at]: ordering.move(number(m), after=number(n)))

    assert inbox(ada_plans) == "".join(titles(order))
    assert max(len(task.position) for task in ada_plans.all()) <= 50


def test_below_the_same_row_a_hundred_times(ada_plans: Planner, four: list[Task]) -> None:
    for turn in range(100):
        moved = four[1 + turn % 3]
        ada_plans.order(lambda ordering, m=moved: ordering.move(number(m), after=number(four[0])))

    assert inbox(ada_plans)[:2] == "a" + moved.title
    assert max(len(task.position) for task in ada_plans.all()) <= 50


def test_its_place_is_told(ada_plans: Planner, four: list[Task]) -> None:
    ada_plans.complete(four[0])

    assert ada_plans.order(lambda ordering: ordering.place_in_list(four[2])) == Place(2, 3)


class TestLists:
    def test_a_task_moves_with_its_steps_and_undo_brings_them_back(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        task = ada_plans.add("Task")
        step = ada_plans.add("Step", parent_id=task.id)

        ada_plans.order(lambda ordering: ordering.to_list(number(task), home.id))
        moved = [ada_plans.stored(one).list_id for one in (task, step)]
        ada_plans.undo()

        assert moved == [home.id] * 2
        assert [ada_plans.stored(one).list_id for one in (task, step)] == [None] * 2

    def test_it_goes_to_the_end_or_next_to_a_task_there(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        first, _ = ada_plans.add("1", list_id=home.id), ada_plans.add("2", list_id=home.id)
        one, two = ada_plans.add("a"), ada_plans.add("b")

        ada_plans.order(lambda ordering: ordering.to_list(number(one), home.id))
        ada_plans.order(lambda ordering: ordering.to_list(number(two), home.id, after=number(first)))

        assert titles(ada_plans.views(lambda views: views.of_list(home.id or 0)).rows) == ["1", "b", "2", "a"]

    def test_sections_come_after_the_list_itself(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        kitchen = ada_plans.add_list("Kitchen", parent_id=home.id, is_section=True)
        garden = ada_plans.add_list("Garden", parent_id=home.id, is_section=True)
        ada_plans.add_list("Not a section", parent_id=home.id)
        for list_id, title in ((garden.id, "c"), (kitchen.id, "b"), (home.id, "a"), (garden.id, "d"), (None, "x")):
            ada_plans.add(title, list_id=list_id)

        rows = ada_plans.views(lambda views: views.of_list(home.id or 0)).rows

        assert "".join(titles(rows)) == "abcd"

    def test_a_deleted_list_takes_no_tasks(self, ada_plans: Planner) -> None:
        home, task = ada_plans.add_list("Home"), ada_plans.add()
        ada_plans.lists(lambda lists: lists.delete(home.id or 0))

        with pytest.raises(NotFound):
            ada_plans.order(lambda ordering: ordering.to_list(number(task), home.id))


class TestSteps:
    def test_a_task_becomes_a_step_and_a_task_again(self, ada_plans: Planner, four: list[Task]) -> None:
        ada_plans.order(lambda ordering: ordering.indent(number(four[1])))
        below = (inbox(ada_plans), ada_plans.stored(four[1]).parent_id)

        ada_plans.order(lambda ordering: ordering.outdent(number(four[1])))

        assert below == ("acd", four[0].id)
        assert (inbox(ada_plans), ada_plans.stored(four[1]).parent_id) == ("abcd", None)

    def test_the_first_task_cannot_be_indented(self, ada_plans: Planner, four: list[Task]) -> None:
        with pytest.raises(NotPossible):
            ada_plans.order(lambda ordering: ordering.indent(number(four[0])))

    def test_no_task_is_a_step_of_itself(self, ada_plans: Planner, four: list[Task]) -> None:
        ada_plans.order(lambda ordering: ordering.to_parent(number(four[1]), number(four[0])))

        for parent in four[:2]:
            with pytest.raises(NotPossible, match="of itself"):
                ada_plans.order(lambda ordering, p=parent: ordering.to_parent(number(four[0]), number(p)))

    def test_steps_that_would_be_too_deep_are_refused(self, ada_plans: Planner) -> None:
        deep = ada_plans.add("1")
        for level in "234":
            deep = ada_plans.add(level, parent_id=deep.id)
        pair = ada_plans.add("a")
        ada_plans.add("b", parent_id=pair.id)
        top = ada_plans.all()[0]

        with pytest.raises(NotPossible, match="levels deep"):
            ada_plans.order(lambda ordering: ordering.to_parent(number(pair), number(deep)))
        ada_plans.order(lambda ordering: ordering.to_parent(number(pair), number(top)))

    def test_steps_have_an_order_of_their_own(self, ada_plans: Planner) -> None:
        task = ada_plans.add("Task")
        steps = [ada_plans.add(title, parent_id=task.id) for title in "abc"]

        ada_plans.order(lambda ordering: ordering.move(number(steps[2]), before=number(steps[0])))

        assert "".join(titles(ada_plans.views(lambda views: views.steps(number(task))))) == "cab"
