"""The small forms of a task over HTTP: each sets one fact, and asks only where that fact changed elsewhere."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.client import HtmlClient, Page
from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.models.task import Task

TODAY = utc_now().date()
FORMS = ["due", "start", "priority", "repeat", "move", "labels", "steps"]


def fact(page: Page, name: str, task: Task) -> str:
    """The words of a fact, as its link shows them."""
    return page.tree.css_first(f"#{name}-link-{task.id}").text().strip()


def stored(make: Factory, task: Task) -> Task:
    found = make.stored(task)
    assert found
    return found


class TestTheTasksPage:
    def test_shows_its_facts_with_links_to_their_forms(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, due_on=TODAY + timedelta(days=1), due_time="18:00", priority=1)

        page = ada.get(f"/tasks/{task.id}")

        names = ["due", "start", "repeat", "priority", "labels", "move"]
        assert [fact(page, name, task) for name in names] == [
            *("Tomorrow, 18:00", "None", "Never", "High"),
            *("None", "Inbox"),
        ]
        assert page.tree.css_first(f"#due-link-{task.id}").attributes["href"] == f"/tasks/{task.id}/due"

    def test_shows_its_steps_and_its_history(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, "Bake")
        ada.post(f"/tasks/{task.id}/steps", title="Buy flour")
        ada.post(f"/tasks/{task.id}/priority", priority="1", version="1")

        page = ada.get(f"/tasks/{task.id}")

        assert page.titles == ["Bake", "Buy flour"]
        assert "Changed priority" in page.text


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("htmx", [True, False])
def test_each_form_is_a_page_or_a_partial(ada: HtmlClient, make: Factory, name: str, htmx: bool) -> None:
    task = make.task(ada.user)

    answer = ada.get(f"/tasks/{task.id}/{name}", htmx=htmx)

    assert (answer.status, answer.is_page) == (200, not htmx)
    assert answer.tree.css_first(f"#{name}-{task.id} form[action='/tasks/{task.id}/{name}']")


class TestDue:
    def test_offers_days_to_choose_with_one_press(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        page = ada.get(f"/tasks/{task.id}/due")

        buttons = {button.text().split()[0]: button for button in page.tree.css(".fact-form__days button[name=due_on]")}
        assert list(buttons) == ["Today", "Tomorrow", "Weekend", "Next", "None"]
        assert buttons["Tomorrow"].attributes["value"] == (TODAY + timedelta(days=1)).isoformat()

    def test_is_set_with_a_time_and_leads_back_to_the_task(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/due", due_on="2027-01-27", due_time="9:30", version="1")

        assert (answer.status, answer.to) == (303, f"/tasks/{task.id}")
        assert (stored(make, task).due_on, stored(make, task).due_time) == (date(2027, 1, 27), "09:30")

    def test_changes_the_row_and_the_facts_for_htmx(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/due", htmx=True, due_on=TODAY.isoformat(), version="1")

        assert answer.tree.css_first(f"li#task-{task.id}")
        assert answer.tree.css_first(f"#start-{task.id}[hx-swap-oob]")
        assert fact(answer, "due", task) == "Today"
        assert "Due Today: Buy milk" in answer.html

    def test_none_takes_the_date_away(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, due_on=TODAY, due_time="18:00")

        ada.post(f"/tasks/{task.id}/due", due_on="", version="1")

        assert (stored(make, task).due_on, stored(make, task).due_time) == (None, None)

    @pytest.mark.parametrize("htmx", [True, False])
    def test_a_time_without_a_day_comes_back_as_typed(self, ada: HtmlClient, make: Factory, htmx: bool) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/due", htmx=htmx, due_on="", due_time="18:00", version="1")

        assert answer.status == 422
        assert answer.alert == "A time needs a day."
        assert answer.tree.css_first("input[type=time]").attributes["value"] == "18:00"

    def test_the_same_save_twice_is_one_change(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answers = [ada.post(f"/tasks/{task.id}/due", due_on="2027-01-27", version="1") for _ in range(2)]

        assert [answer.status for answer in answers] == [303, 303]
        assert stored(make, task).version == 2


class TestTwoTabs:
    def test_different_facts_never_conflict(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answers = [
            ada.post(f"/tasks/{task.id}/due", due_on="2027-01-27", version="1"),
            ada.post(f"/tasks/{task.id}/start", start_on="2027-01-20", version="1"),
            ada.post(f"/tasks/{task.id}/priority", priority="2", version="1"),
            ada.post(f"/tasks/{task.id}/labels", name="errand", version="1"),
            ada.post(f"/tasks/{task.id}", title="Buy tea", version="1"),
        ]

        assert [answer.status for answer in answers] == [303] * 5
        saved = stored(make, task)
        assert (saved.title, saved.priority, saved.due_on) == ("Buy tea", 2, date(2027, 1, 27))

    @pytest.mark.parametrize(
        ("name", "first", "second"),
        [
            ("due", {"due_on": "2027-01-27"}, {"due_on": "2027-01-28"}),
            ("start", {"start_on": "2027-01-27"}, {"start_on": "2027-01-28"}),
            ("priority", {"priority": "1"}, {"priority": "2"}),
            ("repeat", {"words": "every day"}, {"words": "every monday"}),
            ("labels", {"name": "errand"}, {"name": "home"}),
        ],
    )
    def test_the_same_fact_asks_and_keeps_what_was_typed(
        self, ada: HtmlClient, make: Factory, name: str, first: dict[str, str], second: dict[str, str]
    ) -> None:
        task = make.task(ada.user)
        ada.post(f"/tasks/{task.id}/{name}", body={**first, "version": "1"})

        stale = ada.post(f"/tasks/{task.id}/{name}", htmx=True, body={**second, "version": "1"})
        again = ada.post(f"/tasks/{task.id}/{name}", body={**second, "version": stale.value("version")})

        assert stale.status == 409
        assert "Also changed to" in stale.alert
        assert stale.headers["hx-retarget"] == f"#{name}-{task.id}"
        assert again.status == 303


class TestRepeat:
    def test_is_written_in_words_and_shows_the_next_dates(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, due_on=date(2036, 11, 24))

        ada.post(f"/tasks/{task.id}/repeat", words="every other monday until 20 dec 2040", version="1")
        page = ada.get(f"/tasks/{task.id}/repeat")

        assert stored(make, task).repeat_rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"
        assert "every 2 weeks on Mon, until 20 Dec 2040: 8 Dec 2036, 22 Dec 2036, 5 Jan 2037" in page.text
        assert page.tree.css_first("option[selected]").attributes["value"] == "every 2 weeks on Mon"

    def test_a_common_rule_gives_the_first_date(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        ada.post(f"/tasks/{task.id}/repeat", rule="every day", version="1")

        assert (stored(make, task).due_on, stored(make, task).repeat_rule) == (TODAY, "FREQ=DAILY")

    def test_never_ends_it(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        ada.post(f"/tasks/{task.id}/repeat", rule="every day", version="1")

        ada.post(f"/tasks/{task.id}/repeat", rule="", version="2")

        assert stored(make, task).repeat_rule is None

    def test_other_words_come_back_as_typed(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/repeat", words="every cloud", version="1")

        assert answer.status == 422
        assert "every monday" in answer.alert
        assert answer.value("words") == "every cloud"

    def test_skipping_twice_skips_one_date(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        ada.post(f"/tasks/{task.id}/repeat", rule="every day", version="1")

        for _ in range(2):
            ada.post(f"/tasks/{task.id}/skip", due_on=TODAY.isoformat())

        assert stored(make, task).due_on == TODAY + timedelta(days=1)


class TestMove:
    def test_goes_into_a_list_and_back(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")

        ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")
        page = ada.get(f"/tasks/{task.id}")
        ada.post(f"/tasks/{task.id}/move", list_id="0", version="2")

        assert fact(page, "move", task) == "Garden"
        assert stored(make, task).list_id is None

    def test_another_users_list_is_not_found(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", bob.user, name="Garden")

        answer = ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")

        assert answer.status == 404

    def test_the_same_fact_asks(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")
        work = make.record("lists", ada.user, name="Work")
        ada.post(f"/tasks/{task.id}/move", list_id=str(garden.id), version="1")

        stale = ada.post(f"/tasks/{task.id}/move", list_id=str(work.id), version="1")

        assert stale.status == 409
        assert "Garden" in stale.alert
        assert stored(make, task).list_id == garden.id


def test_labels_are_exactly_those_that_are_checked(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user)
    errand, home = (make.record("labels", ada.user, name=name) for name in ("errand", "home"))
    ada.post(f"/tasks/{task.id}/labels", body={f"label-{errand.id}": "on", "name": "Home", "version": "1"})

    both = fact(ada.get(f"/tasks/{task.id}"), "labels", task)
    ada.post(f"/tasks/{task.id}/labels", body={f"label-{home.id}": "on", "version": "2"})

    assert both == "errand, home"
    assert fact(ada.get(f"/tasks/{task.id}"), "labels", task) == "home"


class TestSteps:
    def test_their_own_page_begins_in_the_field_for_a_step(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        page, of_task = ada.get(f"/tasks/{task.id}/steps"), ada.get(f"/tasks/{task.id}")

        assert [one.text() for one in page.tree.css("h1:not(.visually-hidden)")] == ["Buy milk"]
        assert page.tree.css_first("[autofocus]").attributes["id"] == f"step-of-{task.id}"
        assert not of_task.tree.css("[autofocus]")

    def test_a_step_without_a_title_comes_back(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/steps", title=" ")

        assert (answer.status, answer.error("title")) == (422, "A task needs a title.")

    def test_a_fourth_level_is_refused_with_its_sentence(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        for _ in range(3):
            task = make.task(ada.user, parent_id=task.id)

        answer = ada.post(f"/tasks/{task.id}/steps", htmx=True, title="Too deep")

        assert (answer.status, answer.error("title")) == (422, "Steps can be 3 levels deep.")
        assert answer.value("title") == "Too deep"


class TestMovingToANewList:
    def test_makes_it_with_the_move_and_one_undo_takes_both_back(self, ada: HtmlClient, make: Factory) -> None:
        task, key = make.task(ada.user), str(uuid4())

        for _ in range(2):
            ada.post(f"/tasks/{task.id}/move", name="Garden", list_id="0", version="1", op=key)

        assert fact(ada.get(f"/tasks/{task.id}"), "move", task) == "Garden"
        ada.post(f"/undo/{key}")
        assert fact(ada.get(f"/tasks/{task.id}"), "move", task) == "Inbox"
        assert "No lists yet." in ada.get("/lists").text

    def test_takes_the_list_of_that_name_whatever_its_case(self, ada: HtmlClient, make: Factory) -> None:
        task, garden = make.task(ada.user), make.record("lists", ada.user, name="Garden")

        ada.post(f"/tasks/{task.id}/move", name=" GARDEN ", list_id="0", version="1")

        assert stored(make, task).list_id == garden.id

    def test_takes_the_inbox_by_its_name(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, list_id=make.record("lists", ada.user, name="Garden").id)

        ada.post(f"/tasks/{task.id}/move", name="inbox", version="1")

        assert stored(make, task).list_id is None

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("Attic", "There is already a list “Attic”."),
            ("x" * 101, "Names can be up to 100 characters (this one is 101)."),
        ],
    )
    def test_a_name_that_cannot_be_comes_back_as_typed(
        self, ada: HtmlClient, make: Factory, name: str, sentence: str
    ) -> None:
        make.record("lists", ada.user, name="Attic", archived_at=utc_now())
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/move", name=name, list_id="0", version="1")

        assert (answer.status, answer.alert, answer.value("name")) == (422, sentence, name)
        assert stored(make, task).list_id is None

    def test_another_users_task_makes_no_list(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        assert bob.post(f"/tasks/{task.id}/move", name="Garden").status == 404
        assert "No lists yet." in bob.get("/lists").text


class TestDaysInWords:
    @pytest.mark.parametrize(
        ("words", "due_on", "due_time"),
        [
            ("tomorrow", TODAY + timedelta(days=1), "09:00"),
            ("in 3 days 5pm", TODAY + timedelta(days=3), "17:00"),
            ("2027-02-03", date(2027, 2, 3), "09:00"),
            ("5pm", date(2027, 1, 27), "17:00"),
        ],
    )
    def test_are_read_as_quick_add_reads_them(
        self, ada: HtmlClient, make: Factory, words: str, due_on: date, due_time: str
    ) -> None:
        task = make.task(ada.user, due_on=date(2027, 1, 27), due_time="09:00")

        ada.post(f"/tasks/{task.id}/due", words=words, version="1")

        assert (stored(make, task).due_on, stored(make, task).due_time) == (due_on, due_time)

    @pytest.mark.parametrize("words", ["someday", "call Bob fri", "every day", "p1", "feb 30", "fri // note", "#x fri"])
    def test_that_are_no_day_come_back_as_typed(self, ada: HtmlClient, make: Factory, words: str) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/due", words=words, version="1")

        assert (answer.status, answer.value("words")) == (422, words)
        assert answer.alert == f"“{words}” is no day. Write it like fri 5pm, 24 dec or in 3 days."
        assert answer.tree.css_first("[name=words]").attributes["aria-describedby"] == f"due-error-{task.id}"
        assert stored(make, task).due_on is None

    def test_say_a_start_without_a_time(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        refused = ada.post(f"/tasks/{task.id}/start", words="2027-02-03 5pm", version="1")
        ada.post(f"/tasks/{task.id}/start", words="2027-02-03", version="1")

        assert refused.alert == "A start is a day without a time."
        assert stored(make, task).start_on == date(2027, 2, 3)

    @pytest.mark.parametrize("fields", [{"words": "2027-02-03"}, {"start_on": "2027-02-03"}])
    def test_refuse_a_start_after_the_due_date(self, ada: HtmlClient, make: Factory, fields: dict[str, str]) -> None:
        task = make.task(ada.user, due_on=date(2027, 2, 2))

        answer = ada.post(f"/tasks/{task.id}/start", version="1", **fields)

        assert answer.status == 422
        assert answer.alert == "The start (3 Feb 2027) is after the due date (2 Feb 2027)."
        assert stored(make, task).start_on is None

    def test_refuse_a_due_date_before_the_start(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, start_on=date(2027, 2, 3))

        refused = ada.post(f"/tasks/{task.id}/due", due_on="2027-02-02", version="1")
        ada.post(f"/tasks/{task.id}/due", due_on="2027-02-03", version="1")

        assert refused.alert == "The start (3 Feb 2027) is after the due date (2 Feb 2027)."
        assert stored(make, task).due_on == date(2027, 2, 3)


class TestTheMonth:
    def test_shows_that_of_the_day_or_the_one_that_is_asked_for(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, due_on=date(2027, 2, 10))

        page, next_month = ada.get(f"/tasks/{task.id}/due"), ada.get(f"/tasks/{task.id}/due?month=2027-03")

        days = page.tree.css(".month__day")
        assert "February 2027" in page.text and "March 2027" in next_month.text
        assert [len(days), days[0].attributes["value"], days[-1].attributes["value"]] == [
            28,
            "2027-02-01",
            "2027-02-28",
        ]
        pressed = page.tree.css(".month__day[aria-pressed=true]")
        assert [day.attributes["aria-label"] for day in pressed] == ["Wednesday 10 February 2027"]
        assert page.link("›") == f"/tasks/{task.id}/due?month=2027-03"

    @pytest.mark.parametrize("month", ["2027-13", "x", "0000-01", "2027-1", "", "9" * 50])
    def test_of_no_month_is_that_of_the_day(self, ada: HtmlClient, make: Factory, month: str) -> None:
        task = make.task(ada.user, due_on=date(2027, 2, 10))

        assert "February 2027" in ada.get(f"/tasks/{task.id}/due?month={month}").text

    def test_keeps_the_time_of_day(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user, due_on=date(2027, 2, 10), due_time="09:00")
        page = ada.get(f"/tasks/{task.id}/due")

        sent = {
            one.attributes["name"] or "": one.attributes["value"] or ""
            for one in page.tree.css("form[aria-label^=Month] [type=hidden]")
        }
        ada.post(f"/tasks/{task.id}/due", due_on="2027-02-11", **sent)

        assert (stored(make, task).due_on, stored(make, task).due_time) == (date(2027, 2, 11), "09:00")


class TestTheNotice:
    def undo(self, answer: Page) -> str:
        found = answer.tree.css_first("hx-partial [data-undo-of]")
        return f"/undo/{found.attributes['data-undo-of']}" if found else ""

    def test_says_what_was_set_and_takes_it_back(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        answer = ada.post(f"/tasks/{task.id}/priority", htmx=True, priority="1", version="1")

        assert "Priority High: Buy milk." in answer.text
        ada.post(self.undo(answer))
        assert stored(make, task).priority == 4

    def test_says_that_a_task_was_completed_and_opens_it_again(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        step = make.task(ada.user, "Oat", parent_id=task.id)

        answer = ada.post(f"/tasks/{task.id}/complete", htmx=True)

        assert "Completed “Buy milk” with 1 step." in answer.text
        ada.post(self.undo(answer))
        assert [stored(make, one).completed for one in (task, step)] == [False, False]

    def test_says_that_text_was_saved_and_that_a_step_was_added(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)

        saved = ada.post(f"/tasks/{task.id}", htmx=True, title="Buy tea", version="1")
        added = ada.post(f"/tasks/{task.id}/steps", htmx=True, title="Go out", op=str(uuid4()))

        assert "Saved “Buy tea”" in saved.text
        assert "Added “Go out” to “Buy tea”" in added.text
        ada.post(self.undo(added))
        ada.post(self.undo(saved))
        assert stored(make, task).title == "Buy milk"
        assert ada.get(f"/tasks/{task.id}/steps").titles == []

    @pytest.mark.parametrize(("action", "fields"), [("priority", {"priority": "4"}), ("complete", {})])
    def test_is_missing_where_nothing_changed(
        self, ada: HtmlClient, make: Factory, action: str, fields: dict[str, str]
    ) -> None:
        task = make.task(ada.user, completed=action == "complete")

        assert self.undo(ada.post(f"/tasks/{task.id}/{action}", htmx=True, version="1", **fields)) == ""
        assert self.undo(ada.post(f"/tasks/{task.id}", htmx=True, title="Buy milk", version="1")) == ""


def test_the_form_of_a_date_marks_the_one_that_is_set(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, due_on=TODAY)

    page = ada.get(f"/tasks/{task.id}/due")

    marked = [one.attributes["value"] for one in page.tree.css(".fact-form__days [aria-pressed=true]")]
    assert marked == [TODAY.isoformat()]
