"""Lists are ordered by hand among the lists around them, sections in their list."""

import pytest

from tests.services.planner import Planner
from web.domain.errors import NotFound
from web.models.list import List
from web.services.history import History
from web.services.list_ordering import ListOrdering
from web.services.ordering import Direction


def names(planner: Planner) -> list[str]:
    return [one.name for one in planner.lists(lambda lists: lists.in_order())]


def nudge(planner: Planner, moved: List, direction: Direction) -> None:
    planner.run(ListOrdering, lambda lists: lists.nudge(moved.id or 0, direction))


@pytest.mark.parametrize(
    ("direction", "order"),
    [
        ("up", ["Garden", "Home", "Work", "Books"]),
        ("down", ["Home", "Work", "Garden", "Books"]),
        ("top", ["Garden", "Home", "Work", "Books"]),
        ("bottom", ["Home", "Work", "Books", "Garden"]),
    ],
)
def test_a_list_goes_one_further_or_to_an_end(ada_plans: Planner, direction: Direction, order: list[str]) -> None:
    moved = [ada_plans.add_list(name) for name in ("Home", "Garden", "Work", "Books")][1]

    nudge(ada_plans, moved, direction)
    placed = ada_plans.run(ListOrdering, lambda lists: lists.placed(moved.id or 0))

    assert names(ada_plans) == order
    assert placed == f"Garden, {order.index('Garden') + 1} of 4"


@pytest.mark.parametrize(
    ("side", "of", "order"),
    [
        ("after", "Work", ["Home", "Work", "Garden", "Books"]),
        ("after", "Books", ["Home", "Work", "Books", "Garden"]),
        ("before", "Home", ["Garden", "Home", "Work", "Books"]),
        ("before", "Work", ["Home", "Garden", "Work", "Books"]),
        ("after", "Shed", ["Home", "Garden", "Work", "Books"]),
        ("after", "Garden", ["Home", "Garden", "Work", "Books"]),
    ],
)
def test_a_list_goes_behind_or_before_one_that_stands_around_it(
    ada_plans: Planner, side: str, of: str, order: list[str]
) -> None:
    made = {name: ada_plans.add_list(name) for name in ("Home", "Garden", "Work", "Books")}
    made["Shed"] = ada_plans.add_list("Shed", parent_id=made["Home"].id, is_section=True)
    before = ada_plans.operation

    ada_plans.run(ListOrdering, lambda lists: lists.put(made["Garden"].id or 0, **{side: made[of].id}))

    assert [name for name in names(ada_plans) if name != "Shed"] == order
    if order == ["Home", "Garden", "Work", "Books"]:
        assert ada_plans.run(History, lambda history: history.last()) == before


def test_at_an_end_nothing_changes_and_there_is_nothing_to_undo(ada_plans: Planner) -> None:
    home, garden = ada_plans.add_list("Home"), ada_plans.add_list("Garden")
    before = ada_plans.operation

    nudge(ada_plans, home, "up")
    nudge(ada_plans, garden, "bottom")

    assert names(ada_plans) == ["Home", "Garden"]
    assert ada_plans.run(History, lambda history: history.last()) == before


def test_lists_that_were_never_ordered_are(ada_plans: Planner) -> None:
    made = [ada_plans.make.record("lists", ada_plans.user, name=name, name_key=name.lower()) for name in "ABC"]

    nudge(ada_plans, made[2], "up")

    assert names(ada_plans) == ["A", "C", "B"]


def test_sections_and_archived_lists_are_ordered_apart(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")
    attic = ada_plans.add_list("Attic")
    shed = ada_plans.add_list("Shed", parent_id=home.id, is_section=True)
    inner = ada_plans.add_list("Inner", parent_id=home.id)
    roof = ada_plans.add_list("Roof", parent_id=home.id, is_section=True)
    work = ada_plans.add_list("Work")
    ada_plans.lists(lambda lists: lists.archive(attic.id or 0))

    nudge(ada_plans, roof, "up")
    nudge(ada_plans, work, "up")

    placed = [
        ada_plans.run(ListOrdering, lambda lists, one=one: lists.placed(one.id or 0))
        for one in (roof, shed, inner, work)
    ]
    assert placed == ["Roof, 1 of 2", "Shed, 2 of 2", "Inner, 1 of 1", "Work, 1 of 2"]


def test_undo_brings_back_the_order_which_is_no_change_of_a_list(ada_plans: Planner) -> None:
    ada_plans.add_list("Home")
    garden = ada_plans.add_list("Garden")
    nudge(ada_plans, garden, "top")
    operation = ada_plans.operation
    version = ada_plans.lists(lambda lists: lists.get(garden.id or 0)).version

    ada_plans.run(History, lambda history: history.undo(operation))

    assert names(ada_plans) == ["Home", "Garden"]
    assert version == garden.version


def test_another_users_list_is_not_found(ada_plans: Planner) -> None:
    other = ada_plans.make.record("lists", ada_plans.make.user("Bob"), name="Home", name_key="home")

    with pytest.raises(NotFound):
        nudge(ada_plans, other, "up")
