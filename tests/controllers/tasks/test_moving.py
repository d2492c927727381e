"""Moving tasks in the order of a day, a list and the steps of a task: the forms, and where they lead back to."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory
from tests.thursday import TODAY

pytestmark = pytest.mark.usefixtures("thursday")
TOMORROW = date(2026, 11, 27)


def planned(make: Factory, ada: HtmlClient, *titles: str, due_on: date | None = TODAY, **values: Any) -> list[Any]:
    """Tasks in this order."""
    return [
        make.task(ada.user, title, due_on=due_on, position=f"a{number}", **values)
        for number, title in enumerate(titles, 1)
    ]


def move(ada: HtmlClient, task: Any, on: str, **fields: Any) -> Page:
    """The page that the form leads back to."""
    answer = ada.post(f"/tasks/{task.id}/move", on=on, **{name: str(value) for name, value in fields.items()})
    assert answer.status == 303, answer.text
    return ada.get(answer.to)


def placed(page: Page) -> str:
    return page.tree.css_first("#placed").text()


@pytest.mark.parametrize(
    ("url", "day"),
    [("/today", TODAY), ("/days/2026-11-26", TODAY), ("/days/2026-11-27", TOMORROW), ("/upcoming", TOMORROW)],
)
def test_a_day_is_ordered_by_hand(ada: HtmlClient, make: Factory, url: str, day: date) -> None:
    tasks = planned(make, ada, "Dig", "Sow", "Water", due_on=day)
    make.task(ada.user, "Call", due_on=day, due_time="18:00")

    page = move(ada, tasks[2], url, to="up", due_on=day)

    assert page.titles == ["Call", "Dig", "Water", "Sow"]
    assert placed(page) == "Water, 3 of 4"
    assert page.tree.css_first(f"[data-place='due_on={day}']")
    assert ada.get("/inbox").titles == ["Dig", "Sow", "Water", "Call"]


def test_the_form_on_its_page_knows_the_day_it_was_opened_from(ada: HtmlClient, make: Factory) -> None:
    task = planned(make, ada, "Dig", "Sow")[1]
    address = f"/tasks/{task.id}/move"

    on_day = ada.get(f"{address}?from=/today")
    page = move(ada, task, f"{address}?from=/today", to="up", due_on=on_day.value("due_on"))

    assert page.titles == ["Sow", "Dig"]
    assert not ada.get(f"{address}?from=/inbox").tree.css_first("main [name=due_on]")


def test_what_is_overdue_or_started_has_no_place_on_the_day(ada: HtmlClient, make: Factory) -> None:
    late = make.task(ada.user, "Pay", due_on=date(2026, 11, 20))
    begun = make.task(ada.user, "Draft", start_on=TODAY)
    today = planned(make, ada, "Dig")[0]

    page = ada.get("/today")
    places = [one.attributes["data-place"] for one in page.tree.css("[data-place]")]
    refused = ada.post(f"/tasks/{begun.id}/move", on="/today", to="up", due_on=str(TODAY))
    brought = move(ada, late, "/today", due_on=TODAY, before=today.id)

    assert places == ["", f"due_on={TODAY}", ""]
    assert (refused.status, refused.alert) == (422, "It is no longer on this day.")
    assert brought.titles == ["Pay", "Dig", "Draft"]
    assert placed(brought) == "Pay, 1 of 2"


def test_a_task_with_a_time_says_why_it_stays(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, "Call", due_on=TODAY, due_time="18:00")

    answer = ada.post(f"/tasks/{task.id}/move", on="/today", to="down", due_on=str(TODAY))

    assert answer.status == 422
    assert "in the order of their times" in answer.tree.css_first("[data-reason]").text()


def test_the_inbox_is_ordered_by_hand_and_stays_on_its_page(ada: HtmlClient, make: Factory) -> None:
    tasks = planned(make, ada, "Dig", "Sow", "Water", due_on=None)

    page = move(ada, tasks[0], "/inbox?offset=0&deleted=1", list_id=0, after=tasks[1].id)

    assert page.titles == ["Sow", "Dig", "Water"]
    assert placed(page) == "Dig, 2 of 3"
    assert page.response.url.query.decode().startswith(f"offset=0&placed={tasks[0].id}&operation=")
    ada.post(f"/undo/{page.tree.css_first('#placed').attributes['data-undo-of']}")
    assert ada.get("/inbox").titles == ["Dig", "Sow", "Water"]


def test_a_long_list_counts_what_it_does_not_show(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden")
    tasks = [make.task(ada.user, f"{at}", list_id=garden.id, position=f"b{at}") for at in range(10, 62)]

    page = move(ada, tasks[1], f"/lists/{garden.id}", to="up")

    assert placed(page) == "11, 1 of 52"


def test_a_task_goes_to_its_place_in_another_section(ada: HtmlClient, make: Factory) -> None:
    home = make.record("lists", ada.user, name="Home")
    kitchen = make.record("lists", ada.user, name="Kitchen", parent_id=home.id, is_section=True)
    task = planned(make, ada, "Dig", due_on=None, list_id=home.id)[0]
    there = planned(make, ada, "Bake", "Cook", due_on=None, list_id=kitchen.id)

    page = move(ada, task, f"/lists/{home.id}", list_id=kitchen.id, after=there[0].id)

    assert page.titles == ["Bake", "Dig", "Cook"]
    assert placed(page) == "Dig, 2 of 3"


@pytest.mark.parametrize("page", ["own", "panel", "all"])
def test_steps_are_ordered_where_they_are_shown(ada: HtmlClient, make: Factory, page: str) -> None:
    trip = make.task(ada.user, "Trip")
    steps = planned(make, ada, "Book", "Pack", due_on=None, parent_id=trip.id)
    url = {
        "own": f"/tasks/{trip.id}?from=/inbox",
        "panel": f"/inbox?task={trip.id}",
        "all": f"/tasks?sort=title&task={trip.id}",
    }[page]

    shown = move(ada, steps[1], url, to="up")

    assert [one.text() for one in shown.tree.css(f"#steps-{trip.id} .task__title")] == ["Pack", "Book"]
    assert placed(shown) == "Pack, 1 of 2 in Trip"


def test_a_task_becomes_a_step_and_a_task_again(ada: HtmlClient, make: Factory) -> None:
    tasks = planned(make, ada, "Trip", "Pack", due_on=None)

    within = move(ada, tasks[1], "/inbox", to="in", list_id=0)
    out = move(ada, tasks[1], f"/inbox?task={tasks[0].id}", to="out")

    assert (within.titles, placed(within)) == (["Trip"], "Pack, 1 of 1 in Trip")
    assert [one.text() for one in out.tree.css("#tasks .task__title")] == ["Trip", "Pack"]
    assert placed(out) == "Pack, 2 of 2"


def test_the_first_task_has_none_above_it(ada: HtmlClient, make: Factory) -> None:
    task = planned(make, ada, "Trip", due_on=None)[0]

    answer = ada.post(f"/tasks/{task.id}/move", on="/inbox", to="in")

    assert (answer.status, answer.alert) == (422, "There is no task above it.")


class TestBelow:
    def test_a_task_is_added_below_another_in_its_section(self, ada: HtmlClient, make: Factory) -> None:
        home = make.record("lists", ada.user, name="Home")
        kitchen = make.record("lists", ada.user, name="Kitchen", parent_id=home.id, is_section=True)
        bake, _ = planned(make, ada, "Bake", "Cook", due_on=None, list_id=kitchen.id)

        url = f"/lists/{home.id}"
        page = ada.get(ada.post("/tasks", on=url, title="Serve", list_id=str(home.id), after=str(bake.id)).to)

        assert page.titles == ["Bake", "Serve", "Cook"]

    def test_on_a_day_below_it_there_too(self, ada: HtmlClient, make: Factory) -> None:
        tasks = planned(make, ada, "Dig", "Sow")
        move(ada, tasks[1], "/today", to="top", due_on=TODAY)

        page = ada.get(f"/tasks/new?after={tasks[1].id}&from=/today")
        fields = {"title": "Rake", "due_on": page.value("due_on"), "after": str(tasks[1].id)}
        shown = ada.get(ada.post("/tasks", on="/today", **fields).to)

        assert "Below “Sow”" in " ".join(page.tree.css_first("#new-below").text().split())
        assert shown.titles == ["Sow", "Rake", "Dig"]
        assert ada.get("/inbox").titles == ["Dig", "Sow", "Rake"]

    def test_sent_again_it_stays_where_it_was_moved_since(self, ada: HtmlClient, make: Factory) -> None:
        tasks = planned(make, ada, "Dig", "Sow")
        fields = {"title": "Rake", "due_on": str(TODAY), "after": str(tasks[0].id), "op": str(uuid4())}
        ada.post("/tasks", on="/today", **fields)
        added = ada.get("/inbox").link("Rake").partition("?")[0]
        ada.post(f"{added}/move", on="/today", to="bottom", due_on=str(TODAY))
        ada.post(f"{added}/move", on="/inbox", to="bottom", list_id="0")

        ada.post("/tasks", on="/today", **fields)

        assert ada.get("/today").titles == ["Dig", "Sow", "Rake"]
        assert ada.get("/inbox").titles == ["Dig", "Sow", "Rake"]

    @pytest.mark.parametrize("then", ["move", "delete"])
    def test_sent_again_it_is_one_task_wherever_the_task_above_is_by_then(
        self, ada: HtmlClient, make: Factory, then: str
    ) -> None:
        garden, (dig,) = make.record("lists", ada.user, name="Garden"), planned(make, ada, "Dig", due_on=None)
        fields = {"title": "Rake @tools", "after": str(dig.id), "op": str(uuid4())}
        first = ada.post("/tasks", on="/inbox", **fields)
        ada.post(f"/tasks/{dig.id}/{then}", on="/inbox", list_id=str(garden.id), version="1")

        again = ada.post("/tasks", on="/inbox", **fields)

        assert (again.status, again.to) == (303, first.to)
        assert ada.get("/tasks").titles.count("Rake") == 1

    def test_below_a_step_is_another_step(self, ada: HtmlClient, make: Factory) -> None:
        trip = make.task(ada.user, "Trip")
        steps = planned(make, ada, "Book", "Pack", due_on=None, parent_id=trip.id)

        ada.post("/tasks", on="/inbox", title="Pay", after=str(steps[0].id))

        titles = [one.text() for one in ada.get(f"/tasks/{trip.id}").tree.css(f"#steps-{trip.id} .task__title")]
        assert titles == ["Book", "Pay", "Pack"]

    def test_a_list_in_the_line_wins(self, ada: HtmlClient, make: Factory) -> None:
        garden, task = make.record("lists", ada.user, name="Garden"), make.task(ada.user, "Trip")

        ada.post("/tasks", on="/inbox", title="Dig #Garden", after=str(task.id))

        assert ada.get(f"/lists/{garden.id}").titles == ["Dig"]

    def test_another_users_task_is_not_found(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task = make.task(bob.user)

        answers = [
            ada.post("/tasks", on="/inbox", title="Dig", after=str(task.id)),
            ada.get(f"/tasks/new?after={task.id}"),
        ]

        assert [answer.status for answer in answers] == [404, 404]
        assert ada.get("/inbox").titles == []


def test_a_time_says_the_place_of_a_row_on_its_day(ada: HtmlClient, make: Factory) -> None:
    planned(make, ada, "Dig", due_time="09:00", due_on=TODAY + timedelta(days=1))
    planned(make, ada, "Sow", due_on=TODAY + timedelta(days=1))

    handles = ada.get(f"/days/{TODAY + timedelta(days=1)}").tree.css(".task__handle")

    assert ["task__handle--timed" in (one.attributes["class"] or "") for one in handles] == [True, False]
