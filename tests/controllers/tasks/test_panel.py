"""The panel: a task beside its list."""

from datetime import date

import pytest

from tests.client import HtmlClient
from tests.factories import Factory
from web.models.task import Task


@pytest.fixture
def task(ada: HtmlClient, make: Factory) -> Task:
    """Due long ago, so that it stands on the page of today."""
    return make.task(ada.user, "Buy milk", description="Two litres", due_on=date(2026, 1, 5))


@pytest.mark.parametrize("page", ["/today", "/tasks", "/days/2026-01-05", "/done", "/inbox"])
def test_the_address_of_a_list_may_name_a_task(ada: HtmlClient, task: Task, page: str) -> None:
    panel = ada.get(f"{page}?task={task.id}").tree.css_first("#panel")

    assert panel.css_first("h2").text() == "Buy milk"
    assert "Two litres" in panel.text()
    assert [link.text() for link in panel.css(".fact__label")] == [
        *("Due", "Start", "Repeat", "Priority", "Labels", "List", "Remind"),
    ]
    assert panel.css_first("[data-close]").attributes["href"] == page


@pytest.mark.parametrize("named", ["0", "-1", "abc", "99999999999999999999", "7;7", "4711"])
def test_a_task_that_there_is_not_is_said_in_its_place(ada: HtmlClient, named: str) -> None:
    page = ada.get(f"/today?task={named}")

    assert page.status == 200
    assert "This task does not exist" in page.tree.css_first("#panel [role=alert]").text()
    assert page.tree.css_first("#panel [data-close]").attributes["href"] == "/today"


def test_without_a_task_in_the_address_the_panel_is_closed(ada: HtmlClient) -> None:
    for address in ("/today", "/today?task=", "/tasks"):
        assert "hidden" in ada.get(address).tree.css_first("#panel").attributes


def test_another_users_task_is_as_unknown_as_any(ada: HtmlClient, bob: HtmlClient, task: Task) -> None:
    theirs, nowhere = (bob.get(f"/today?task={number}").tree.css_first("#panel") for number in (task.id, 10**12))

    assert "Buy milk" not in (theirs.html or "")
    assert theirs.html == nowhere.html


def test_a_click_on_its_title_fetches_the_panel_alone(ada: HtmlClient, task: Task) -> None:
    panel = ada.get(f"/tasks/{task.id}", htmx=True, on="/today", hx_target="aside#panel")

    assert not panel.is_page
    assert panel.tree.css_first("#panel h2").text() == "Buy milk"
    assert panel.tree.css_first("#panel [data-close]").attributes["href"] == "/today"


def test_the_target_counts_for_htmx_alone(ada: HtmlClient, task: Task) -> None:
    assert ada.get(f"/tasks/{task.id}", hx_target="aside#panel").is_page


def test_what_is_done_in_the_list_changes_the_panel(ada: HtmlClient, task: Task) -> None:
    answer = ada.post(f"/tasks/{task.id}/complete", htmx=True, on=f"/today?task={task.id}")
    elsewhere = ada.post(f"/tasks/{task.id}/reopen", htmx=True, on="/today?task=999999")

    panel = answer.tree.css_first("#panel[hx-swap-oob]")
    assert panel.css_first(".panel__head.task--done")
    assert "Completed" in panel.css_first(".history").text()
    assert not elsewhere.tree.css_first("#panel")


def test_what_is_done_in_the_panel_changes_the_row(ada: HtmlClient, task: Task) -> None:
    answer = ada.post(f"/tasks/{task.id}/complete", htmx=True, on=f"/today?task={task.id}", into="aside#panel")

    assert answer.html.strip().startswith("<aside")
    assert not answer.tree.css_first("#panel").attributes.get("hx-swap-oob")
    assert answer.tree.css_first(f"li#task-{task.id}.task--done").attributes["hx-swap-oob"] == "outerHTML"


def test_a_fact_that_is_set_changes_its_line_and_the_row(ada: HtmlClient, task: Task) -> None:
    answer = ada.post(f"/tasks/{task.id}/priority", htmx=True, on=f"/today?task={task.id}", priority="1", version="1")

    first = answer.tree.body.child if answer.tree.body else None
    assert first and first.attributes["id"] == f"priority-{task.id}"
    assert answer.tree.css_first(f"li#task-{task.id}[hx-swap-oob] .task__marks")
    assert answer.tree.css_first(f"#history-{task.id}[hx-swap-oob]")


def test_deleting_closes_the_panel(ada: HtmlClient, make: Factory, task: Task) -> None:
    in_panel = ada.post(f"/tasks/{task.id}/delete", htmx=True, on=f"/today?task={task.id}", into="aside#panel")
    other = make.task(ada.user, "Call Grace")
    beside = ada.post(f"/tasks/{other.id}/delete", htmx=True, on=f"/today?task={other.id}")

    assert in_panel.tree.css_first("#panel[hidden]") and in_panel.tree.css_first(f"#task-{task.id}[hx-swap-oob=delete]")
    assert beside.tree.css_first("#panel[hidden][hx-swap-oob]")
    assert "Call Grace" in beside.text


def test_title_and_note_are_edited_in_the_panel(ada: HtmlClient, task: Task) -> None:
    on = {"htmx": True, "on": f"/today?task={task.id}"}
    editor = ada.get(f"/tasks/{task.id}/edit", hx_target="aside#panel", **on)
    wrong = ada.post(f"/tasks/{task.id}", into="aside#panel", title=" ", version="1", **on)
    saved = ada.post(f"/tasks/{task.id}", into="aside#panel", title="Buy tea", version="1", **on)
    conflict = ada.post(f"/tasks/{task.id}", into="aside#panel", title="Buy rum", version="1", **on)

    assert editor.tree.css_first("#panel .edit [name=title]").attributes["value"] == "Buy milk"
    assert (wrong.status, wrong.error("title")) == (422, "A task needs a title.")
    assert wrong.tree.css_first("#panel .edit")
    assert saved.tree.css_first("#panel h2").text() == "Buy tea"
    assert not saved.tree.css_first("#panel .edit")
    assert saved.tree.css_first(f"li#task-{task.id} .task__title").text() == "Buy tea"
    assert (conflict.status, conflict.tree.css_first("#panel .edit [name=title]").attributes["value"]) == (
        409,
        "Buy rum",
    )


def test_steps_stand_before_the_facts(ada: HtmlClient, task: Task) -> None:
    html = str(ada.get(f"/today?task={task.id}").tree.css_first("#panel").html)

    assert (
        html.index('class="note"')
        < html.index('class="steps"')
        < html.index('class="task-facts"')
        < html.index('class="history"')
    )


def test_a_completed_task_is_not_overdue(ada: HtmlClient, task: Task) -> None:
    ada.post(f"/tasks/{task.id}/complete")

    assert "overdue" not in ada.get(f"/today?task={task.id}").tree.css_first("#panel").text()


def test_the_panel_says_the_list_of_the_task(ada: HtmlClient, task: Task, make: Factory) -> None:
    work = make.record("lists", ada.user, name="Work")
    report = make.record("lists", ada.user, name="Report", parent_id=work.id)
    other = make.task(ada.user, "Write it", list_id=report.id)

    crumbs = [ada.get(f"/today?task={one.id}").tree.css_first(".panel__crumb") for one in (task, other)]

    assert [(crumb.text(), crumb.attributes["href"]) for crumb in crumbs] == [
        ("Inbox", "/inbox"),
        ("Work › Report", f"/lists/{report.id}"),
    ]
