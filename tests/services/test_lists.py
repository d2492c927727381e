"""Lists, sections and what is in them: names, levels, archive, trash and undo."""

from uuid import uuid4

import pytest

from tests.factories import Factory
from tests.services.planner import Planner
from web.db.database import Database
from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.models.label import LabelDraft
from web.models.list import ListDraft
from web.services.labels import Labels
from web.services.lists import Branch


def outline(tops: list[Branch]) -> list[str]:
    """The tree as indented names."""
    lines: list[str] = []
    for top in tops:
        lines += [f"{'  ' * (top.level - 1)}{top.root.name}", *outline(top.below)]
    return lines


def tree(planner: Planner) -> list[str]:
    return outline(list(planner.lists(lambda lists: lists.tree())))


def test_lists_stand_in_the_order_they_were_made_each_with_those_inside_it(ada_plans: Planner) -> None:
    home, work = ada_plans.add_list("Home"), ada_plans.add_list("Work")
    ada_plans.add_list("Garden", parent_id=home.id)
    ada_plans.add_list("Clients", parent_id=work.id)
    ada_plans.add_list("Kitchen", parent_id=home.id, is_section=True)

    assert tree(ada_plans) == ["Home", "  Garden", "  Kitchen", "Work", "  Clients"]


@pytest.mark.parametrize("taken", ["Home", "HOME", "home"])
def test_a_name_is_taken_whatever_its_case(ada_plans: Planner, taken: str) -> None:
    home = ada_plans.add_list("Home")

    with pytest.raises(NotPossible, match="already a list “Home”"):
        ada_plans.add_list(taken)

    assert ada_plans.add_list(taken, parent_id=home.id).name == taken
    assert ada_plans.lists(lambda lists: lists.named("hOmE")) == home


def test_letters_beyond_ascii_are_folded_too(ada_plans: Planner) -> None:
    ada_plans.add_list("Straße")

    with pytest.raises(NotPossible):
        ada_plans.add_list("STRASSE")


def test_the_same_form_twice_is_one_list(ada_plans: Planner) -> None:
    key = str(uuid4())

    made = [ada_plans.lists(lambda lists: lists.add(ListDraft(name="Home"), key)).id for _ in range(2)]

    assert made[0] == made[1]


def test_a_list_is_renamed_and_the_rename_undone(ada_plans: Planner) -> None:
    home, _ = ada_plans.add_list("Home"), ada_plans.add_list("Work")

    with pytest.raises(NotPossible):
        ada_plans.lists(lambda lists: lists.edit(home.id or 0, ListDraft(name="work"), 1))
    ada_plans.lists(lambda lists: lists.edit(home.id or 0, ListDraft(name="House"), 1))
    operation, renamed = ada_plans.operation, tree(ada_plans)
    ada_plans.undo(operation)

    assert renamed == ["House", "Work"]
    assert ada_plans.lists(lambda lists: lists.named("home")).name == "Home"  # type: ignore[union-attr]


def test_there_are_four_levels_and_no_circles(ada_plans: Planner) -> None:
    one = ada_plans.add_list("1")
    two = ada_plans.add_list("2", parent_id=one.id)
    three = ada_plans.add_list("3", parent_id=two.id)
    four = ada_plans.add_list("4", parent_id=three.id)
    other = ada_plans.add_list("Other")

    with pytest.raises(NotPossible, match="4 levels"):
        ada_plans.add_list("5", parent_id=four.id)
    with pytest.raises(NotPossible, match="into itself"):
        ada_plans.lists(lambda lists: lists.move(one.id or 0, three.id))
    with pytest.raises(NotPossible, match="4 levels"):
        ada_plans.lists(lambda lists: lists.move(one.id or 0, other.id))
    ada_plans.lists(lambda lists: lists.move(two.id or 0, other.id))

    assert tree(ada_plans) == ["1", "Other", "  2", "    3", "      4"]


def test_a_section_has_a_list_around_it_and_holds_tasks_only(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")
    kitchen = ada_plans.add_list("Kitchen", parent_id=home.id, is_section=True)

    with pytest.raises(NotPossible, match="needs a list"):
        ada_plans.add_list("Alone", is_section=True)
    with pytest.raises(NotPossible, match="tasks only"):
        ada_plans.add_list("Shelf", parent_id=kitchen.id)


class TestArchive:
    def test_an_archived_list_is_out_of_all_views(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        kitchen = ada_plans.add_list("Kitchen", parent_id=home.id, is_section=True)
        for list_id in (home.id, kitchen.id, None):
            ada_plans.add("Task", list_id=list_id, due_on=ada_plans.now.date())

        ada_plans.lists(lambda lists: lists.archive(home.id or 0))

        overview = ada_plans.overview()
        assert (overview.open, overview.inbox, overview.today) == (1, 1, 1)
        assert len(ada_plans.views(lambda views: views.today()).planned) == 1
        assert len(ada_plans.views(lambda views: views.of_list(home.id or 0)).rows) == 2
        assert tree(ada_plans) == []

    def test_it_comes_back_with_what_is_around_it(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        garden = ada_plans.add_list("Garden", parent_id=home.id)
        ada_plans.lists(lambda lists: lists.archive(home.id or 0))

        ada_plans.lists(lambda lists: lists.unarchive(garden.id or 0))

        assert tree(ada_plans) == ["Home", "  Garden"]

    def test_undo_brings_all_of_it_back(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        ada_plans.add_list("Garden", parent_id=home.id)
        ada_plans.lists(lambda lists: lists.archive(home.id or 0))

        ada_plans.undo()

        assert tree(ada_plans) == ["Home", "  Garden"]


class TestTrash:
    def test_deleting_a_list_takes_everything_along_as_one_operation(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        garden = ada_plans.add_list("Garden", parent_id=home.id)
        below, kept = ada_plans.add("Inside", list_id=garden.id), ada_plans.add("Kept")

        ada_plans.lists(lambda lists: lists.delete(home.id or 0))
        operation, deleted = ada_plans.operation, ada_plans.stored(below).deleted_at
        trash = ada_plans.views(lambda views: views.trash())
        ada_plans.undo(operation)

        assert deleted and ([one.name for one in trash.others], trash.rows) == (["Home"], [])
        assert tree(ada_plans) == ["Home", "  Garden"]
        assert ada_plans.stored(below).deleted_at is None
        assert ada_plans.stored(kept).deleted_at is None

    def test_it_is_restored_with_what_was_deleted_with_it(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        gone, task = ada_plans.add("Gone", list_id=home.id), ada_plans.add("Task", list_id=home.id)
        ada_plans.tasks(lambda tasks: tasks.delete(gone.id or 0))
        ada_plans.now = ada_plans.now.replace(hour=15)
        ada_plans.lists(lambda lists: lists.delete(home.id or 0))

        ada_plans.lists(lambda lists: lists.restore(home.id or 0))

        assert ada_plans.stored(task).deleted_at is None
        assert ada_plans.stored(gone).deleted_at

    def test_a_task_restored_from_a_deleted_list_goes_to_the_inbox(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        task = ada_plans.add("Task", list_id=home.id)
        ada_plans.lists(lambda lists: lists.delete(home.id or 0))

        ada_plans.tasks(lambda tasks: tasks.restore(task.id or 0))

        restored = ada_plans.stored(task)
        assert (restored.list_id, restored.deleted_at) == (None, None)

    def test_a_name_taken_meanwhile_refuses_restoring_and_undo(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        ada_plans.lists(lambda lists: lists.delete(home.id or 0))
        operation = ada_plans.operation
        ada_plans.add_list("home")

        with pytest.raises(NotPossible, match="already a list “home”"):
            ada_plans.lists(lambda lists: lists.restore(home.id or 0))
        with pytest.raises(CannotUndo, match="already a list “home”"):
            ada_plans.undo(operation)

    def test_a_list_inside_a_deleted_one_is_restored_to_the_top(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        garden = ada_plans.add_list("Garden", parent_id=home.id)
        ada_plans.lists(lambda lists: lists.delete(home.id or 0))

        ada_plans.lists(lambda lists: lists.restore(garden.id or 0))

        assert tree(ada_plans) == ["Garden"]


def test_another_users_list_is_never_reached(ada_plans: Planner, database: Database, make: Factory) -> None:
    theirs = Planner(database, make).add_list("Home").id or 0
    task = ada_plans.add()

    for verb in ("archive", "unarchive", "delete", "restore"):
        with pytest.raises(NotFound):
            ada_plans.lists(lambda lists, verb=verb: getattr(lists, verb)(theirs))
    with pytest.raises(NotFound):
        ada_plans.add_list("Inside", parent_id=theirs)
    with pytest.raises(NotFound):
        ada_plans.order(lambda ordering: ordering.to_list(task.id or 0, theirs))
    assert ada_plans.views(lambda views: views.of_list(theirs)).rows == []


def test_a_label_name_is_taken_whatever_its_case(ada_plans: Planner) -> None:
    label = ada_plans.run(Labels, lambda labels: labels.add(LabelDraft(name="errand"), str(uuid4())))

    with pytest.raises(NotPossible, match="already a label “errand”"):
        ada_plans.run(Labels, lambda labels: labels.add(LabelDraft(name="Errand"), str(uuid4())))

    assert ada_plans.run(Labels, lambda labels: labels.named("ERRAND")).id == label.id
    with pytest.raises(NotFound):
        ada_plans.run(Labels, lambda labels: labels.named("home"))
