"""Reminders for programs."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.controllers.api.client import Program
from tests.factories import Factory
from web.domain.timestamps import utc_now

DUE = date(2099, 3, 2)


def test_a_reminder_before_the_task_is_due(program: Program, make: Factory) -> None:
    task = make.task(program.user.user, due_on=DUE, due_time="18:00")
    path = f"/api/tasks/{task.id}/reminders"

    first, again = (program.send("POST", path, {"minutes_before": 30}) for _ in range(2))
    at_nine = program.post(path, {"minutes_before": 1440, "day_time": "09:00"})

    made = first.response.json()
    assert (first.status, made["at"], made["minutes_before"]) == (201, "2099-03-02T17:30:00Z", 30)
    assert again.response.json()["id"] == made["id"]
    assert at_nine["at"] == "2099-03-01T09:00:00Z"
    assert program.get(first.headers["location"]) == made
    assert program.get(path)["items"] == [at_nine, made]


def test_a_reminder_at_a_time_is_removed_and_comes_back_by_undo(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)
    path = f"/api/tasks/{task.id}/reminders"
    made = program.post(path, {"at": "2099-03-02T19:00:00+02:00"})

    removed = program.send("DELETE", f"/api/reminders/{made['id']}")
    after = program.get(path)["items"]
    program.post(f"/api/undo/{removed.headers['operation']}")

    assert (made["at"], removed.status, after) == ("2099-03-02T17:00:00Z", 204, [])
    assert [one["id"] for one in program.get(path)["items"]] == [made["id"]]


def test_a_reminder_that_is_due_is_snoozed_and_put_away(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)
    due = make.record("reminders", program.user.user, task_id=task.id, at=utc_now() - timedelta(minutes=1))
    path = f"/api/reminders/{due.id}"

    snoozed = program.post(f"{path}/snooze")
    again = program.send("POST", f"{path}/snooze")

    assert (snoozed["sent_at"], snoozed["dismissed_at"]) == (None, None)
    assert snoozed["at"] > utc_now().isoformat()
    assert (again.status, again.response.json()["detail"]) == (409, "This reminder is not due.")
    assert program.post(f"{path}/dismiss")["dismissed_at"] is None
    other = make.record("reminders", program.user.user, task_id=task.id, at=utc_now() - timedelta(minutes=1))
    dismissed = [program.post(f"/api/reminders/{other.id}/dismiss")["dismissed_at"] for _ in range(2)]
    assert dismissed[0] == dismissed[1] is not None


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, ""),
        ({"at": "2099-03-02T19:00:00Z", "minutes_before": 5}, 422, ""),
        ({"at": "2099-03-02T19:00:00"}, 422, "at"),
        ({"at": "9999-12-31T23:59:59-12:00"}, 422, "at"),
        ({"at": "4102444800"}, 422, "at"),
        ({"minutes_before": 40_321}, 422, "minutes_before"),
        ({"minutes_before": 30, "day_time": "09:00"}, 422, "day_time"),
        ({"minutes_before": 1440, "day_time": "25:00"}, 422, "day_time"),
        ({"minutes_before": 5}, 409, None),
        ({"at": "2000-03-02T19:00:00Z"}, 409, None),
    ],
)
def test_what_is_no_reminder_is_refused(
    program: Program, make: Factory, body: dict[str, Any], status: int, field: str | None
) -> None:
    task = make.task(program.user.user)

    answer = program.send("POST", f"/api/tasks/{task.id}/reminders", body)

    assert answer.status == status
    errors = [error["field"] for error in answer.response.json().get("errors", [])]
    assert errors == ([] if field is None else [field])
    assert program.get(f"/api/tasks/{task.id}/reminders")["items"] == []
