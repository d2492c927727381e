"""Lists of tasks for programs: pages that follow each other, filters, and parameters that are refused."""

from datetime import timedelta

import pytest

from tests.client import Statements
from tests.controllers.api.client import Program
from tests.factories import Factory
from web.domain.timestamps import utc_now

TODAY = utc_now().date()


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "updated"])
def test_pages_follow_each_other(program: Program, make: Factory, sort: str) -> None:
    make.tasks(program.user.user, 7)

    seen, query, links = [], f"/api/tasks?limit=3&sort={sort}", 0
    while query:
        answer = program.send("GET", query)
        page = answer.response.json()
        seen += [task["title"] for task in page["items"]]
        query = answer.headers["link"][1:].partition(">")[0] if page["next"] else ""
        links += "link" in answer.headers

    assert (len(seen), len(set(seen)), links) == (7, 7, 2)
    assert page["counts"] == {"all": 7, "pending": 7, "completed": 0}


def test_a_page_of_fifty_takes_three_statements(program: Program, make: Factory, statements: Statements) -> None:
    make.tasks(program.user.user, 60)

    with statements.counted() as seen:
        page = program.get("/api/tasks")

    assert len(page["items"]) == 50
    assert len(seen) <= 3


@pytest.fixture
def planned(program: Program, make: Factory) -> Program:
    """Tasks in a list, with a label, due on several days; one of an archived list."""
    user = program.user.user
    garden = make.record("lists", user, name="Garden")
    shed = make.record("lists", user, name="Shed", archived_at=utc_now())
    errand = program.post("/api/labels", {"name": "errand"})
    make.task(user, "Late", due_on=TODAY - timedelta(days=2), list_id=garden.id)
    make.task(user, "Late and done", due_on=TODAY - timedelta(days=2), completed=True)
    make.task(user, "Today", due_on=TODAY)
    make.task(user, "Later", due_on=TODAY + timedelta(days=9))
    make.task(user, "Archived", list_id=shed.id)
    make.task(user, "Whenever")
    plan = make.task(user, "Plan")
    make.task(user, "Step of the plan", parent_id=plan.id, due_on=TODAY)
    program.patch(f"/api/tasks/{plan.id}", {"labels": [errand["id"]]})
    program.ids = {"garden": garden.id, "shed": shed.id, "errand": errand["id"]}  # type: ignore[attr-defined]
    return program


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("due=overdue", ["Late"]),
        ("due=today", ["Today"]),
        ("due=upcoming", ["Later"]),
        ("due=none", ["Plan", "Whenever"]),
        (f"due={TODAY}", ["Today"]),
        (f"due={TODAY - timedelta(days=2)}..{TODAY}", ["Late", "Late and done", "Today"]),
        (f"due={TODAY - timedelta(days=2)}..{TODAY}&status=completed", ["Late and done"]),
        ("list={garden}", ["Late"]),
        ("list={shed}", ["Archived"]),
        ("list=inbox&due=today", ["Today"]),
        ("label={errand}", ["Plan"]),
        ("q=plan", ["Plan", "Step of the plan"]),
        ("q=plan&due=today", ["Step of the plan"]),
        ("status=completed", ["Late and done"]),
    ],
)
def test_filters(planned: Program, query: str, titles: list[str]) -> None:
    address = query.format_map(planned.ids)  # type: ignore[attr-defined]

    page = planned.get(f"/api/tasks?{address}&limit=200")

    assert sorted(task["title"] for task in page["items"]) == titles
    status = "completed" if "status=completed" in query else "all"
    assert page["counts"][status] == len(titles)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1e2", "limit"),
        ("status=open", "status"),
        ("sort=random", "sort"),
        ("list=0", "list"),
        ("label=x", "label"),
        ("due=soon", "due"),
        ("stauts=all", "stauts"),
        ("limit=1&limit=2", "limit"),
        ("q=%00", "q"),
    ],
)
def test_a_wrong_parameter_is_named(program: Program, query: str, field: str) -> None:
    answer = program.send("GET", f"/api/tasks?{query}")

    assert answer.status == 400
    assert [error["field"] for error in answer.response.json()["errors"]] == [field]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("list=home", "This must be the id of a list, or inbox."),
        (
            "due=soon",
            "This must be overdue, today, upcoming, none, a day such as 2027-03-02, or two days with .. between them.",
        ),
    ],
)
def test_a_list_or_a_due_date_that_is_none_is_told_what_there_is(program: Program, query: str, sentence: str) -> None:
    (error,) = program.send("GET", f"/api/tasks?{query}").response.json()["errors"]

    assert error["detail"] == sentence


@pytest.mark.databases("sqlite")
def test_a_day_that_there_is_not_is_named(program: Program) -> None:
    answer = program.send("GET", "/api/tasks?due=2026-02-30")

    assert (answer.status, answer.response.json()["errors"][0]["field"]) == (422, "due")


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("path", ["/api/tasks", "/api/events"])
@pytest.mark.parametrize("after", ["nowhere", "0", "x" * 1001])
def test_a_page_that_begins_nowhere_is_refused(program: Program, path: str, after: str) -> None:
    answer = program.send("GET", f"{path}?after={after}")

    assert (answer.status, [error["field"] for error in answer.response.json()["errors"]]) == (400, ["after"])
