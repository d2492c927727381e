"""What an undo says that it took back, and which row comes back."""

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory

pytestmark = pytest.mark.databases("sqlite")


def undone(ada: HtmlClient) -> Page:
    return ada.post("/undo", htmx=True)


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("complete", {}, "Undone: Completed “Buy milk”"),
        ("delete", {}, "Undone: Deleted “Buy milk”"),
        ("priority", {"priority": "1"}, "Undone: Changed priority of “Buy milk”"),
        (
            "due",
            {"due_on": "2027-02-11", "due_time": "09:00", "version": "1"},
            "Undone: Changed due date and due time of “Buy milk”",
        ),
        ("move", {"name": "Garden"}, "Undone: Moved “Buy milk” and 1 more"),
    ],
)
def test_names_the_change_and_the_task(
    ada: HtmlClient, make: Factory, action: str, fields: dict[str, str], words: str
) -> None:
    task = make.task(ada.user)
    ada.post(f"/tasks/{task.id}/{action}", **fields)

    answer = undone(ada)

    assert answer.tree.css_first(".notice__text").text() == words
    assert answer.tree.css_first("[data-returned]").attributes["data-returned"] == f"task-{task.id}"


@pytest.mark.parametrize(
    ("address", "back"),
    [
        ("/tasks?status=all&q=milk&deleted=7", "/tasks?status=all&q=milk"),
        ("/today?task=7&completed=7", "/today?task=7"),
        ("/inbox?shown=100", "/inbox?shown=100"),
    ],
)
def test_leads_back_to_the_page_without_what_its_notices_told(
    ada: HtmlClient, make: Factory, address: str, back: str
) -> None:
    task = make.task(ada.user)
    operation = ada.post(f"/tasks/{task.id}/delete", on="/tasks").to.rpartition("=")[2]

    answer = ada.post(f"/undo/{operation}", on=f"{address}&operation={operation}")

    assert answer.to == back


def test_a_task_goes_before_its_steps_and_the_first_of_several_lines_before_the_others(
    ada: HtmlClient, make: Factory
) -> None:
    task = make.task(ada.user)
    for title in ("Oat", "Soy"):
        make.task(ada.user, title, parent_id=task.id)
    ada.post(f"/tasks/{task.id}/complete")
    ada.post("/tasks/several", lines="Call Grace\nPay rent\nGo out", op="7a6d0c52-3a2f-4a51-8d0e-3f5e6a1b2c3d")

    assert "Undone: Added “Call Grace” and 2 more" in undone(ada).text
    assert "Undone: Completed “Buy milk” with 2 steps" in undone(ada).text


def test_a_repeat_is_named_by_the_task_that_comes_back(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user)
    ada.post(f"/tasks/{task.id}/due", due_on="2027-02-11", version="1")
    ada.post(f"/tasks/{task.id}/repeat", words="every 3 days", version="2")
    assert "Next:" in ada.post(f"/tasks/{task.id}/complete", htmx=True).text

    answer = undone(ada)

    assert answer.tree.css_first(".notice__text").text() == "Undone: Completed “Buy milk”"
    assert answer.tree.css_first("[data-returned]").attributes["data-returned"] == f"task-{task.id}"


@pytest.mark.parametrize("noun", ["tasks", "labels"])
def test_the_undo_of_a_deletion_is_none_that_the_next_undo_takes_back(
    ada: HtmlClient, make: Factory, noun: str
) -> None:
    one = make.task(ada.user) if noun == "tasks" else make.record("labels", ada.user, name="Buy milk")
    deleted = ada.post(f"/{noun}/{one.id}/delete", htmx=True)
    again = ada.post(f"/{noun}/{one.id}/delete", htmx=True)
    ada.post(deleted.tree.css_first("form[action^='/undo/']").attributes["action"] or "")

    assert "There is nothing to undo." in undone(ada).text
    assert again.tree.css_first(f"form[action='/{noun}/{one.id}/restore']")


def test_nothing_is_left_to_undo(ada: HtmlClient) -> None:
    answer = undone(ada)

    assert "There is nothing to undo." in answer.text
    assert not answer.tree.css("[data-returned]")


def test_a_list_that_was_moved_is_named_alone(ada: HtmlClient, make: Factory) -> None:
    """With the first order by hand all of them get positions."""
    _, _, work = (make.record("lists", ada.user, name=name) for name in ("Garden", "Home", "Work"))
    ada.post(f"/lists/{work.id}/order", to="up")

    assert undone(ada).tree.css_first(".notice__text").text() == "Undone: Moved “Work”"


def test_without_javascript_the_page_after_it_says_what_it_took_back(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user)
    ada.post(f"/tasks/{task.id}/priority", priority="1")

    words = [
        ada.get(ada.post("/undo", on=f"{page}?moved=1").to).tree.css_first(".notice__text").text()
        for page in ("/today", "/tasks")
    ]

    assert words == ["Undone: Changed priority of “Buy milk”", "There is nothing to undo."]


def test_without_javascript_a_task_that_is_gone_again_is_named_too(ada: HtmlClient, make: Factory) -> None:
    ada.post("/tasks", on="/inbox", title="Buy tea", op="7a6d0c52-3a2f-4a51-8d0e-3f5e6a1b2c3d")

    page = ada.get(ada.post("/undo", on="/inbox").to)

    assert page.tree.css_first(".notice__text").text() == "Undone: Added “Buy tea”"


def test_without_javascript_a_large_undo_is_not_counted(ada: HtmlClient, bob: HtmlClient) -> None:
    lines = "\n".join(f"Task {number}" for number in range(60))
    ada.post("/tasks/several", lines=lines, op="7a6d0c52-3a2f-4a51-8d0e-3f5e6a1b2c3d")

    to = ada.post("/undo", on="/inbox").to

    assert ada.get(to).tree.css_first(".notice__text").text() == "Undone: Added “Task 0” and more"
    assert bob.get(to).tree.css_first(".notice__text").text() == "There is nothing to undo."
