"""Order by hand on the page of a day, and moving a task to another day."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.services.planner import TODAY, Planner, day, titles
from web.domain.errors import NotFound, NotPossible
from web.domain.ordering import FIRST_KEY
from web.models.task import Task

TOMORROW, FRIDAY_NEXT = day("2026-11-27"), day("2026-12-04")


@pytest.fixture
def four(ada_plans: Planner) -> list[Task]:
    return [ada_plans.add(title, due_on=TODAY) for title in "abcd"]


def number(task: Task) -> int:
    return task.id or 0


def today(planner: Planner) -> str:
    return "".join(titles(planner.views(lambda views: views.today()).planned))


def on(planner: Planner, date: Any) -> str:
    return "".join(titles(planner.views(lambda views: views.day(date)).planned))


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

    ada_plans.order_day(lambda ordering: ordering.move(number(four[1]), TODAY, **places))

    assert today(ada_plans) == order
    assert "".join(titles(ada_plans.views(lambda views: views.inbox()).rows)) == "abcd"
    assert ada_plans.stored(four[1]).version == 1


@pytest.mark.parametrize(
    ("at", "direction", "order"),
    [
        *((0, "up", "abcd"), (1, "up", "bacd"), (0, "down", "bacd"), (3, "down", "abcd")),
        *((2, "top", "cabd"), (1, "bottom", "acdb"), (3, "bottom", "abcd")),
    ],
)
def test_a_task_is_nudged_and_undo_puts_it_back(
    ada_plans: Planner, four: list[Task], at: int, direction: Any, order: str
) -> None:
    ada_plans.order_day(lambda ordering: ordering.nudge(number(four[at]), TODAY, direction))
    operation, moved = ada_plans.operation, today(ada_plans)
    if moved != "abcd":
        ada_plans.undo(operation)

    assert (moved, today(ada_plans)) == (order, "abcd")


def test_tasks_with_a_time_come_first_and_keep_their_place(ada_plans: Planner, four: list[Task]) -> None:
    late, early = (ada_plans.add(title, due_on=TODAY, due_time=at) for title, at in (("y", "18:00"), ("x", "16:00")))

    for action in (
        lambda ordering: ordering.nudge(number(early), TODAY, "down"),
        lambda ordering: ordering.move(number(early), TODAY, after=number(late)),
    ):
        with pytest.raises(NotPossible, match="in the order of their times"):
            ada_plans.order_day(action)

    assert today(ada_plans) == "xyabcd"


@pytest.mark.parametrize("where", ["after", "before"])
def test_next_to_a_task_with_a_time_is_behind_all_of_those(ada_plans: Planner, four: list[Task], where: str) -> None:
    timed = ada_plans.add("x", due_on=TODAY, due_time="16:00")

    ada_plans.order_day(lambda ordering: ordering.move(number(four[2]), TODAY, **{where: number(timed)}))

    assert today(ada_plans) == "xcabd"


def test_next_to_where_a_completed_neighbour_stood(ada_plans: Planner, four: list[Task]) -> None:
    ada_plans.complete(four[1])

    ada_plans.order_day(lambda ordering: ordering.move(number(four[3]), TODAY, after=number(four[1])))

    assert today(ada_plans) == "adc"


def test_what_the_page_does_not_show_is_not_stepped_over(ada_plans: Planner, four: list[Task]) -> None:
    garden = ada_plans.add_list("Garden")
    hidden = ada_plans.add("hidden", due_on=TODAY, list_id=garden.id)
    ada_plans.lists(lambda lists: lists.archive(garden.id or 0))
    ada_plans.order_day(lambda ordering: ordering.move(number(hidden), TODAY, after=number(four[0])))

    ada_plans.order_day(lambda ordering: ordering.nudge(number(four[1]), TODAY, "up"))

    assert today(ada_plans) == "bacd"


def test_tasks_that_were_never_ordered_are_renumbered(ada_plans: Planner, four: list[Task]) -> None:
    with ada_plans.database.transaction() as session:
        session.connection().execute(text(f"UPDATE tasks SET position = '{FIRST_KEY}'"))

    ada_plans.order_day(lambda ordering: ordering.move(number(four[3]), TODAY, after=number(four[0])))

    assert today(ada_plans) == "adbc"
    assert {task.version for task in ada_plans.all()} == {1}


def test_keys_stay_short_below_the_same_row(ada_plans: Planner, four: list[Task]) -> None:
    for turn in range(100):
        moved = four[1 + turn % 3]
        ada_plans.order_day(lambda ordering, m=moved: ordering.move(number(m), TODAY, after=number(four[0])))

    assert today(ada_plans)[:2] == "a" + moved.title
    assert max(len(task.day_position or "") for task in ada_plans.all()) <= 50


class TestOtherDays:
    def test_a_task_is_brought_to_a_day_at_its_place_and_undo_takes_both_back(
        self, ada_plans: Planner, four: list[Task]
    ) -> None:
        moved = ada_plans.add("x", due_on=FRIDAY_NEXT)

        ada_plans.order_day(lambda ordering: ordering.move(number(moved), TODAY, after=number(four[0])))
        operation, there = ada_plans.operation, (today(ada_plans), ada_plans.stored(moved).due_on)
        ada_plans.undo(operation)

        assert there == ("axbcd", TODAY)
        assert (today(ada_plans), on(ada_plans, FRIDAY_NEXT)) == ("abcd", "x")

    def test_one_with_a_time_keeps_it_there(self, ada_plans: Planner, four: list[Task]) -> None:
        moved = ada_plans.add("x", due_on=TODAY, due_time="18:00")

        ada_plans.order_day(lambda ordering: ordering.move(number(moved), TOMORROW))

        stored = ada_plans.stored(moved)
        assert (stored.due_on, stored.due_time) == (TOMORROW, "18:00")

    def test_of_one_that_rests_the_start_moves(self, ada_plans: Planner) -> None:
        moved = ada_plans.add("x", start_on=TOMORROW, due_on=day("2026-12-20"))

        ada_plans.order_day(lambda ordering: ordering.move(number(moved), FRIDAY_NEXT))

        stored = ada_plans.stored(moved)
        assert (stored.start_on, stored.due_on) == (FRIDAY_NEXT, day("2026-12-20"))

    def test_what_has_started_becomes_due_today(self, ada_plans: Planner, four: list[Task]) -> None:
        started = ada_plans.add("x", start_on=day("2026-11-20"), due_on=FRIDAY_NEXT)

        ada_plans.order_day(lambda ordering: ordering.move(number(started), TODAY, before=number(four[0])))

        assert today(ada_plans) == "xabcd"

    def test_tasks_that_begin_on_a_day_are_ordered_behind_those_due(self, ada_plans: Planner) -> None:
        due = ada_plans.add("d", due_on=TOMORROW)
        a, b = (ada_plans.add(title, start_on=TOMORROW) for title in "ab")

        ada_plans.order_day(lambda ordering: ordering.nudge(number(b), TOMORROW, "up"))
        nudged = on(ada_plans, TOMORROW)
        ada_plans.order_day(lambda ordering: ordering.move(number(a), TOMORROW, after=number(due)))
        ada_plans.order_day(lambda ordering: ordering.move(number(due), TOMORROW, after=number(b)))

        assert (nudged, on(ada_plans, TOMORROW)) == ("dba", "dab")

    @pytest.mark.parametrize("values", [{}, {"due_on": FRIDAY_NEXT}, {"start_on": day("2026-11-20")}])
    def test_a_task_that_is_not_on_the_day_is_not_nudged_there(
        self, ada_plans: Planner, values: dict[str, Any]
    ) -> None:
        task = ada_plans.add(**values)

        with pytest.raises(NotPossible, match="no longer on this day"):
            ada_plans.order_day(lambda ordering: ordering.nudge(number(task), TODAY, "up"))

    def test_a_deleted_task_is_not_found(self, ada_plans: Planner, four: list[Task]) -> None:
        ada_plans.tasks(lambda tasks: tasks.delete(number(four[0])))

        with pytest.raises(NotFound):
            ada_plans.order_day(lambda ordering: ordering.move(number(four[0]), TODAY))
