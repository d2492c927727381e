"""The reminders of a task in their form, and those that are due in every page."""

from datetime import date, timedelta

import pytest

from tests.client import HtmlClient, Statements
from tests.factories import Factory
from web.domain.timestamps import utc_now
from web.models.task import Task

DAY = date(2036, 11, 26)


def due_task(ada: HtmlClient, make: Factory, **values: object) -> Task:
    return make.task(ada.user, **{"due_on": DAY, "due_time": "10:00", **values})


def words(ada: HtmlClient, task: Task) -> str:
    """The fact as the page of the task shows it."""
    return " ".join(ada.get(f"/tasks/{task.id}").tree.css_first(f"#reminders-link-{task.id}").text().split())


def due(ada: HtmlClient, make: Factory, **values: object) -> tuple[Task, int]:
    """A task with a reminder that is due, and the id of the reminder."""
    task = make.task(ada.user, **values)
    return task, make.record("reminders", ada.user, task_id=task.id, at=utc_now()).id or 0


def shown(ada: HtmlClient, path: str = "/today") -> list[str]:
    return [" ".join(one.text().split()) for one in ada.get(path).tree.css("#reminders .notice__text")]


class TestTheForm:
    def test_what_comes_late_stands_below_what_is_pressed(self, ada: HtmlClient, make: Factory) -> None:
        """A script shows the sentence on notifications once the form is there."""
        form = ada.get(f"/tasks/{due_task(ada, make).id}/reminders").tree.css_first("[id^=reminders-]").html or ""

        assert 0 < form.index("data-cancel") < form.index('class="push"')

    def test_it_offers_what_fits_the_due_date(self, ada: HtmlClient, make: Factory) -> None:
        def offered(task: Task) -> list[str]:
            return [one.text() for one in ada.get(f"/tasks/{task.id}/reminders").tree.css("[name=before] option")]

        timed, daily = offered(due_task(ada, make)), offered(due_task(ada, make, due_time=None))
        without = offered(make.task(ada.user))

        assert timed[:3] == ["When it is due", "5 minutes before", "10 minutes before"]
        assert daily == [
            "On the day at 09:00",
            "The day before at 18:00",
            "The day before at 09:00",
            "1 week before at 09:00",
        ]
        assert timed[-4:] == daily
        assert without == []

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"before": "10"}, "10 minutes before, 09:50"),
            ({"before": "0"}, "When it is due, 10:00"),
            ({"before": "1440"}, "1 day before, 25 Nov 2036, 10:00"),
            ({"before": "0 09:00"}, "On the day at 09:00"),
            ({"before": "1440 18:00"}, "The day before at 18:00, 25 Nov 2036"),
            ({"before": "0 9:00"}, "On the day at 09:00"),
            ({"before": "0 09:00:30"}, "On the day at 09:00"),
            ({"on": "2036-11-20", "at": "08:30"}, "20 Nov 2036, 08:30"),
        ],
    )
    def test_what_is_chosen_is_said(self, ada: HtmlClient, make: Factory, fields: dict[str, str], said: str) -> None:
        task = due_task(ada, make)

        answer = ada.post(f"/tasks/{task.id}/reminders", body=fields)

        assert (answer.status, answer.to) == (303, f"/tasks/{task.id}/reminders")
        assert words(ada, task) == said

    def test_several_stand_in_order_of_time(self, ada: HtmlClient, make: Factory) -> None:
        task = due_task(ada, make)

        for before in ("10", "60", "10"):
            ada.post(f"/tasks/{task.id}/reminders", before=before)

        assert words(ada, task) == "1 hour before, 09:00 · 10 minutes before, 09:50"

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"on": ""}, "Choose a day and a time."),
            ({"on": "2036-11-20"}, "Choose a day and a time."),
            ({"on": "2006-11-20", "at": "09:00"}, "That time is over. Choose a later one."),
            ({"on": "x", "at": "09:00"}, "Enter a date, such as 2026-11-26."),
            ({"on": "2036-11-20", "at": "25:00"}, "Write the time like 18:00."),
            ({"before": "99999"}, "A reminder can come up to four weeks before."),
            ({"before": "10 18:00"}, "Choose one of the times."),
            ({"before": "-10"}, "Choose one of the times."),
        ],
    )
    def test_what_is_wrong_is_said(self, ada: HtmlClient, make: Factory, fields: dict[str, str], sentence: str) -> None:
        task = due_task(ada, make)

        answers = [ada.post(f"/tasks/{task.id}/reminders", body=fields, htmx=htmx) for htmx in (False, True)]

        assert [(answer.status, answer.alert) for answer in answers] == [(422, sentence)] * 2
        assert words(ada, task) == "None"

    def test_before_it_is_due_needs_a_due_date(self, ada: HtmlClient, make: Factory) -> None:
        answer = ada.post(f"/tasks/{make.task(ada.user).id}/reminders", before="10")

        assert (answer.status, answer.alert) == (422, "A reminder before the task is due needs a due date.")

    def test_removing_and_undoing(self, ada: HtmlClient, make: Factory) -> None:
        task = due_task(ada, make)
        ada.post(f"/tasks/{task.id}/reminders", before="10")
        remove = ada.get(f"/tasks/{task.id}/reminders").tree.css_first("form[action$='/delete']").attributes["action"]

        removed = [ada.post(remove or "") for _ in range(2)]
        after = words(ada, task)
        undone = ada.post("/undo", htmx=True)

        assert [answer.status for answer in removed] == [303, 303]
        assert after == "None"
        assert "Undone: Deleted a reminder" in undone.text
        assert words(ada, task) == "10 minutes before, 09:50"

    def test_htmx_gets_the_form_again_with_the_index_and_without_its_row(self, ada: HtmlClient, make: Factory) -> None:
        task = due_task(ada, make)

        answer = ada.post(f"/tasks/{task.id}/reminders", htmx=True, before="10")

        assert answer.tree.css_first(f"#reminders-{task.id} form[action$='/delete']")
        assert answer.tree.css_first(f"#task-{task.id}") is None
        assert answer.tree.css_first("#reminder-poll")
        assert "Reminder added: 10 minutes before, 09:50" in answer.text


class TestThePage:
    def test_a_due_reminder_is_in_every_page(self, ada: HtmlClient, make: Factory) -> None:
        due(ada, make, title="Buy milk", due_on=DAY)

        pages = [shown(ada, path) for path in ("/today", "/tasks", "/settings", "/reminders")]

        assert pages == [["Due 26 Nov 2036 Buy milk"]] * 4

    def test_only_who_has_reminders_asks_for_them(self, ada: HtmlClient, bob: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        make.record("reminders", ada.user, task_id=task.id, at=utc_now() + timedelta(days=1))

        assert ada.get("/today").tree.css_first("#reminder-poll")
        assert shown(ada) == []
        assert bob.get("/today").tree.css_first("#reminder-poll") is None

    def test_asking_gives_the_notices_alone(self, ada: HtmlClient, make: Factory) -> None:
        due(ada, make, title="Buy milk")

        answer = ada.get("/reminders", htmx=True)

        assert not answer.is_page
        assert answer.tree.css_first("#reminders > .notice")

    @pytest.mark.parametrize("action", ["done", "snooze", "dismiss"])
    @pytest.mark.parametrize("htmx", [False, True])
    def test_it_is_put_away_once(self, ada: HtmlClient, make: Factory, action: str, htmx: bool) -> None:
        _, reminder = due(ada, make)

        answers = [ada.post(f"/reminders/{reminder}/{action}", htmx=htmx, on="/today") for _ in range(2)]

        assert {answer.status for answer in answers} == {200 if htmx else 303}
        assert [answer.to for answer in answers] == ["" if htmx else "/today"] * 2
        assert shown(ada) == []

    @pytest.mark.parametrize("action", ["snooze", "dismiss"])
    def test_several_of_a_task_are_one_notice(self, ada: HtmlClient, make: Factory, action: str) -> None:
        task, _ = due(ada, make)
        earlier = utc_now() - timedelta(minutes=10)
        make.record("reminders", ada.user, task_id=task.id, at=earlier)
        due(ada, make, title="Call Ann")

        before = shown(ada)
        ada.post(ada.get("/today").tree.css_first(f"#reminders form[action*='/{action}']").attributes["action"] or "")

        assert len(before) == 2
        assert [one.endswith("Call Ann") for one in shown(ada)] == [True]

    def test_only_the_first_is_open_and_the_others_are_counted(self, ada: HtmlClient, make: Factory) -> None:
        for title in ("Buy milk", "Call Ann", "Train"):
            due(ada, make, title=title)

        reminders = ada.get("/today").tree.css_first("#reminders")

        assert len(reminders.css("#reminders > .notice")) == 1
        assert reminders.css_first("details > summary").text() == "2 more reminders"
        assert len(reminders.css("details > .notice")) == 2

    def test_done_completes_the_task(self, ada: HtmlClient, make: Factory) -> None:
        task, reminder = due(ada, make)

        ada.post(f"/reminders/{reminder}/done")

        stored = make.stored(task)
        assert stored and stored.completed

    def test_done_twice_completes_one_occurrence(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(
            ada.user,
            due_on=date(2026, 11, 20),
            repeat_rule="FREQ=DAILY",
            repeat_mode="schedule",
            repeat_anchor=date(2026, 11, 20),
        )
        reminder = make.record("reminders", ada.user, task_id=task.id, minutes_before=0, at=utc_now())

        for _ in range(2):
            ada.post(f"/reminders/{reminder.id}/done")

        stored = make.stored(task)
        assert stored and not stored.completed
        assert ada.get("/done").titles == ["Buy milk"]

    @pytest.mark.parametrize("attribute", ["action", "hx-post"])
    def test_done_in_an_old_notice_completes_no_later_occurrence(
        self, ada: HtmlClient, make: Factory, attribute: str
    ) -> None:
        first = date(2026, 11, 20)
        repeat = {"repeat_rule": "FREQ=DAILY", "repeat_mode": "schedule", "repeat_anchor": first}
        task, _ = due(ada, make, due_on=first, **repeat)
        notice = ada.get("/today").tree.css_first("#reminders form[action*='/done']").attributes[attribute] or ""
        ada.post(f"/tasks/{task.id}/complete")
        moved = make.stored(task)

        answer = ada.post(notice, htmx=attribute == "hx-post")

        assert answer.status in (200, 303)
        assert moved and moved.due_on != first and make.stored(task) == moved
        assert ada.get("/done").titles == ["Buy milk"]
        assert shown(ada) == []

    def test_what_was_snoozed_is_to_come(self, ada: HtmlClient, make: Factory) -> None:
        task, reminder = due(ada, make)

        ada.post(f"/reminders/{reminder}/snooze")

        assert ada.get("/today").tree.css_first("#reminder-poll")
        assert words(ada, task) != "None"

    @pytest.mark.parametrize("state", [{"completed": True}, {"deleted_at": utc_now()}])
    def test_the_reminder_of_what_rests_is_not_shown(
        self, ada: HtmlClient, make: Factory, state: dict[str, object]
    ) -> None:
        due(ada, make, **state)

        page = ada.get("/today")

        assert page.tree.css_first("#reminders .notice") is None
        assert page.tree.css_first("#reminder-poll") is None

    def test_one_that_was_missed_says_so(self, ada: HtmlClient, make: Factory) -> None:
        task = make.task(ada.user)
        make.record("reminders", ada.user, task_id=task.id, at=utc_now() - timedelta(days=2))

        assert words(ada, task).endswith(", not sent")
        assert len(shown(ada)) == 1

    def test_it_costs_a_statement_only_while_something_is_due(
        self, ada: HtmlClient, make: Factory, statements: Statements
    ) -> None:
        task = make.task(ada.user, due_on=date(2026, 11, 27))
        with statements.counted() as before:
            ada.get("/today")
        make.record("reminders", ada.user, task_id=task.id, at=utc_now() + timedelta(days=1))
        with statements.counted() as waiting:
            ada.get("/today")
        make.record("reminders", ada.user, task_id=task.id, at=utc_now())
        with statements.counted() as now_due:
            ada.get("/today")

        assert len(before) == len(waiting) <= 4
        assert len(now_due) == len(before) + 1
