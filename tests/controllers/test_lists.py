"""Lists over HTTP: their pages, every action as a form, and the order of the tasks in them."""

import pytest

from tests.client import HtmlClient, Page, Statements
from tests.factories import Factory


def added(ada: HtmlClient, name: str) -> str:
    """The address of a new list."""
    return ada.post("/lists", name=name, colour="teal").to


def test_an_added_list_has_a_page(ada: HtmlClient) -> None:
    page = ada.get(added(ada, "Garden"))

    assert page.status == 200
    assert "Garden" in page.text
    assert "Nothing is open here." in page.text


@pytest.mark.parametrize("size", [1, 40])
def test_a_list_with_sections_needs_four_statements(
    ada: HtmlClient, make: Factory, statements: Statements, size: int
) -> None:
    garden = make.record("lists", ada.user, name="Garden")
    shed = make.record("lists", ada.user, name="Shed", parent_id=garden.id, is_section=True)
    for number in range(size):
        make.task(ada.user, f"Dig {number}", list_id=garden.id)
    make.task(ada.user, "Paint", list_id=shed.id)
    make.task(ada.user, "Elsewhere")

    with statements.counted() as seen:
        page = ada.get(f"/lists/{garden.id}")

    assert len(page.titles) == size + 1
    assert page.titles[-1] == "Paint"
    assert len(seen) == 4


def test_a_name_that_is_taken_comes_back_as_typed(ada: HtmlClient) -> None:
    added(ada, "Garden")

    page = ada.post("/lists", name="GARDEN", colour="red")

    assert (page.status, page.value("name")) == (422, "GARDEN")
    assert page.error("name") == "There is already a list “Garden”."


def test_a_list_is_renamed_and_a_stale_rename_asks(ada: HtmlClient) -> None:
    url = added(ada, "Garden")

    saved = ada.post(url, name="Yard", colour="red", version="1")
    stale = ada.post(url, name="Plot", colour="teal", version="1")
    again = ada.post(url, name="Plot", colour=stale.value("colour"), version="2")

    assert (saved.status, stale.status, again.status) == (303, 409, 303)
    assert "Yard" in stale.alert
    assert "Plot" in ada.get(url).text


def test_a_list_is_moved_into_another_and_never_into_itself(ada: HtmlClient) -> None:
    home, garden = added(ada, "Home"), added(ada, "Garden")

    moved = ada.post(f"{garden}/move", parent_id=home.split("/")[-1])
    circle = ada.post(f"{home}/move", parent_id=garden.split("/")[-1])

    assert moved.status == 303
    assert (circle.status, circle.tree.css_first("#list-parent-error").text()) == (
        422,
        "A list cannot be moved into itself.",
    )


def test_archived_lists_say_so(ada: HtmlClient) -> None:
    url = added(ada, "Garden")

    ada.post(f"{url}/archive")
    archived = ada.get("/lists").text
    ada.post(f"{url}/unarchive")

    assert "Archived" in archived
    assert "Archived" not in ada.get("/lists").text


def test_a_deleted_list_is_offered_back_with_its_tasks(ada: HtmlClient, make: Factory) -> None:
    url = added(ada, "Garden")
    make.task(ada.user, "Dig", list_id=int(url.split("/")[-1]))

    offered = ada.get(ada.post(f"{url}/delete").to)
    gone = ada.get(url)
    ada.post(f"{url}/restore")

    assert "Deleted “Garden” and its tasks." in offered.text
    assert gone.status == 404
    assert ada.get(url).titles == ["Dig"]


def test_tasks_are_moved_up_and_down_and_the_place_is_told(ada: HtmlClient, make: Factory) -> None:
    url = added(ada, "Garden")
    tasks = [
        make.task(ada.user, title, list_id=int(url.split("/")[-1]), position=position)
        for title, position in (("Dig", "a1"), ("Sow", "a2"), ("Water", "a3"))
    ]

    moving = f"/tasks/{tasks[2].id}/move"
    assert ada.get(url).tree.css_first("#row-menu")
    assert ada.get(f"{moving}?from={url}").tree.css_first(f"form[action='{moving}'] button[value=up]")
    answer = ada.post(moving, on=f"{moving}?from={url}", to="up")
    page: Page = ada.get(answer.to)

    assert page.titles == ["Dig", "Water", "Sow"]
    assert "Water, 2 of 3" in page.text


def test_a_task_that_is_added_on_a_list_belongs_to_it(ada: HtmlClient) -> None:
    url = added(ada, "Garden")
    form = ada.get(url)

    page = ada.get(ada.post("/tasks", on=url, title="Dig tomorrow", list_id=form.value("list_id")).to)

    assert page.titles == ["Dig"]
    assert page.tree.css_first(".facts__due").text() == "Tomorrow"
    assert not page.tree.css_first(".facts__list")
