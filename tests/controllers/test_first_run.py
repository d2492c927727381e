"""The first run: examples until the third task, and a way on from every empty page."""

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.domain.timestamps import utc_now

VIEWS = ["/tasks", "/today", "/inbox", "/upcoming"]


def examples(page: Page) -> list[str]:
    return [link.text() for link in page.tree.css("#examples a[data-line]")]


@pytest.mark.parametrize("path", VIEWS)
def test_a_new_user_sees_three_lines_that_fill_the_field(ada: HtmlClient, path: str) -> None:
    page = ada.get(path)

    links = page.tree.css("#examples a[data-line]")
    opened = ada.get(links[2].attributes["href"] or "")
    assert len(links) == 3
    assert page.link("Bring your tasks from Todoist, CSV or todo.txt") == "/settings/import"
    assert links[2].attributes["data-line"] == opened.value("title") == links[2].text()
    assert [chip.text().split()[0] for chip in opened.tree.css(".chip bdi")] == ["Due", "Label", "Priority", "Note"]


@pytest.mark.parametrize("path", VIEWS)
def test_they_are_gone_with_the_third_task_done_or_not(ada: HtmlClient, make: Factory, path: str) -> None:
    make.task(ada.user)
    make.task(ada.user, completed=True)
    make.task(ada.user, "Gone", deleted_at=utc_now())
    make.task(make.user("Bob"))
    before = examples(ada.get(path))

    answer = ada.post("/tasks", on=path, htmx=True, title="Third")

    assert (len(before), examples(answer), examples(ada.get(path))) == (3, [], [])
    assert answer.tree.css_first("#examples[hx-swap-oob]")


@pytest.mark.parametrize(
    "path", [*VIEWS, "/done", "/days/2030-01-01", "/tasks?status=completed", "/tasks?q=nothing", "/tasks?status=all"]
)
@pytest.mark.parametrize("done", [True, False])
def test_an_empty_page_has_a_way_on(ada: HtmlClient, make: Factory, path: str, done: bool) -> None:
    make.task(ada.user, **({"completed": True} if done else {"list_id": make.record("lists", ada.user, name="A").id}))

    page = ada.get(path)

    assert page.tree.css_first(".empty a[href]")


def test_nothing_is_left_only_after_something_was_there(ada: HtmlClient, make: Factory) -> None:
    new = ada.get("/today").tree.css_first(".empty__line").text()
    make.task(ada.user, completed=True)

    assert new == "A clean page."
    assert ada.get("/today").tree.css_first(".empty__line").text() == "Nothing left for today."
