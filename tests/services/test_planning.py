"""Tasks with lists, steps, labels, dates and reminders: adding them, and completing and deleting those with steps."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from tests.factories import Factory
from tests.services.planner import NOW, Planner, day, titles
from web.db.database import Database
from web.domain.errors import NotFound, NotPossible
from web.domain.preferences import Preferences
from web.models.reminder import ReminderDraft
from web.models.task import Task
from web.models.task_drafts import DueDraft, DueWords, NewTask, PriorityDraft
from web.services.history import History
from web.services.occurrences import Effect
from web.services.reminders import Reminders
from web.services.task_edits import TaskEdits
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

    def test_the_default_reminder_comes_with_a_time_that_is_given_later(
        self, database: Database, make: Factory
    ) -> None:
        planner = Planner(database, make, Preferences(zone=ZoneInfo("Europe/Berlin"), default_reminder=15))
        task, reminded = planner.add(due_on=day("2026-11-27")), planner.add(due_on=day("2026-11-27"))
        own = ReminderDraft(at=NOW.replace(day=28))
        planner.run(Reminders, lambda reminders: reminders.add_new(reminded, own, str(uuid4())))

        def given(one: Task, time: str) -> list[Any]:
            draft, version = DueWords(words=f"27 nov {time}"), planner.stored(one).version
            planner.run(TaskEdits, lambda edits: edits.set_due(one.id or 0, draft, version))
            return [reminder.at for reminder in planner.run(Reminders, lambda service: service.of(one.id or 0))]

        assert given(task, "9am") == [NOW.replace(day=27, hour=8, minute=45)]
        assert given(task, "10am") == [NOW.replace(day=27, hour=9, minute=45)]
        assert given(reminded, "9am") == [NOW.replace(day=28)]

    def test_a_default_reminder_goes_with_the_time_that_brought_it(self, database: Database, make: Factory) -> None:
        planner = Planner(database, make, Preferences(zone=ZoneInfo("Europe/Berlin"), default_reminder=15))
        task = planner.add(due_on=day("2026-11-27"))
        draft = DueWords(words="27 nov 9am")

        planner.run(TaskEdits, lambda edits: edits.set_due(task.id or 0, draft, planner.stored(task).version))
        operation = planner.operation
        planner.run(History, lambda history: history.undo(operation))
        undone = planner.run(Reminders, lambda reminders: list(reminders.of(task.id or 0)))
        planner.run(TaskEdits, lambda edits: edits.set_due(task.id or 0, draft, planner.stored(task).version))

        assert (planner.stored(task).due_time, undone) == ("09:00", [])
        assert len(planner.run(Reminders, lambda reminders: reminders.of(task.id or 0))) == 1

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
