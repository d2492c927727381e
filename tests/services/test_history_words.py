"""The history of a task in words, with the values before and after."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.services.planner import Planner
from web.models.task import Task, TaskDraft
from web.models.task_drafts import DueWords, MoveDraft, PriorityDraft, RepeatWords
from web.services.history import History
from web.services.history_words import HistoryWords
from web.services.task_edits import TaskEdits
from web.services.tasks import Tasks


def latest(planner: Planner, task: Task, before: int = 0) -> str:
    event = planner.run(History, lambda history: history.of("tasks", task.id or 0))[before]
    return planner.run(HistoryWords, lambda words: words.happened(event))


def edited(planner: Planner, task: Task, work: Callable[[TaskEdits, int], Any]) -> str:
    planner.run(TaskEdits, lambda edits: work(edits, planner.stored(task).version))
    return latest(planner, task)


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (DueWords(words="4 dec 6pm"), "Changed due date from Fri 27 Nov to Fri 4 Dec, 18:00"),
        (DueWords(words="27 nov 9am"), "Changed due time from None to 09:00"),
        (DueWords(due_on=None), "Changed due date from Fri 27 Nov to None"),
    ],
)
def test_a_due_date_is_said_before_and_after(ada_plans: Planner, draft: DueWords, words: str) -> None:
    task = ada_plans.add(due_on=date(2026, 11, 27))

    assert edited(ada_plans, task, lambda edits, version: edits.set_due(task.id or 0, draft, version)) == words


def test_priority_repeat_title_and_note(ada_plans: Planner) -> None:
    task = ada_plans.add("Buy milk", due_on=date(2026, 11, 27))
    number = task.id or 0

    priority = edited(
        ada_plans, task, lambda edits, version: edits.set_priority(number, PriorityDraft(priority=1), version)
    )
    repeat = edited(
        ada_plans, task, lambda edits, version: edits.set_repeat(number, RepeatWords(words="every fri"), version)
    )
    ada_plans.edit(task, TaskDraft(title="Buy oat milk", description="two"))

    assert priority == "Changed priority from None to High"
    assert repeat == "Changed repeat from Never to every Fri"
    assert latest(ada_plans, task) == "Changed title from “Buy milk” to “Buy oat milk” and note"


@pytest.mark.parametrize(
    ("draft", "words"),
    [
        (RepeatWords(words="every! day"), "Changed way of repeating from by date to after it is done"),
        (RepeatWords(words="every day until 24 dec"), "Changed end of the repeat from None to Thu 24 Dec"),
        (RepeatWords(words="every day for 5 times"), "Changed repeats left from None to 5"),
        (RepeatWords(words="every! fri"), "Changed repeat from every day to every Fri after it is done"),
    ],
)
def test_every_change_of_a_repeat_is_said(ada_plans: Planner, draft: RepeatWords, words: str) -> None:
    task = ada_plans.add(due_on=date(2026, 11, 26), repeat_rule="FREQ=DAILY", repeat_mode="schedule")

    assert edited(ada_plans, task, lambda edits, version: edits.set_repeat(task.id or 0, draft, version)) == words


def test_a_repeat_that_stays_is_not_said(ada_plans: Planner) -> None:
    task = ada_plans.add(due_on=date(2026, 11, 26), repeat_rule="FREQ=DAILY", repeat_mode="schedule", repeat_left=5)

    ada_plans.run(Tasks, lambda tasks: tasks.skip(task.id or 0))
    operation, skipped = ada_plans.operation, latest(ada_plans, task)
    ada_plans.run(History, lambda history: history.undo(operation))

    assert skipped == "Skipped due date from Thu 26 Nov to Fri 27 Nov and repeats left from 5 to 4"
    assert latest(ada_plans, task) == "Undone: due date from Fri 27 Nov to Thu 26 Nov and repeats left from 4 to 5"


def test_a_move_says_both_lists_and_one_by_hand_neither(ada_plans: Planner) -> None:
    work = ada_plans.add_list("Work")
    report = ada_plans.add_list("Report", parent_id=work.id)
    task, _ = ada_plans.add(), ada_plans.add("Buy tea")

    by_hand = ada_plans.order(lambda ordering: ordering.nudge(task.id or 0, "down"))
    moved_by_hand = latest(ada_plans, by_hand)
    draft, version = MoveDraft(list_id=report.id), ada_plans.stored(task).version
    ada_plans.run(TaskEdits, lambda edits: edits.move(task.id or 0, draft, version))
    ada_plans.undo()

    assert moved_by_hand == "Moved up or down"
    assert latest(ada_plans, task) == "Undone: list from Work › Report to Inbox"
    assert latest(ada_plans, task, 1) == "Moved from Inbox to Work › Report"


def test_completing_says_no_fields(ada_plans: Planner) -> None:
    task = ada_plans.add()

    ada_plans.complete(task)

    assert latest(ada_plans, task) == "Completed"
