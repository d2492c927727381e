"""Undo again and again: it goes back step by step, and passes over what cannot be undone."""

from datetime import timedelta

from tests.services.planner import TODAY, Planner
from web.models.task_drafts import TitleDraft
from web.services.history import History
from web.services.trash import Trash


def test_it_passes_over_what_is_gone_for_good(ada_plans: Planner) -> None:
    kept, gone = ada_plans.add("Kept"), ada_plans.add("Gone")
    ada_plans.tasks(lambda tasks: tasks.delete(gone.id or 0))
    ada_plans.run(Trash, lambda trash: trash.remove_task(gone.id or 0))

    first, second = (ada_plans.run(History, lambda history: history.undo_last()) for _ in range(2))

    assert ([one.record.id for one in first.records], first.passed) == ([kept.id], True)
    assert second == ("", (), True)
    assert ada_plans.stored(kept).deleted_at


def test_a_restored_record_is_not_deleted_again(ada_plans: Planner) -> None:
    task, garden = ada_plans.add(), ada_plans.add_list("Garden")
    step = ada_plans.add("Step", parent_id=task.id)
    ada_plans.edit(task, TitleDraft(title="Buy tea"))
    ada_plans.tasks(lambda tasks: tasks.delete(task.id or 0))
    ada_plans.tasks(lambda tasks: tasks.restore(task.id or 0))
    ada_plans.lists(lambda lists: lists.delete(garden.id or 0))
    ada_plans.lists(lambda lists: lists.restore(garden.id or 0))

    ada_plans.run(History, lambda history: history.undo_last())

    stored = ada_plans.stored(task)
    assert (stored.title, stored.deleted_at) == ("Buy milk", None)
    assert ada_plans.stored(step).deleted_at is None


def test_an_edit_of_a_completed_occurrence_that_is_undone_is_no_change(ada_plans: Planner) -> None:
    task = ada_plans.add(due_on=TODAY, repeat_rule="FREQ=DAILY", repeat_mode="schedule")
    ada_plans.complete(task)
    ada_plans.now += timedelta(hours=1)
    copy = next(one for one in ada_plans.all() if one.completed)
    ada_plans.edit(copy, TitleDraft(title="Buy tea"))
    ada_plans.tasks(lambda tasks: tasks.reopen(copy.id or 0))

    undone = [ada_plans.run(History, lambda history: history.undo_last())]
    assert ada_plans.stored(copy).completed_at == copy.completed_at
    undone += [ada_plans.run(History, lambda history: history.undo_last()) for _ in range(2)]

    assert [one.passed for one in undone] == [False] * 3
    assert [one.due_on for one in ada_plans.all()] == [TODAY]
