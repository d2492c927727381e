"""Lists, events, Undo, preferences and the user, for programs."""

import pytest

from tests.client import HtmlClient
from tests.controllers.api.client import Program
from tests.factories import Factory


def test_a_change_is_undone_by_the_operation_of_its_answer(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)
    answer = program.send("PUT", f"/api/tasks/{task.id}", {"title": "Buy tea", "priority": 1, "completed": True})

    undone = program.post(f"/api/undo/{answer.headers['operation']}")

    assert undone["records"] == [{"subject": "tasks", "id": task.id}]
    assert [program.get(f"/api/tasks/{task.id}")[name] for name in ("title", "priority", "completed")] == [
        *("Buy milk", 4, False)
    ]
    assert program.send("POST", f"/api/undo/{answer.headers['operation']}").status == 404


def test_an_operation_that_cannot_be_undone_says_why(program: Program, make: Factory) -> None:
    task = make.task(program.user.user)
    answer = program.send("PATCH", f"/api/tasks/{task.id}", {"title": "Buy tea"})
    program.patch(f"/api/tasks/{task.id}", {"title": "Buy coffee"})

    refused = program.send("POST", f"/api/undo/{answer.headers['operation']}")

    assert (refused.status, refused.response.json()["detail"]) == (
        409,
        "Title has changed since, so this cannot be undone.",
    )


def test_a_task_that_was_edited_since_goes_to_the_trash_as_it_is_when_its_adding_is_undone(program: Program) -> None:
    answer = program.send("POST", "/api/tasks", {"title": "Buy milk"})
    path = f"/api/tasks/{answer.response.json()['id']}"
    program.patch(path, {"title": "Buy tea"})

    undone = program.send("POST", f"/api/undo/{answer.headers['operation']}")

    assert (undone.status, program.send("GET", path).status) == (200, 404)
    assert program.post(f"{path}/restore")["title"] == "Buy tea"


def test_events_are_listed_a_page_at_a_time(program: Program, bob: HtmlClient) -> None:
    Program(bob).post("/api/tasks", {"title": "Not yours"})
    task = program.post("/api/tasks", {"title": "Buy milk"})
    program.patch(f"/api/tasks/{task['id']}", {"title": "Buy tea"})

    first = program.get("/api/events?limit=1")
    second = program.get(f"/api/events?limit=1&after={first['next']}")

    assert [one["action"] for page in (first, second) for one in page["items"]] == ["edit", "add"]
    assert first["items"][0]["changes"] == {"title": ["Buy milk", "Buy tea"]}
    assert second["next"] is None
    assert program.get(f"/api/tasks/{task['id']}/events")["items"] == first["items"] + second["items"]


def test_steps_belong_to_their_task(program: Program) -> None:
    home = program.post("/api/lists", {"name": "Home"})
    task = program.post("/api/tasks", {"title": "Move", "list_id": home["id"]})

    step = program.post(f"/api/tasks/{task['id']}/steps", {"title": "Pack"})

    assert (step["parent_id"], step["list_id"]) == (task["id"], home["id"])
    assert program.get(f"/api/tasks/{task['id']}/steps")["items"] == [step]
    assert program.get(f"/api/tasks/{task['id']}")["steps"] == 1
    program.put(f"/api/tasks/{step['id']}", {"title": "Pack boxes"})
    assert program.get(f"/api/tasks/{step['id']}")["parent_id"] == task["id"]


def test_lists_with_sections(program: Program) -> None:
    home = program.post("/api/lists", {"name": "Home", "colour": "teal"})
    path = f"/api/lists/{home['id']}"
    beds = program.post(f"{path}/sections", {"name": "Beds"})
    other = program.post("/api/lists", {"name": "Other"})

    moved = program.put(f"/api/lists/{other['id']}/parent", {"parent_id": home["id"]})
    archived = [program.put(f"{path}/archive")["archived_at"] for _ in range(2)]

    assert program.get(f"{path}/sections")["items"][0]["id"] == beds["id"]
    assert (moved["parent_id"], beds["is_section"]) == (home["id"], True)
    assert archived[0] == archived[1] is not None
    assert program.send("POST", "/api/lists", {"name": "home"}).status == 409
    assert program.send("DELETE", path).status == 204
    assert program.get("/api/lists")["items"] == []
    assert program.post(f"{path}/restore")["name"] == "Home"
    assert len(program.get("/api/lists")["items"]) == 3


def test_preferences_and_the_user(program: Program) -> None:
    changed = program.patch("/api/preferences", {"time_zone": "Europe/Berlin", "clock": 12})
    kept = program.patch("/api/preferences", {"week_start": 6})

    assert (changed["time_zone"], kept["clock"], kept["week_start"]) == ("Europe/Berlin", 12, 6)
    assert program.get("/api/me") == {
        "id": program.user.user.id,
        "name": "Ada",
        "email": program.user.user.email,
        "time_zone": "Europe/Berlin",
        "scope": "write",
    }
    assert program.put("/api/preferences", {})["time_zone"] is None


@pytest.mark.databases("sqlite")
def test_a_task_is_moved(program: Program, make: Factory) -> None:
    first, second = (make.task(program.user.user, title) for title in ("First", "Second"))

    moved = program.post(f"/api/tasks/{second.id}/move", {"after": first.id})
    step = program.post(f"/api/tasks/{second.id}/move", {"to": "in"})

    assert (moved["parent_id"], step["parent_id"]) == (None, first.id)
