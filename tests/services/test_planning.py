"""Tasks with lists, steps, labels and dates: adding, editing each field by itself, deleting and undoing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import Factory
from tests.services.planner import NOW, Planner, content, day, titles
from web.db.database import Database
from web.domain.errors import CannotUndo, NotFound, NotPossible
from web.domain.preferences import Preferences
from web.models.reminder import ReminderDraft
from web.models.task_drafts import DueDraft, NewTask, NoteDraft, PriorityDraft, RepeatDraft, StartDraft, TitleDraft
from web.services.history import History
from web.services.occurrences import Effect
from web.services.records import EditConflict
from web.services.reminders import Reminders
from web.services.tasks import Tasks


class TestAdding:
    def test_a_task_may_come_with_everything(self, ada_plans: Planner) -> None:
        home, label = ada_plans.add_list("Home"), ada_plans.make.record("labels", ada_plans.user, name="errand")

        task = ada_plans.add(
            "Buy milk",
            description="Two litres",
            list_id=home.id,
            priority=1,
            start_on=day("2026-11-25"),
            due_on=day("2026-11-27"),
            due_time="9:00",
            labels=[label.id],
        )

        stored = ada_plans.stored(task)
        assert (stored.list_id, stored.priority, stored.due_time, stored.due_at) == (home.id, 1, "09:00", None)
        assert (stored.start_on, stored.due_on) == (day("2026-11-25"), day("2026-11-27"))
        assert ada_plans.tasks(lambda tasks: tasks.labels_of(task)) == [label.id]

    def test_the_same_form_twice_is_one_task(self, ada_plans: Planner) -> None:
        label = ada_plans.make.record("labels", ada_plans.user, name="errand")
        draft, key = NewTask(title="Buy milk", due_on=day("2026-11-27"), labels=(label.id,)), str(uuid4())

        ids = {ada_plans.tasks(lambda tasks: tasks.add(draft, key)).id for _ in range(2)}

        assert len(ids) == len(ada_plans.all()) == 1

    def test_a_fixed_moment_keeps_its_instant_when_its_owner_travels(self, ada_plans: Planner) -> None:
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00", due_zone="America/New_York")

        assert ada_plans.stored(task).due_at == NOW.replace(day=27, hour=9, minute=0)

    def test_a_task_that_arrives_done_is_completed(self, ada_plans: Planner) -> None:
        task = ada_plans.stored(ada_plans.add(is_done=True))

        assert (task.completed, task.completed_at) == (True, NOW)

    def test_the_default_reminder_comes_with_a_time(self, database: Database, make: Factory) -> None:
        planner = Planner(database, make, Preferences(zone=ZoneInfo("Europe/Berlin"), default_reminder=15))

        timed = planner.add(due_on=day("2026-11-27"), due_time="09:00")
        untimed = planner.add(due_on=day("2026-11-27"))

        of_both = [planner.run(Reminders, lambda service, one=one: service.of(one.id)) for one in (timed, untimed)]
        assert [[reminder.at for reminder in found] for found in of_both] == [
            [NOW.replace(day=27, hour=8, minute=45)],
            [],
        ]

    @pytest.mark.parametrize(("due_time", "count"), [("14:45", 0), ("14:46", 1)])
    @pytest.mark.databases("sqlite")
    def test_a_default_reminder_whose_moment_is_over_is_not_added(
        self, database: Database, make: Factory, due_time: str, count: int
    ) -> None:
        planner = Planner(database, make, Preferences(zone=ZoneInfo("Europe/Berlin"), default_reminder=15))

        task = planner.add(due_on=day("2026-11-26"), due_time=due_time)

        assert len(planner.run(Reminders, lambda reminders: reminders.of(task.id or 0))) == count

    def test_another_users_list_parent_and_label_are_not_found(
        self, ada_plans: Planner, database: Database, make: Factory
    ) -> None:
        bob = Planner(database, make)
        theirs, task = bob.add_list("Home"), bob.add()
        label = make.record("labels", bob.user, name="errand")

        for values in ({"list_id": theirs.id}, {"parent_id": task.id}):
            with pytest.raises(NotFound):
                ada_plans.add(**values)
        own = ada_plans.add(labels=[label.id])

        assert ada_plans.tasks(lambda tasks: tasks.labels_of(own)) == []


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


class TestSteps:
    def family(self, planner: Planner) -> list[Any]:
        parent = planner.add("Parent")
        step = planner.add("Step", parent_id=parent.id)
        return [parent, step, planner.add("Below", parent_id=step.id)]

    def test_completing_a_task_completes_its_open_steps(self, ada_plans: Planner) -> None:
        family = self.family(ada_plans)
        repeating = ada_plans.add("Daily", parent_id=family[0].id, repeat_rule="FREQ=DAILY")

        effect = ada_plans.tasks(lambda tasks: (tasks.complete(family[0].id), tasks.effect)[1])

        assert effect == Effect(steps=2, changed=True)
        assert [ada_plans.stored(one).completed for one in (*family, repeating)] == [True, True, True, False]

    def test_undo_opens_exactly_those_again(self, ada_plans: Planner) -> None:
        family = self.family(ada_plans)
        ada_plans.complete(family[2])
        ada_plans.complete(family[0])

        ada_plans.undo()

        assert [ada_plans.stored(one).completed for one in family] == [False, False, True]

    def test_the_last_step_does_not_complete_the_task(self, ada_plans: Planner) -> None:
        parent, step, below = self.family(ada_plans)

        ada_plans.complete(step)

        assert [ada_plans.stored(one).completed for one in (parent, step, below)] == [False, True, True]

    def test_reopening_a_step_reopens_what_it_belongs_to(self, ada_plans: Planner) -> None:
        parent, step, below = self.family(ada_plans)
        other = ada_plans.add("Other", parent_id=parent.id)
        ada_plans.complete(parent)

        ada_plans.tasks(lambda tasks: tasks.reopen(below.id))

        assert [ada_plans.stored(one).completed for one in (parent, step, below, other)] == [False, False, False, True]

    def test_deleting_takes_the_steps_along_and_restoring_brings_them_back(self, ada_plans: Planner) -> None:
        family = self.family(ada_plans)
        gone_before = ada_plans.add("Gone", parent_id=family[0].id)
        ada_plans.tasks(lambda tasks: tasks.delete(gone_before.id or 0))
        ada_plans.now = NOW.replace(hour=15)
        ada_plans.tasks(lambda tasks: tasks.delete(family[0].id))
        deleted = [ada_plans.stored(one).deleted_at is not None for one in family]

        ada_plans.tasks(lambda tasks: tasks.restore(family[0].id))

        assert deleted == [True] * 3
        assert [ada_plans.stored(one).deleted_at is None for one in (*family, gone_before)] == [True, True, True, False]

    def test_undo_of_a_delete_brings_the_steps_back(self, ada_plans: Planner) -> None:
        family = self.family(ada_plans)
        ada_plans.tasks(lambda tasks: tasks.delete(family[0].id))

        ada_plans.undo()

        assert [ada_plans.stored(one).deleted_at for one in family] == [None] * 3

    def test_steps_are_three_levels_deep(self, ada_plans: Planner) -> None:
        *_, below = self.family(ada_plans)
        lowest = ada_plans.add("Lowest", parent_id=below.id)

        with pytest.raises(NotPossible, match="3 levels deep"):
            ada_plans.add("Too deep", parent_id=lowest.id)

    def test_a_step_is_in_the_list_of_its_task(self, ada_plans: Planner) -> None:
        home = ada_plans.add_list("Home")
        parent = ada_plans.add("Parent", list_id=home.id)

        assert ada_plans.add("Step", parent_id=parent.id).list_id == home.id


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


class TestReminders:
    def remind(self, planner: Planner, task: Any, **values: Any) -> Any:
        draft = ReminderDraft(**values)
        return planner.run(Reminders, lambda reminders: reminders.add_to(task, draft, str(uuid4())))

    def times(self, planner: Planner, task: Any) -> list[Any]:
        return [one.at for one in planner.run(Reminders, lambda reminders: reminders.of(task.id))]

    def test_one_before_the_task_is_due_follows_it(self, ada_plans: Planner) -> None:
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00")
        self.remind(ada_plans, task, minutes_before=30)

        ada_plans.edit(task, DueDraft(due_on=day("2026-11-28"), due_time="10:00"))

        assert self.times(ada_plans, task) == [NOW.replace(day=28, hour=9, minute=30)]

    def test_one_at_a_time_stays(self, ada_plans: Planner) -> None:
        task = ada_plans.add(due_on=day("2026-11-27"), due_time="09:00")
        self.remind(ada_plans, task, at=NOW)

        ada_plans.edit(task, DueDraft(due_on=day("2026-11-28")))

        assert self.times(ada_plans, task) == [NOW]

    def test_one_before_needs_a_due_date(self, ada_plans: Planner) -> None:
        task = ada_plans.add()

        with pytest.raises(NotPossible):
            self.remind(ada_plans, task, minutes_before=30)

    def test_another_users_task_cannot_be_reminded_of(
        self, ada_plans: Planner, database: Database, make: Factory
    ) -> None:
        theirs = Planner(database, make).add(due_on=day("2026-11-27"))

        with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
            self.remind(ada_plans, theirs, minutes_before=30)


VERBS: list[Callable[[Tasks, int], Any]] = [
    lambda tasks, number: tasks.complete(number),
    lambda tasks, number: tasks.reopen(number),
    lambda tasks, number: tasks.skip(number),
    lambda tasks, number: tasks.set_labels(number, [], 1),
    lambda tasks, number: tasks.delete(number),
    lambda tasks, number: tasks.restore(number),
    lambda tasks, number: tasks.edit(number, PriorityDraft(priority=1), 1),
]


@pytest.mark.parametrize("verb", VERBS)
def test_another_users_task_is_never_reached(
    ada_plans: Planner, database: Database, make: Factory, verb: Callable[[Tasks, int], Any]
) -> None:
    bob = Planner(database, make)
    theirs = bob.add("Theirs", due_on=day("2026-11-27"), repeat_rule="FREQ=DAILY")

    with pytest.raises(NotFound):
        ada_plans.tasks(lambda tasks: verb(tasks, theirs.id or 0))

    assert titles(bob.all()) == ["Theirs"]
    assert bob.stored(theirs).version == 1
