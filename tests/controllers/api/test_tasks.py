"""One task for programs: all fields at once, completion, idempotency keys, the addresses that name a user."""

from datetime import date, timedelta

import pytest

from tests.client import HtmlClient, Statements
from tests.controllers.api.client import Program
from tests.factories import Factory
from web.db.database import Database
from web.db.dialects import dialect_of
from web.domain.timestamps import utc_now

TODAY = utc_now().date()


def test_completing_takes_two_statements_and_a_third_on_sqlite_for_its_event(
    program: Program, make: Factory, statements: Statements, database: Database
) -> None:
    task = make.task(program.user.user)
    program.patch(f"/api/tasks/{task.id}", {"labels": [program.post("/api/labels", {"name": "errand"})["id"]]})
    make.task(program.user.user, parent_id=task.id, completed=True)

    with statements.counted() as seen:
        answer = program.send("PUT", f"/api/tasks/{task.id}/completion").response.json()

    sent = [one for one in seen if not one.startswith("BEGIN")]
    assert len(sent) == (2 if dialect_of(database.engine).LOGS_IN_ONE_STATEMENT else 3)
    assert answer == {**program.get(f"/api/tasks/{task.id}"), "steps": 1, "steps_done": 1}
    assert len(answer["labels"]) == 1


def test_a_task_with_all_of_its_fields(program: Program, make: Factory) -> None:
    garden = make.record("lists", program.user.user, name="Garden")
    label = program.post("/api/labels", {"name": "errand"})
    fields = {
        "title": "Water the beds",
        "description": "With rain",
        "list_id": garden.id,
        "priority": 2,
        "start_on": "2027-03-01",
        "due_on": "2027-03-02",
        "due_time": "18:00",
        "due_zone": "Europe/Berlin",
        "repeat_rule": "FREQ=WEEKLY;BYDAY=TU",
        "repeat_mode": "schedule",
        "repeat_until": "2027-09-01",
        "labels": [label["id"]],
    }

    answer = program.send("POST", "/api/tasks", fields)
    made = answer.response.json()

    assert answer.status == 201, answer.html
    assert program.get(answer.headers["location"]) == made
    assert {name: made[name] for name in fields} == fields
    replaced = program.put(answer.headers["location"], {"title": "Rest", "completed": True})
    assert (replaced["title"], replaced["completed"]) == ("Rest", True)
    assert [replaced[name] for name in ("list_id", "due_on", "repeat_rule", "labels")] == [None, None, None, []]


def test_a_patch_leaves_what_it_does_not_name(program: Program, make: Factory) -> None:
    task = make.task(program.user.user, due_on=date(2027, 3, 1), due_time="18:00")

    patched = program.patch(f"/api/tasks/{task.id}", {"priority": 1})

    assert (patched["priority"], patched["due_on"], patched["due_time"]) == (1, "2027-03-01", "18:00")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"list_id": 10**12}, "list_id"),
        ({"parent_id": 10**12}, "parent_id"),
        ({"labels": [10**12]}, "labels"),
        ({"list_id": 10**30}, "list_id"),
        ({"due_time": "18:00"}, "due_time"),
        ({"repeat_until": "2027-01-01"}, "repeat_until"),
        ({"completed": 0}, "completed"),
        ({"priority": "1"}, "priority"),
        ({"due_on": 20270101}, "due_on"),
        ({"due_on": "20270101"}, "due_on"),
        ({"due_on": "86400"}, "due_on"),
        ({"due_on": "2027-02-29"}, "due_on"),
    ],
)
def test_a_wrong_field_is_named(program: Program, body: dict[str, object], field: str) -> None:
    answer = program.send("POST", "/api/tasks", {"title": "Buy milk", **body})

    assert answer.status == 422
    assert [error["field"].partition(".")[0] for error in answer.response.json()["errors"]] == [field]
    assert program.titles() == []


def test_completing_is_idempotent(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)
    path = f"/api/tasks/{task.id}/completion"

    first, second = program.put(path), program.put(path)
    reopened = [program.send("DELETE", path).response.json() for _ in range(2)]

    assert (first["completed"], first) == (True, second)
    assert [(one["completed"], one["completed_at"]) for one in reopened] == [(False, None)] * 2


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("day", ["0", "86400", "20270302", "2027-02-30"])
def test_what_is_no_day_of_an_occurrence_is_refused(program: Program, make: Factory, day: str) -> None:
    task = make.task(program.user.user)

    answer = program.send("PUT", f"/api/tasks/{task.id}/completion?due_on={day}")

    assert answer.status == 400
    assert answer.response.json()["errors"] == [{"field": "due_on", "detail": "Enter a date, such as 2026-11-26."}]


def test_an_occurrence_is_completed_once(program: Program, make: Factory) -> None:
    repeat = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": TODAY}
    task = make.task(program.user.user, due_on=TODAY, **repeat)

    moved = [program.put(f"/api/tasks/{task.id}/completion?due_on={TODAY}")["due_on"] for _ in range(2)]

    assert moved == [str(TODAY + timedelta(days=1))] * 2


def test_a_stale_completion_is_refused(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)

    stale = program.send("PUT", f"/api/tasks/{task.id}/completion", if_match='"2"')
    current = program.send("PUT", f"/api/tasks/{task.id}/completion", if_match='"1"')

    assert (stale.status, stale.headers["etag"]) == (412, '"1"')
    assert current.status == 200


def test_the_addresses_that_name_the_user_toggle(program: Program, make: Factory) -> None:
    path = f"/api/{program.user.user.id}/tasks"
    task = program.post(path, {"title": "Buy milk"})

    completed = [program.patch(f"{path}/{task['id']}/complete")["completed"] for _ in range(2)]

    assert completed == [True, False]
    assert program.titles() == ["Buy milk"]


def test_the_address_of_another_user_is_refused(program: Program, bob: HtmlClient) -> None:
    answer = program.send("GET", f"/api/{bob.user.id}/tasks")

    assert answer.status == 403
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_line_is_read_as_on_the_page(program: Program) -> None:
    made = program.post("/api/tasks/quick-add", {"line": "Buy milk tomorrow 5pm !!"})

    assert (made["title"], made["due_time"], made["priority"]) == ("Buy milk", "17:00", 2)


def test_the_same_key_gives_the_same_answer(program: Program) -> None:
    body = {"title": "Buy milk"}

    first = program.send("POST", "/api/tasks", body, idempotency_key="once")
    program.send("DELETE", first.headers["location"])
    second = program.send("POST", "/api/tasks", body, idempotency_key="once")
    other = program.send("POST", "/api/tasks", {"title": "Buy tea"}, idempotency_key="once")

    assert (first.status, second.status) == (201, 201)
    assert second.response.content == first.response.content
    assert second.headers["location"] == first.headers["location"]
    assert "idempotency-replayed" not in first.headers and second.headers["idempotency-replayed"] == "true"
    assert other.status == 422
    assert program.titles() == []


def test_a_key_is_each_users_own(program: Program, bob: HtmlClient) -> None:
    for one in (program, Program(bob)):
        one.post("/api/tasks", {"title": "Buy milk"}, idempotency_key="once")

        assert one.titles() == ["Buy milk"]


@pytest.mark.databases("sqlite")
def test_a_refused_request_takes_no_key(program: Program) -> None:
    refused = program.send("POST", "/api/tasks", {"title": "x", "list_id": 7}, idempotency_key="once")
    odd = program.send("POST", "/api/tasks", {"title": "x"}, idempotency_key="k" * 256)

    assert (refused.status, odd.status) == (422, 400)
    assert program.post("/api/tasks", {"title": "Buy milk"}, idempotency_key="once")["title"] == "Buy milk"
