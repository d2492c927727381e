"""Repeating tasks through the services: one live row, completed copies, and undo."""

from datetime import timedelta
from typing import Any

import pytest

from tests.domain.repeats import CASES, MONDAYS, instant
from tests.services.planner import NOW, Planner, content, day
from web.domain.errors import CannotUndo, NotPossible
from web.domain.repeating import Repeat
from web.models.reminder import ReminderDraft
from web.models.task import Task
from web.models.task_drafts import DueDraft, RepeatDraft
from web.services.reminders import Reminders


def added(planner: Planner, repeat: Repeat, **values: Any) -> Task:
    planner.in_zone(repeat.zone)
    return planner.add(
        "Water the plants",
        due_on=repeat.due_on,
        due_time=repeat.due_time.isoformat("minutes") if repeat.due_time else None,
        repeat_rule=str(repeat.rule),
        repeat_mode=repeat.mode,
        repeat_anchor=repeat.anchor,
        repeat_until=repeat.until,
        repeat_left=repeat.left,
        **values,
    )


def weekly(planner: Planner, **values: Any) -> Task:
    """Every Monday, due on the 30th."""
    given = {"due_on": day("2026-11-30"), "repeat_rule": MONDAYS, "repeat_mode": "schedule", **values}
    return planner.add("Water the plants", **given)


@pytest.mark.parametrize(("repeat", "completed", "then_due"), CASES)
def test_the_dates_after_completing(
    ada_plans: Planner, repeat: Repeat, completed: str | None, then_due: list[str]
) -> None:
    task = added(ada_plans, repeat)
    found, at = [], instant(completed, repeat.zone) if completed else repeat.due_at

    for _ in then_due:
        ada_plans.now = at
        row = ada_plans.complete(task)
        assert row.due_on and not row.completed
        found.append(row.due_on.isoformat())
        at = repeat.instant_on(row.due_on)

    assert found == then_due
    copies = [one for one in ada_plans.all() if one.series_id == task.id]
    assert [copy.due_on for copy in copies] == [repeat.due_on, *map(day, then_due[:-1])]
    assert all(copy.completed and copy.completed_at and copy.repeat_rule is None for copy in copies)


@pytest.mark.parametrize("bound", [{"repeat_until": day("2026-11-30")}, {"repeat_left": 2}])
def test_a_task_with_an_end_is_completed_for_good_after_its_last_date(
    ada_plans: Planner, bound: dict[str, Any]
) -> None:
    task = weekly(ada_plans, due_on=day("2026-11-23"), **bound)

    first, second = ada_plans.complete(task), ada_plans.complete(task)

    assert (first.due_on, first.completed) == (day("2026-11-30"), False)
    assert (second.id, second.due_on, second.completed) == (task.id, day("2026-11-30"), True)
    assert len(ada_plans.all()) == 2


def test_the_copy_is_what_was_completed(ada_plans: Planner) -> None:
    home, label = ada_plans.add_list("Home"), ada_plans.make.record("labels", ada_plans.user, name="errand")
    task = weekly(ada_plans, list_id=home.id, priority=2, description="All of them", labels=[label.id])

    ada_plans.complete(task)

    live, copy = ada_plans.all()
    assert (live.id, live.series_id, live.due_on) == (task.id, None, day("2026-12-07"))
    assert (copy.title, copy.description, copy.list_id, copy.priority) == (task.title, "All of them", home.id, 2)
    assert (copy.series_id, copy.due_on, copy.completed_at) == (task.id, day("2026-11-30"), NOW)
    assert ada_plans.tasks(lambda tasks: [tasks.labels_of(one) for one in (live, copy)]) == [[label.id]] * 2


def test_the_start_keeps_its_distance(ada_plans: Planner) -> None:
    task = weekly(ada_plans, start_on=day("2026-11-28"))

    row = ada_plans.complete(task)

    assert (row.start_on, row.due_on) == (day("2026-12-05"), day("2026-12-07"))


def test_reminders_before_it_move_along_and_are_sent_again(ada_plans: Planner) -> None:
    task = weekly(ada_plans, due_time="09:00")
    reminder = ada_plans.run(
        Reminders, lambda reminders: reminders.add_to(task, ReminderDraft(minutes_before=30), ada_plans.operation)
    )
    with ada_plans.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE reminders SET sent_at = at, attempts = 1")

    ada_plans.complete(task)

    (moved,) = ada_plans.run(Reminders, lambda reminders: reminders.of(task.id or 0))
    assert reminder.at and moved.at == reminder.at + timedelta(days=7)
    assert (moved.sent_at, moved.attempts) == (None, 0)


def test_steps_are_open_again_and_the_history_says_how_many_were_done(ada_plans: Planner) -> None:
    task = weekly(ada_plans)
    steps = [ada_plans.add(f"Step {number}", parent_id=task.id) for number in range(4)]
    for step in steps[:3]:
        ada_plans.complete(step)

    ada_plans.complete(task)

    assert [ada_plans.stored(step).completed for step in steps] == [False] * 4
    (occurrence,) = ada_plans.events("occurrence")
    assert occurrence.changes == {"steps": [3, 4]}


def test_postponing_by_hand_moves_this_occurrence_only(ada_plans: Planner) -> None:
    task = weekly(ada_plans, due_on=day("2026-11-23"), start_on=day("2026-11-22"))

    ada_plans.edit(task, DueDraft(due_on=day("2026-11-25")))
    postponed = ada_plans.stored(task)
    ada_plans.now = instant("2026-11-25T14:30")
    row = ada_plans.complete(task)

    assert (postponed.start_on, postponed.repeat_anchor) == (day("2026-11-24"), day("2026-11-23"))
    assert row.due_on == day("2026-11-30")


def test_another_rule_counts_from_the_date_shown(ada_plans: Planner) -> None:
    task = weekly(ada_plans)

    ada_plans.edit(task, RepeatDraft(repeat_rule="FREQ=DAILY;INTERVAL=3", repeat_mode="schedule"))

    assert ada_plans.stored(task).repeat_anchor == day("2026-11-30")
    assert ada_plans.complete(task).due_on == day("2026-12-03")


def test_a_rule_gives_a_date_to_a_task_without_one(ada_plans: Planner) -> None:
    task = ada_plans.add()

    ada_plans.edit(task, RepeatDraft(repeat_rule=MONDAYS))

    edited = ada_plans.stored(task)
    assert (edited.due_on, edited.repeat_mode) == (day("2026-11-30"), "schedule")


def test_without_a_date_nothing_repeats(ada_plans: Planner) -> None:
    task = weekly(ada_plans, due_time="09:00", repeat_left=3)

    ada_plans.edit(task, DueDraft())

    edited = ada_plans.stored(task)
    assert (edited.due_on, edited.due_time, edited.repeat_rule, edited.repeat_left) == (None, None, None, None)


def test_skipping_moves_without_a_copy_and_counts(ada_plans: Planner) -> None:
    task = weekly(ada_plans, repeat_left=2)

    skipped = ada_plans.tasks(lambda tasks: tasks.skip(task.id or 0))

    assert (skipped.due_on, skipped.repeat_left) == (day("2026-12-07"), 1)
    assert [one.id for one in ada_plans.all()] == [task.id]
    assert [event.action for event in ada_plans.events()][-1] == "skip"


def test_a_plain_task_cannot_be_skipped(ada_plans: Planner) -> None:
    task = ada_plans.add()

    with pytest.raises(NotPossible):
        ada_plans.tasks(lambda tasks: tasks.skip(task.id or 0))


def test_two_clicks_complete_one_occurrence(ada_plans: Planner) -> None:
    task = weekly(ada_plans)

    first = ada_plans.tasks(lambda tasks: tasks.complete(task.id or 0), "one click")
    same_form = ada_plans.tasks(lambda tasks: tasks.complete(task.id or 0), "one click")
    old_page = ada_plans.complete(task, due_on=day("2026-11-30"))

    assert first.due_on == same_form.due_on == old_page.due_on == day("2026-12-07")
    assert len(ada_plans.all()) == 2


class TestUndo:
    def test_it_puts_back_the_recorded_values_and_removes_the_copy(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans, start_on=day("2026-11-28"), due_time="09:00", repeat_left=3)
        step = ada_plans.add("Fill the can", parent_id=task.id)
        ada_plans.complete(step)
        before = [content(one) for one in ada_plans.all()]
        ada_plans.complete(task)

        ada_plans.undo()

        assert [content(one) for one in ada_plans.all()] == before

    def test_it_is_refused_after_another_due_date(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans)
        ada_plans.complete(task)
        operation = ada_plans.operation
        ada_plans.edit(task, DueDraft(due_on=day("2026-12-09")))

        with pytest.raises(CannotUndo, match="Due on has changed since"):
            ada_plans.undo(operation)

        assert ada_plans.stored(task).due_on == day("2026-12-09")
        assert len(ada_plans.all()) == 2

    def test_it_is_refused_after_another_rule(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans)
        ada_plans.complete(task)
        operation = ada_plans.operation
        ada_plans.edit(task, RepeatDraft(repeat_rule="FREQ=DAILY"))

        with pytest.raises(CannotUndo, match="Repeat rule has changed since"):
            ada_plans.undo(operation)

    def test_several_completions_are_undone_one_by_one(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans)
        operations = []
        for _ in range(3):
            ada_plans.complete(task)
            operations.append(ada_plans.operation)

        for operation in reversed(operations):
            ada_plans.undo(operation)

        assert [(one.id, one.due_on) for one in ada_plans.all()] == [(task.id, day("2026-11-30"))]

    def test_a_skip_is_undone_too(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans, repeat_left=2)
        before = content(ada_plans.stored(task))
        ada_plans.tasks(lambda tasks: tasks.skip(task.id or 0))

        ada_plans.undo()

        assert content(ada_plans.stored(task)) == before

    def test_completing_again_by_undoing_the_undo_is_refused(self, ada_plans: Planner) -> None:
        task = weekly(ada_plans)
        ada_plans.complete(task)
        ada_plans.undo()

        with pytest.raises(CannotUndo, match="Complete the task again"):
            ada_plans.undo()
