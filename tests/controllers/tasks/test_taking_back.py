"""Without JavaScript: what was read from the line of a new task stands beside it, with forms to take it back."""

import pytest
from sqlmodel import col, select

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.models.task import Task

LINE = "Call Bob 24 dec 2099 #Home p1"


@pytest.fixture
def added(ada: HtmlClient, make: Factory) -> Page:
    """The Inbox after a task was added there by a line with a note beside it."""
    make.record("lists", ada.user, name="Home")
    return ada.get(ada.post("/tasks", title=LINE, description="By phone", on="/inbox").to)


def taken_back(page: Page) -> dict[str, dict[str, str]]:
    """The fields of each form that takes a part back, by what the part means."""
    return {
        form.css_first("bdi").text(): {
            field.attributes["name"]: field.attributes["value"] or "" for field in form.css("input")
        }
        for form in page.tree.css(".notice form.chip")
    }


def everything(make: Factory) -> list[Task]:
    with make.database.reading() as session:
        return [task for task in session.exec(select(Task).order_by(col(Task.id))) if not task.deleted_at]


def facts(make: Factory) -> list[tuple[str, str | None, bool, int, bool]]:
    """Title, note, whether there is a due date, priority and whether there is a list, of each task that is there."""
    return [(one.title, one.description, bool(one.due_on), one.priority, bool(one.list_id)) for one in everything(make)]


def test_each_part_is_told(added: Page) -> None:
    assert [*taken_back(added)] == ["Due 24 Dec 2099", "List Home", "Priority 1"]


@pytest.mark.parametrize(
    ("part", "left"),
    [
        ("Due 24 Dec 2099", ("Call Bob 24 dec 2099", "By phone", False, 1, True)),
        ("List Home", ("Call Bob #Home", "By phone", True, 1, False)),
        ("Priority 1", ("Call Bob p1", "By phone", True, 4, True)),
    ],
)
def test_a_part_becomes_text_and_the_rest_stays(
    ada: HtmlClient, make: Factory, added: Page, part: str, left: tuple[str, str, bool, int, bool]
) -> None:
    again = ada.get(ada.post("/tasks", **taken_back(added)[part], on="/inbox").to)

    assert facts(make) == [left]
    assert part not in taken_back(again)
    assert len(taken_back(again)) == 2


def test_undo_brings_the_first_reading_back(ada: HtmlClient, make: Factory, added: Page) -> None:
    before = facts(make)
    again = ada.get(ada.post("/tasks", **taken_back(added)["List Home"], on="/inbox").to)

    ada.post(again.undo)

    assert facts(make) == before


def test_the_same_form_twice_is_one_task(ada: HtmlClient, make: Factory, added: Page) -> None:
    fields = taken_back(added)["List Home"]

    first, second = (ada.post("/tasks", **fields, on="/inbox") for _ in range(2))

    assert (first.to, len(facts(make))) == (second.to, 1)


def test_a_task_that_was_changed_meanwhile_stays_as_it_is(ada: HtmlClient, make: Factory, added: Page) -> None:
    ada.post(f"/tasks/{everything(make)[0].id}/complete")

    answer = ada.post("/tasks", **taken_back(added)["List Home"], on="/inbox")

    assert (answer.status, [one.completed for one in everything(make)]) == (422, [True])
    assert "The task has changed since it was added." in answer.text


def test_a_task_with_a_step_stays_as_it_is(ada: HtmlClient, make: Factory, added: Page) -> None:
    [task] = everything(make)
    make.task(ada.user, "Find the number", parent_id=task.id, list_id=task.list_id)

    answer = ada.post("/tasks", **taken_back(added)["List Home"], on="/inbox")

    assert (answer.status, len(everything(make))) == (422, 2)


def test_a_line_of_which_nothing_is_left_to_take_back_is_a_title(ada: HtmlClient) -> None:
    page = ada.get(ada.post("/tasks", title="Call Bob \\p1", on="/inbox").to)

    assert page.tree.css_first(".notice .chips") is None


@pytest.mark.parametrize("line", ["Call Bob", f"Call Bob {'again ' * 32}24 dec 2099", "Call Bob #Nowhere"])
def test_a_title_and_a_preset_are_no_part_of_the_line(ada: HtmlClient, line: str) -> None:
    answer = ada.post("/tasks", title=line, due_on="2099-12-24", on="/days/2099-12-24")

    assert [*taken_back(ada.get(answer.to))] == (["Due 24 Dec 2099"] if "dec" in line else [])


def test_the_presets_of_a_page_stay(ada: HtmlClient, make: Factory) -> None:
    answer = ada.post("/tasks", title="Call Bob p1", due_on="2099-12-24", on="/days/2099-12-24")

    ada.post("/tasks", **taken_back(ada.get(answer.to))["Priority 1"], on="/days/2099-12-24")

    assert facts(make) == [("Call Bob p1", None, True, 4, False)]
