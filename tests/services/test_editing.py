"""Editing each field of a task by itself, and undoing what was done to one."""

from typing import Any

import pytest

from tests.factories import Factory
from tests.services.planner import NOW, Planner, content, day
from web.db.database import Database
from web.domain.errors import CannotUndo
from web.models.task_drafts import DueDraft, NoteDraft, PriorityDraft, RepeatDraft, StartDraft, TitleDraft
from web.services.history import History
from web.services.records import EditConflict

EDITS: list[tuple[Any, dict[str, Any]]] = [
    (TitleDraft(title="Buy tea"), {"title": "Buy tea"}),
    (NoteDraft(description="Two"), {"description": "Two"}),
    (PriorityDraft(priority=1), {"priority": 1}),
    (StartDraft(start_on=day("2026-11-24")), {"start_on": day("2026-11-24")}),
    (DueDraft(due_on=day("2026-11-28"), due_time="18:00"), {"due_on": day("2026-11-28"), "due_time": "18:00"}),
    (RepeatDraft(repeat_rule="FREQ=DAILY"), {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule"}),
]
by_field = pytest.mark.parametrize(("draft", "expected"), EDITS, ids=lambda value: type(value).__name__)


class TestEditing:
    @by_field
    def test_each_form_sets_its_fields_alone(self, ada_plans: Planner, draft: Any, expected: dict[str, Any]) -> None:
        task = ada_plans.add(due_on=day("2026-11-26"), description="One", priority=3)

        ada_plans.edit(task, draft)

        edited = ada_plans.stored(task)
        assert {name: getattr(edited, name) for name in expected} == expected
        follow = {"repeat_anchor"} if "repeat_rule" in expected else set()
        unchanged = content(edited).keys() - expected.keys() - follow - {"search_text"}
        assert {name: content(edited)[name] for name in unchanged} == {name: content(task)[name] for name in unchanged}

    @by_field
    def test_undo_puts_back_what_the_form_changed(
        self, ada_plans: Planner, draft: Any, expected: dict[str, Any]
    ) -> None:
        task = ada_plans.add(due_on=day("2026-11-26"))
        ada_plans.edit(task, draft)

        ada_plans.undo()

        assert content(ada_plans.stored(task)) == content(task)

    def test_forms_of_different_fields_never_conflict(self, ada_plans: Planner) -> None:
        task = ada_plans.add(due_on=day("2026-11-26"))

        for draft, _ in EDITS:
            ada_plans.edit(task, draft, version=1)

        edited = ada_plans.stored(task)
        assert (edited.title, edited.priority, edited.due_time) == ("Buy tea", 1, "18:00")

    @by_field
    def test_the_same_field_in_two_tabs_is_a_conflict(
        self, ada_plans: Planner, draft: Any, expected: dict[str, Any]
    ) -> None:
        others = {
            TitleDraft: TitleDraft(title="Buy wine"),
            NoteDraft: NoteDraft(description="Three"),
            PriorityDraft: PriorityDraft(priority=2),
            StartDraft: StartDraft(start_on=day("2026-11-25")),
            DueDraft: DueDraft(due_on=day("2026-12-01")),
            RepeatDraft: RepeatDraft(repeat_rule="FREQ=WEEKLY;BYDAY=MO"),
        }
        task = ada_plans.add(due_on=day("2026-11-26"))
        ada_plans.edit(task, others[type(draft)], version=1)

        with pytest.raises(EditConflict) as conflict:
            ada_plans.edit(task, draft, version=1)

        assert conflict.value.fields[0] in expected

    def test_completing_elsewhere_is_no_conflict(self, ada_plans: Planner) -> None:
        task = ada_plans.add()
        ada_plans.complete(task)

        edited = ada_plans.edit(task, TitleDraft(title="Buy tea"), version=1)

        assert (edited.title, edited.completed) == ("Buy tea", True)

    def test_without_a_day_there_is_no_time(self, ada_plans: Planner) -> None:
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00", due_zone="Europe/Berlin")

        edited = ada_plans.edit(task, DueDraft())

        assert (edited.due_on, edited.due_time, edited.due_zone, edited.due_at) == (None, None, None, None)

    def test_labels_are_set_and_undone(self, ada_plans: Planner) -> None:
        one, two = (ada_plans.make.record("labels", ada_plans.user, name=name) for name in ("one", "two"))
        task = ada_plans.add(labels=[one.id])

        ada_plans.tasks(lambda tasks: tasks.set_labels(task.id or 0, [two.id or 0], 1))
        operation = ada_plans.operation
        changed = ada_plans.tasks(lambda tasks: tasks.labels_of(task))
        ada_plans.undo(operation)

        assert changed == [two.id]
        assert ada_plans.tasks(lambda tasks: tasks.labels_of(task)) == [one.id]

    def test_labels_that_the_user_has_not_are_no_change(
        self, ada_plans: Planner, database: Database, make: Factory
    ) -> None:
        theirs = make.record("labels", Planner(database, make).user, name="errand").id or 0
        task = ada_plans.add()

        for label_id in (theirs, -1, 0, 2**63, 10**30):
            same = ada_plans.tasks(lambda tasks, label_id=label_id: tasks.set_labels(task.id or 0, [label_id], 1))
            added = ada_plans.add(labels=[label_id])
            assert same.version == 1
            assert ada_plans.tasks(lambda tasks, added=added: tasks.labels_of(added)) == []

    def test_labels_set_in_two_tabs_are_a_conflict(self, ada_plans: Planner) -> None:
        one, two = (ada_plans.make.record("labels", ada_plans.user, name=name).id or 0 for name in ("one", "two"))
        task = ada_plans.add()
        ada_plans.tasks(lambda tasks: tasks.set_labels(task.id or 0, [one], 1))

        with pytest.raises(EditConflict):
            ada_plans.tasks(lambda tasks: tasks.set_labels(task.id or 0, [two], 1))


class TestUndo:
    def test_an_added_task_goes_into_the_trash(self, ada_plans: Planner) -> None:
        task = ada_plans.add()

        ada_plans.undo()

        assert ada_plans.stored(task).deleted_at

    def test_reopening_is_undone_with_the_time_of_completion(self, ada_plans: Planner) -> None:
        task = ada_plans.add()
        ada_plans.complete(task)
        ada_plans.now = NOW.replace(day=27)
        ada_plans.tasks(lambda tasks: tasks.reopen(task.id or 0))

        ada_plans.undo()

        assert ada_plans.stored(task).completed_at == NOW

    def test_what_is_unchanged_of_many_can_be_undone(self, ada_plans: Planner) -> None:
        tasks = [ada_plans.add(f"Task {number}") for number in range(3)]
        ada_plans.tasks(lambda service: [service.complete(task.id or 0) for task in tasks])
        operation = ada_plans.operation
        ada_plans.tasks(lambda service: service.reopen(tasks[0].id or 0))

        with pytest.raises(CannotUndo, match="for 1 of 3"):
            ada_plans.undo(operation)
        ada_plans.undo(operation, what_is_unchanged=True)

        assert [ada_plans.stored(task).completed for task in tasks] == [False] * 3

    def test_it_goes_back_step_by_step(self, ada_plans: Planner) -> None:
        task = ada_plans.add("Buy milk")
        ada_plans.edit(task, TitleDraft(title="Buy tea"))
        ada_plans.edit(task, PriorityDraft(priority=1))
        ada_plans.complete(task)

        states = []
        while operation := ada_plans.run(History, lambda history: history.last()):
            ada_plans.undo(operation)
            stored = ada_plans.stored(task)
            states.append((stored.title, stored.priority, stored.completed, stored.deleted_at is None))

        assert states == [
            ("Buy tea", 1, False, True),
            ("Buy tea", 4, False, True),
            ("Buy milk", 4, False, True),
            ("Buy milk", 4, False, False),
        ]

    def test_the_history_of_a_task_has_every_event(self, ada_plans: Planner) -> None:
        task = ada_plans.add()
        ada_plans.edit(task, TitleDraft(title="Buy tea"))
        ada_plans.complete(task)

        events = ada_plans.run(History, lambda history: history.of("tasks", task.id or 0))

        assert [event.action for event in events] == ["complete", "edit", "add"]
