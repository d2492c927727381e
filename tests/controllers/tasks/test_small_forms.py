"""The small forms of a task over HTTP: each sets one fact, and asks only where that fact changed elsewhere."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.client import HtmlClient, Page
from tests.controllers.tasks.facts import TODAY, fact, stored
from tests.factories import Factory

FORMS = ["due", "start", "priority", "repeat", "move", "labels", "steps"]


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
        assert [marks.text() for marks in page.tree.css(".fact__marks")] == ["!!!"]

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
        assert stale.link("Use that") == f"/tasks/{task.id}"
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

    def test_a_button_ends_it(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        never = ada.get(f"/tasks/{task.id}/repeat")
        ada.post(f"/tasks/{task.id}/repeat", rule="every day", version="1")

        form = ada.get(f"/tasks/{task.id}/repeat").tree.css_first("form[aria-label^='End:']")
        ends = form.css_first("button")
        ada.post(form.attributes["action"], **{ends.attributes["name"]: ends.attributes["value"]}, version="2")

        assert "End the repeat" not in never.text
        assert (ends.text(), stored(make, task).repeat_rule) == ("End the repeat", None)

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
