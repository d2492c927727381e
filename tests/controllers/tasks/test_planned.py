"""Completing over HTTP what needs more than one statement: a transaction is opened where there is none."""

from datetime import date
from typing import Any

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from tests.thursday import TODAY
from web.models.task import Task
from web.services.tasks import Tasks

WEEKLY = {
    "due_on": date(2020, 1, 6),
    "repeat_rule": "FREQ=WEEKLY;BYDAY=MO",
    "repeat_mode": "schedule",
    "repeat_anchor": date(2020, 1, 6),
}


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found


def test_a_repeating_task_moves_on(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, **WEEKLY)

    answer = ada.post(f"/tasks/{task.id}/complete")

    moved = stored(make, task)
    assert answer.status == 303
    assert moved.due_on and not moved.completed
    assert (moved.due_on > date(2026, 1, 1), moved.due_on.weekday()) == (True, 0)


def test_steps_are_completed_with_their_task_and_reopened_alone(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user)
    step = make.task(ada.user, "Step", parent_id=task.id)

    ada.post(f"/tasks/{task.id}/complete")
    both = [stored(make, one).completed for one in (task, step)]
    ada.post(f"/tasks/{task.id}/reopen")

    assert both == [True, True]
    assert [stored(make, one).completed for one in (task, step)] == [False, True]


@pytest.mark.parametrize("values", [WEEKLY, {}])
def test_a_failure_in_between_changes_nothing(
    ada: HtmlClient, make: Factory, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make.task(ada.user, **values)
    step = make.task(ada.user, "Step", parent_id=task.id, completed=bool(values))
    before = [stored(make, one) for one in (task, step)]
    change, changed = Tasks.change, []

    def failing(tasks: Tasks, record: Task, *rest: Any) -> Task:
        changed.append(record.id)
        return change(tasks, record, *rest) if len(changed) == 1 else 1 / 0  # type: ignore[return-value]

    monkeypatch.setattr(Tasks, "change", failing)

    answer = ada.post(f"/tasks/{task.id}/complete")

    assert (answer.status, len(changed)) == (500, 2)
    assert [stored(make, one) for one in (task, step)] == before


@pytest.mark.usefixtures("thursday")
def test_a_second_click_completes_no_later_occurrence(ada: HtmlClient, make: Factory) -> None:
    rule = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": TODAY}
    task = make.task(ada.user, "Water the plants", due_on=TODAY, **rule)
    row = ada.get("/today").tree.css_first(f"#task-{task.id} form")
    action = row.attributes["action"]

    answers = [ada.post(action, on="/today", htmx=True) for _ in range(3)]

    assert "data-refreshes" in row.attributes
    assert [answer.status for answer in answers] == [200, 200, 200]
    assert str(make.stored(task).due_on) == "2026-11-27"
    assert "Completed “Water the plants”. Next: Tomorrow." in answers[0].text
    assert "Next:" not in answers[1].text


def test_a_day_that_is_none_is_not_found(ada: HtmlClient, make: Factory) -> None:
    assert ada.post(f"/tasks/{make.task(ada.user).id}/complete?due_on=x").status == 404
