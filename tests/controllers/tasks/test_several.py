"""Several tasks at once: a line each."""

from uuid import uuid4

import pytest
from sqlmodel import select

from tests.client import HtmlClient
from tests.factories import Factory
from web.models.task import Task

LINES = """Garden
- [ ] Dig @errand
- [x] Sow
    * Water every day

Pay rent 1 dec p1"""


def stored(make: Factory) -> dict[str, Task]:
    with make.database.reading() as session:
        return {task.title: task for task in session.exec(select(Task)).all()}


def test_each_line_is_a_task_and_indented_ones_are_steps(ada: HtmlClient, make: Factory) -> None:
    answer = ada.post("/tasks/several", on="/inbox", lines=LINES, op=str(uuid4()))
    shown = ada.get(answer.to)

    found = stored(make)
    assert set(found) == {"Garden", "Dig", "Sow", "Water", "Pay rent"}
    assert found["Dig"].parent_id == found["Sow"].parent_id == found["Garden"].id
    assert found["Water"].parent_id == found["Sow"].id
    assert [found[title].completed for title in ("Garden", "Dig", "Sow")] == [False, False, True]
    assert found["Pay rent"].priority == 1
    assert found["Water"].repeat_rule
    assert answer.to.startswith("/inbox?")
    assert "Added 2 tasks and 3 steps to Inbox." in shown.text


def test_one_undo_takes_all_of_them_back(ada: HtmlClient, make: Factory) -> None:
    key = str(uuid4())
    ada.post("/tasks/several", on="/inbox", lines=LINES, op=key)

    ada.post(f"/undo/{key}", on="/inbox")

    assert all(task.deleted_at for task in stored(make).values())


def test_sent_twice_it_adds_them_once(ada: HtmlClient, make: Factory) -> None:
    for _ in range(2):
        ada.post("/tasks/several", on="/today", lines=LINES, op="6f9b2b1e-3df5-4d5a-8f2f-1c1f2ad9a001")

    assert len(stored(make)) == 5


def test_a_line_that_is_no_task_adds_nothing_and_is_named(ada: HtmlClient, make: Factory) -> None:
    lines = f"Buy milk\n{'x' * 201}"

    answer = ada.post("/tasks/several", on="/today", lines=lines)

    assert answer.status == 422
    assert answer.error("lines").startswith("Line 2: Titles can be up to 200 characters")
    assert answer.value("lines") == lines
    assert not stored(make)


def test_a_line_that_starts_after_it_is_due_adds_nothing_and_is_named(ada: HtmlClient, make: Factory) -> None:
    answer = ada.post("/tasks/several", on="/today", lines="Buy milk\nPaint start 4 feb 2027 due 3 feb 2027")

    assert answer.error("lines") == "Line 2: The start (4 Feb 2027) is after the due date (3 Feb 2027)."
    assert not stored(make)


@pytest.mark.parametrize(
    ("lines", "problem"), [("", "Write or paste"), (" \n ", "Write or paste"), ("x\n" * 15000, "At most")]
)
def test_what_is_refused(ada: HtmlClient, make: Factory, lines: str, problem: str) -> None:
    answer = ada.post("/tasks/several", on="/today", lines=lines)

    assert answer.status == 422
    assert problem in answer.error("lines")
    assert not stored(make)


def test_at_most_two_hundred_are_added(ada: HtmlClient, make: Factory) -> None:
    ada.post("/tasks/several", on="/today", lines="\n".join(f"Task {number}" for number in range(203)))

    assert len(stored(make)) == 200


def test_presets_are_for_tasks_and_steps_follow_their_task(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden", colour="green", position="a0")

    ada.post(
        "/tasks/several", on=f"/lists/{garden.id}", lines="Dig\n  Deep", list_id=str(garden.id), due_on="2026-12-24"
    )

    found = stored(make)
    assert found["Dig"].list_id == found["Deep"].list_id == garden.id
    assert (str(found["Dig"].due_on), found["Deep"].due_on) == ("2026-12-24", None)


def test_without_javascript_there_is_a_page_for_it(ada: HtmlClient) -> None:
    page = ada.get("/tasks/new?several=1")

    assert page.tree.css_first("form[action^='/tasks/several'] textarea[name=lines]")
    for address in ("/today", "/tasks/new"):
        assert ada.get(address).tree.css_first("a[href='/tasks/new?several=1']")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("Dig #", ["#Garden", '#"Home office"']),
        ("Dig #ho", ['#"Home office"']),
        ("Dig #HOME o", ['#"Home office"']),
        ("Dig #garden", []),
        ("Dig#g", []),
        ("Dig @er", ["@errand"]),
        ("Dig", []),
        ("#g Dig", []),
    ],
)
def test_names_are_suggested_as_they_are_typed(ada: HtmlClient, make: Factory, line: str, offered: list[str]) -> None:
    for place, name in enumerate(("Garden", "Home office")):
        make.record("lists", ada.user, name=name, colour="green", position=f"a{place}")
    make.record("labels", ada.user, name="errand")

    page = ada.get(f"/tasks/new?title={line.replace('#', '%23').replace(' ', '+')}", htmx=True)

    assert [chip.text().strip() for chip in page.tree.css("[data-at-end]")] == offered


@pytest.mark.parametrize("htmx", [True, False])
def test_a_preview_says_what_the_lines_become_and_adds_nothing(ada: HtmlClient, make: Factory, htmx: bool) -> None:
    answer = ada.post("/tasks/several", on="/inbox", htmx=htmx, lines=LINES, preview="1")

    assert answer.status == 200
    assert answer.is_page != htmx
    assert answer.tree.css_first("#several-preview p").text() == "2 tasks and 3 steps to Inbox"
    assert "Label errand" in answer.tree.css(".several__line")[1].text()
    assert htmx or answer.value("lines") == LINES
    assert not stored(make)


def test_a_preview_of_nothing_says_what_to_do(ada: HtmlClient) -> None:
    answer = ada.post("/tasks/several", on="/inbox", lines=" ", preview="1")

    assert answer.status == 200
    assert answer.tree.css_first("#several-preview p").text() == "Write or paste a task on each line."


def test_after_adding_the_page_says_where_they_went(ada: HtmlClient) -> None:
    lists = "\n".join(f"Task #+List{number}" for number in range(5))

    to = ada.post("/tasks/several", on="/today", lines=f"Buy milk\nCall Ann\n  Find the number\n{lists}").to

    words = "Added 7 tasks and 1 step: 2 to Inbox, 1 to List0, 1 to List1, 3 to other lists."
    assert words in " ".join(ada.get(to).tree.css_first("#notices").text().split())
