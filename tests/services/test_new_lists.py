"""Lists that quick add makes: with the task, once, and gone with one Undo."""

from typing import Any
from uuid import uuid4

import pytest

from tests.services.planner import Planner
from web.domain.errors import NotPossible
from web.models.list import List
from web.models.task import Task
from web.models.task_drafts import QuickLine, SeveralLines
from web.services.lists import Lists
from web.services.quick_add import QuickAdd


def added(ada_plans: Planner, line: str, key: str = "", **values: Any) -> Task:
    key = key or str(uuid4())
    return ada_plans.run(QuickAdd, lambda quick_add: quick_add.add(QuickLine(title=line, **values), key), key)


def lists(ada_plans: Planner) -> list[List]:
    return ada_plans.lists(lambda found: found.all())


def list_of(ada_plans: Planner, task: Task) -> str:
    return next((one.name for one in lists(ada_plans) if one.id == ada_plans.stored(task).list_id), "Inbox")


@pytest.mark.parametrize(
    ("line", "title", "name"),
    [
        ("Milk #+Groceries", "Milk", "Groceries"),
        ('Milk #+"Farm shop" tomorrow', "Milk", "Farm shop"),
        ("Milk #+x<b>y</b>", "Milk", "x<b>y</b>"),
        ("Milk #+x'--%_", "Milk", "x'--%_"),
        ("Milk #+مهم", "Milk", "مهم"),
        ("Milk #+🥛", "Milk", "🥛"),
        ("Milk #+" + "x" * 100, "Milk", "x" * 100),
    ],
)
def test_the_list_is_made_with_the_task(ada_plans: Planner, line: str, title: str, name: str) -> None:
    task = added(ada_plans, line)

    assert (task.title, list_of(ada_plans, task)) == (title, name)


@pytest.mark.parametrize("line", ["Milk #Groceries", "Milk #+" + "x" * 101, "Milk #+7", "Milk #+\u200b"])
def test_without_the_choice_or_with_no_name_it_stays_text(ada_plans: Planner, line: str) -> None:
    task = added(ada_plans, line)

    assert (task.title, lists(ada_plans)) == (line, [])


def test_a_list_that_exists_is_taken_whatever_its_case(ada_plans: Planner) -> None:
    ada_plans.add_list("Straße")

    task = added(ada_plans, "Milk #+STRASSE")

    assert (list_of(ada_plans, task), len(lists(ada_plans))) == ("Straße", 1)


def test_the_name_of_an_archived_list_is_refused_with_its_name(ada_plans: Planner) -> None:
    archived = ada_plans.add_list("Attic")
    ada_plans.lists(lambda found: found.archive(archived.id or 0))

    with pytest.raises(NotPossible, match="There is already a list “Attic”"):
        added(ada_plans, "Milk #+attic")

    assert ada_plans.all() == []


def test_one_undo_takes_back_both(ada_plans: Planner) -> None:
    task = added(ada_plans, "Milk #+Groceries @new")

    ada_plans.undo()

    assert lists(ada_plans) == []
    assert ada_plans.stored(task).deleted_at


def test_the_same_form_sent_twice_makes_one_of_each(ada_plans: Planner) -> None:
    key = str(uuid4())

    tasks = [added(ada_plans, "Milk #+Groceries", key) for _ in range(2)]

    assert len({task.id for task in tasks}) == len(lists(ada_plans)) == 1


def test_the_list_of_the_line_counts_before_that_of_the_page(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")

    task = added(ada_plans, "Milk #+Groceries", list_id=home.id)

    assert list_of(ada_plans, task) == "Groceries"


def test_a_title_that_is_too_long_makes_no_list(ada_plans: Planner) -> None:
    with pytest.raises(ValueError, match="200 characters"):
        added(ada_plans, "#+Groceries " + "x" * 201)

    assert lists(ada_plans) == []


def test_of_several_lines_the_first_makes_it(ada_plans: Planner) -> None:
    several, key = SeveralLines(lines="Milk #+Groceries\n  Oat #+Steps\nTea #+groceries"), str(uuid4())

    tasks = ada_plans.run(QuickAdd, lambda quick_add: quick_add.add_several(several, key), key)

    assert [one.name for one in lists(ada_plans)] == ["Groceries"]
    assert {list_of(ada_plans, task) for task in tasks} == {"Groceries"}
    ada_plans.undo(key)
    assert lists(ada_plans) == []


class TestAfterwards:
    def make_list(self, ada_plans: Planner, task: Task, key: str = "") -> Task:
        key = key or str(uuid4())
        return ada_plans.run(QuickAdd, lambda quick_add: quick_add.make_list(task.id or 0, key), key)

    def test_the_list_is_made_and_the_words_leave_the_title(self, ada_plans: Planner) -> None:
        task = added(ada_plans, 'Milk #"Farm shop" and \\tomorrow tea')

        self.make_list(ada_plans, task)

        assert (ada_plans.stored(task).title, list_of(ada_plans, task)) == ("Milk and tomorrow tea", "Farm shop")

    def test_one_undo_puts_title_and_list_back(self, ada_plans: Planner) -> None:
        task = added(ada_plans, "Milk #Groceries")
        self.make_list(ada_plans, task)

        ada_plans.undo()

        assert (ada_plans.stored(task).title, list_of(ada_plans, task)) == ("Milk #Groceries", "Inbox")
        assert lists(ada_plans) == []
        assert not ada_plans.stored(task).deleted_at

    def test_the_same_form_sent_twice_is_one_change(self, ada_plans: Planner) -> None:
        task, key = added(ada_plans, "Milk #Groceries"), str(uuid4())

        versions = [self.make_list(ada_plans, task, key).version for _ in range(2)]

        assert versions[0] == versions[1]

    @pytest.mark.parametrize("line", ["Milk", "Milk #Attic", "Milk a#b"])
    def test_a_title_that_names_no_new_list_is_refused(self, ada_plans: Planner, line: str) -> None:
        archived = ada_plans.add_list("Attic")
        ada_plans.run(Lists, lambda found: found.archive(archived.id or 0))
        task = added(ada_plans, line)

        with pytest.raises(NotPossible, match="names no list"):
            self.make_list(ada_plans, task)
