"""The reminders that the page shows: until they are dismissed, or for thirty days."""

from datetime import timedelta

from tests.services.planner import NOW, Planner, day
from tests.services.reminding import remind
from web.models.task_drafts import DueDraft
from web.services.due_reminders import SHOWN_FOR, DueReminders
from web.services.reminders import Reminders


def test_what_was_put_away_is_shown_again_once_it_has_moved(ada_plans: Planner) -> None:
    task = ada_plans.add("Buy milk", due_on=day("2026-11-26"), due_time="14:00")
    reminder = remind(ada_plans, task, minutes_before=0)

    def shown() -> list[str]:
        return [one.title for one in ada_plans.run(DueReminders, lambda due: due.all())]

    before = shown()
    ada_plans.run(Reminders, lambda reminders: reminders.dismiss(reminder))
    dismissed = shown()
    ada_plans.edit(task, DueDraft(due_on=day("2026-11-27"), due_time="14:00"))
    moved = shown()
    ada_plans.now = NOW + timedelta(days=1)

    assert (before, dismissed, moved, shown()) == (["Buy milk"], [], [], ["Buy milk"])


def test_the_page_stops_showing_one_after_thirty_days(ada_plans: Planner) -> None:
    remind(ada_plans, ada_plans.add())
    counts = []

    for later in (SHOWN_FOR - timedelta(seconds=1), SHOWN_FOR):
        ada_plans.now = NOW + later
        counts.append(len(ada_plans.run(DueReminders, lambda due: due.all())))

    assert counts == [1, 0]
