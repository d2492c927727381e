"""The small forms for the due date and the start: days to choose, days in words, the month."""

from datetime import date, timedelta

import pytest

from tests.client import HtmlClient
from tests.controllers.tasks.facts import TODAY, fact, stored
from tests.factories import Factory


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


def test_the_form_of_a_date_marks_the_one_that_is_set(ada: HtmlClient, make: Factory) -> None:
    task = make.task(ada.user, due_on=TODAY)

    page = ada.get(f"/tasks/{task.id}/due")

    marked = {one.attributes["value"] for one in page.tree.css(".fact-form__days [aria-pressed=true]")}
    # On a Saturday the weekend is today too.
    assert marked == {TODAY.isoformat()}
