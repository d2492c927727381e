"""The pages of days and views, the index beside them, and the trash."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory
from tests.thursday import NOW, TODAY
from web.domain.days import shifted

pytestmark = pytest.mark.usefixtures("thursday")
PAGES = ("/today", "/days/2026-11-27", "/upcoming", "/inbox", "/done", "/trash")


def add(make: Factory, ada: HtmlClient, title: str, days: int | None = None, **values: Any) -> Any:
    due_on = None if days is None else shifted(TODAY, days)
    return make.task(ada.user, title, due_on=due_on, **values)


def sections(page: Page) -> dict[str, list[str]]:
    """The titles under each heading that has tasks."""
    found = {}
    for section in page.tree.css(".view__section, .view__done"):
        heading = section.css_first("h2, summary")
        for number in section.css(".view__number"):
            number.decompose()
        titles = [title.text() for title in section.css(".task__title")]
        if titles:
            found[heading.text().strip() if heading else ""] = titles
    return found


def entry(page: Page, url: str) -> str:
    return " ".join(page.tree.css_first(f"#views a[href='{url}']").text().split())


def facts(page: Page, task: Any) -> str:
    found = page.tree.css_first(f"#task-{task.id} .facts")
    return " ".join(found.text().split()) if found else ""


def test_today_shows_what_is_overdue_due_begun_and_done(ada: HtmlClient, make: Factory) -> None:
    late = add(make, ada, "Pay the bill", -1)
    timed = add(make, ada, "Call Ann", 0, due_time="18:00")
    add(make, ada, "Ring back", 0, due_time="09:00")
    add(make, ada, "Draft", 3, start_on=TODAY)
    add(make, ada, "Later", 1)
    done = add(make, ada, "Answer Hana", completed=True, completed_at=NOW)

    page = ada.get("/today")

    assert sections(page) == {
        "Overdue": ["Pay the bill", "Ring back"],
        "Today": ["Call Ann"],
        "Started": ["Draft"],
        "Done today (1)": ["Answer Hana"],
    }
    assert page.tree.css_first("h1").text() == "Thursday 26 November Today"
    assert page.tree.css_first("h1 .view__weekday").text() == "rsday", "left out on a phone"
    assert page.tree.css_first("title").text() == "Today · Daybook"
    assert facts(page, late) == "Yesterday, overdue"
    assert (facts(page, timed), facts(page, done)) == ("18:00", "14:30")


def test_a_day_shows_its_plan_and_leads_to_its_neighbours(ada: HtmlClient, make: Factory) -> None:
    add(make, ada, "Call Ann", 1)
    add(make, ada, "Begin the report", 9, start_on=shifted(TODAY, 1))
    add(make, ada, "Another day", 2)

    page = ada.get("/days/2026-11-27")

    assert sections(page) == {"": ["Call Ann", "Begin the report"]}
    assert page.tree.css_first("h1").text() == "Friday 27 November Tomorrow"
    links = [link.attributes["href"] for link in page.tree.css(".view__days a")]
    assert links == ["/days/2026-11-26", "/days/2026-11-28"]
    assert page.tree.css_first("#new [name=due_on]").attributes["value"] == "2026-11-27"


@pytest.mark.parametrize(
    "day", ["2026-02-30", "2026-13-01", "20261127", "2026-W48-5", "26-11-27", "today", "0000-01-01", "2026-11-2७"]
)
def test_what_is_no_day_is_not_found(ada: HtmlClient, day: str) -> None:
    assert ada.get(f"/days/{day}").status == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_calendar_ends_without_an_error(ada: HtmlClient, day: str) -> None:
    assert len(ada.get(f"/days/{day}").tree.css(".view__days a")) == 1


def test_upcoming_shows_fourteen_days_and_then_months(ada: HtmlClient, make: Factory) -> None:
    add(make, ada, "Call Ann", 1)
    add(make, ada, "Advent", 20)
    add(make, ada, "Taxes", 100)

    page = ada.get("/upcoming")

    assert sections(page) == {"Friday 27 November": ["Call Ann"], "December": ["Advent"], "March 2027": ["Taxes"]}
    assert len(page.tree.css(".view__add")) == 14


def test_done_is_by_day_latest_first(ada: HtmlClient, make: Factory) -> None:
    add(make, ada, "First", completed=True, completed_at=datetime(2026, 11, 24, 8, 0, tzinfo=ZoneInfo("UTC")))
    add(make, ada, "Second", completed=True, completed_at=NOW)

    page = ada.get("/done")

    assert sections(page) == {"Thursday 26 November": ["Second"], "Tuesday 24 November": ["First"]}
    assert page.tree.css_first("h1").text() == "Done"


def test_done_goes_on_where_a_page_ended(ada: HtmlClient, make: Factory) -> None:
    for number in range(60):
        add(make, ada, f"Task {number}", completed=True, completed_at=NOW)

    first = ada.get("/done")
    second = ada.get(first.link("Show more"))

    assert len(first.titles) == 50
    assert len({*first.titles, *second.titles}) == 60


def test_an_empty_page_says_so_and_offers_a_way_on(ada: HtmlClient) -> None:
    for path in PAGES:
        assert ada.get(path).tree.css_first(".empty__line").text(), path


def test_the_index_counts_open_tasks(ada: HtmlClient, make: Factory) -> None:
    garden = make.record("lists", ada.user, name="Garden", name_key="garden", colour="green")
    add(make, ada, "Pay", -1)
    add(make, ada, "Call", 0)
    add(make, ada, "Plant bulbs", list_id=garden.id)

    page = ada.get("/labels")

    assert entry(page, "/inbox") == "Inbox 2"
    assert entry(page, "/today") == "Today 1 today 1 overdue"
    assert entry(page, f"/lists/{garden.id}") == "Garden 1"
    assert ada.get("/today").tree.css_first("#views [aria-current=page]").attributes["href"] == "/today"


def test_each_change_of_a_task_moves_the_numbers_of_the_index(ada: HtmlClient, make: Factory) -> None:
    task = add(make, ada, "Call", 0)

    answers = [
        ada.post(f"/tasks/{task.id}/{action}", htmx=True, on="/today")
        for action in ("complete", "reopen", "delete", "restore")
    ]

    assert [entry(answer, "/today") for answer in answers] == ["Today", "Today 1 today", "Today", "Today 1 today"]
    assert all(answer.tree.css_first("#views").attributes["hx-swap-oob"] for answer in answers)


def test_an_action_leads_back_to_its_page_without_javascript(ada: HtmlClient, make: Factory) -> None:
    task = add(make, ada, "Call", 0)

    completed = ada.post(f"/tasks/{task.id}/complete", on="/today").to
    assert (completed.split("?")[0], completed.split("#")[1]) == ("/today", f"task-{task.id}")
    assert "Completed “Call”" in ada.get(completed).text
    deleted = ada.post(f"/tasks/{task.id}/delete", on="/days/2026-11-26").to
    assert deleted.startswith(f"/days/2026-11-26?deleted={task.id}&operation=")
    assert "Deleted “Call”" in ada.get(deleted).text


def test_a_row_says_its_list_steps_labels_repeat_and_priority(ada: HtmlClient, make: Factory) -> None:
    make.record("lists", ada.user, name="Garden", name_key="garden")
    ada.post("/tasks", title="Water the plants #Garden @home !! every! 3 days", on="/today")
    page = ada.get("/today")
    (title,) = page.tree.css(".task__title")

    assert title.text() == "Water the plants"
    said = " ".join(page.tree.css_first("#tasks .facts").text().split())
    assert said == "Garden @home every 3 days after it is done"
    assert "Priority 2" in page.tree.css_first(".task__marks").text()


class TestMovingWhatIsOverdue:
    def test_moves_all_at_once_and_is_undone_at_once(self, ada: HtmlClient, make: Factory) -> None:
        for days in (-1, -2, -40):
            add(make, ada, f"Late {days}", days)
        add(make, ada, "This morning", 0, due_time="09:00")

        before = ada.get("/today")

        answer = ada.get(ada.post("/today/move-overdue", on="/today").to)

        assert "Moved 3 tasks to today." in answer.text
        assert sections(answer)["Overdue"] == ["This morning"]
        assert ["Move all to today" in page.text for page in (before, answer)] == [True, False]
        assert sorted(sections(answer)["Today"]) == ["Late -1", "Late -2", "Late -40"]
        undo = answer.tree.css_first("#notices form").attributes["action"] or ""
        ada.post(undo, on="/today")
        assert len(sections(ada.get("/today"))["Overdue"]) == 4

    def test_without_any_nothing_is_told(self, ada: HtmlClient) -> None:
        assert "Moved" not in ada.get(ada.post("/today/move-overdue", on="/today").to).text

    def test_htmx_gets_the_view_the_notice_and_the_numbers(self, ada: HtmlClient, make: Factory) -> None:
        add(make, ada, "Late", -1)

        answer = ada.post("/today/move-overdue", on="/today", htmx=True)

        assert answer.titles == ["Late"]
        assert "Moved 1 task to today." in answer.text
        assert answer.tree.css_first("#views .index__count")


class TestManyTasks:
    def test_what_is_cut_says_so_and_can_be_shown(self, ada: HtmlClient, make: Factory) -> None:
        for number in range(205):
            add(make, ada, f"Late {number}", -1)
        add(make, ada, "Due today", 0)

        cut = ada.get("/today")
        whole = ada.get(cut.link("Show more"))

        assert len(cut.titles) == 200
        assert len(sections(whole)["Overdue"]) == 205
        assert sections(whole)["Today"] == ["Due today"]
        assert "1 today 100+ overdue" in cut.text
        assert not [link for link in whole.tree.css("a") if link.text() == "Show more"]

    def test_all_that_is_overdue_moves(self, ada: HtmlClient, make: Factory) -> None:
        for number in range(205):
            add(make, ada, f"Late {number}", -1)

        shown = ada.get(ada.post("/today/move-overdue", on="/today").to)

        assert "Moved 205 tasks to today." in shown.text
        assert "Overdue" not in sections(shown)

    @pytest.mark.parametrize("page", ["/days/2026-11-30", "/upcoming", "/trash"])
    def test_every_view_shows_more(self, ada: HtmlClient, make: Factory, page: str) -> None:
        least = 500 if page == "/upcoming" else 200
        for number in range(least + 5):
            add(make, ada, f"Task {number}", 4, deleted_at=NOW if page == "/trash" else None)

        cut = ada.get(page)
        whole = ada.get(cut.link("Show more"))

        assert len(cut.tree.css("#tasks li")) == least
        assert len(whole.tree.css("#tasks li")) == least + 5


def test_the_inbox_shows_more_behind_what_it_shows(ada: HtmlClient, make: Factory) -> None:
    make.tasks(ada.user, 60)

    cut = ada.get("/inbox")
    whole = ada.get(cut.link("Show more"))

    assert len(cut.titles) == 50
    assert whole.titles[:50] == cut.titles
    assert len(set(whole.titles)) == 60


@pytest.mark.parametrize("page", ["/inbox", "/lists/{list}", "/labels/errand", "/done"])
def test_a_page_says_how_many_rows_it_shows(ada: HtmlClient, make: Factory, page: str) -> None:
    home = make.record("lists", ada.user, name="Home")
    if page == "/labels/errand":
        ada.post("/tasks/several", lines="\n".join(f"Task {number} @errand" for number in range(55)))
    else:
        for number in range(55):
            add(make, ada, f"Task {number}", list_id=home.id if "list" in page else None, completed=page == "/done")

    address = page.format(list=home.id)
    pages = [ada.get(url) for url in (address, f"{address}?shown=100", f"{address}?shown=999999999")]

    assert [len(one.tree.css("#tasks li.task")) for one in pages] == [50, 55, 55]


def test_a_notice_tells_only_what_was_done(ada: HtmlClient, make: Factory) -> None:
    operation = make.operation(ada.user)

    assert "Moved 5" not in ada.get("/today?moved=5&operation=6f9b2b1e-3df5-4d5a-8f2f-1c1f2ad9a001").text
    assert "Added 1 task to Inbox." in ada.get(f"/today?added_several=7&operation={operation}").text


def test_a_notice_takes_back_its_operation_and_leaves_the_key_to_the_index(ada: HtmlClient, make: Factory) -> None:
    operation = make.operation(ada.user)

    page = ada.get(f"/today?added_several=7&operation={operation}")

    form = page.tree.css_first("#notices form")
    assert {form.attributes[name] for name in ("action", "hx-post")} == {f"/undo/{operation}"}
    assert form.attributes["data-announcement"] == "Undone: Added 1 task to Inbox"
    assert len(page.tree.css("[data-key='z']")) == 1
