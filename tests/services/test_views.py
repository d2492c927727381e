"""What each page shows, by the user's own days."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from tests.factories import Factory
from tests.services.planner import NOW, TODAY, Planner, day, titles
from web.db.database import Database
from web.models.reminder import ReminderDraft
from web.services.overview import Detail, LabelMark, Overviews
from web.services.reminders import Reminders
from web.services.views import Views


class TestToday:
    def test_it_has_what_is_late_due_begun_and_done(self, ada_plans: Planner) -> None:
        ada_plans.add("Late", due_on=day("2026-11-20"))
        ada_plans.add("Late today", due_on=TODAY, due_time="14:29")
        ada_plans.add("Due", due_on=TODAY)
        ada_plans.add("Due now", due_on=TODAY, due_time="14:30")
        ada_plans.add("Begun", start_on=TODAY, due_on=day("2026-12-20"))
        ada_plans.add("Begun without end", start_on=day("2026-11-20"))
        ada_plans.add("To come", due_on=day("2026-11-27"))
        ada_plans.add("Undated")
        ada_plans.add("Done", is_done=True)

        today = ada_plans.views(lambda views: views.today())

        assert titles(today.overdue) == ["Late", "Late today"]
        assert titles(today.planned) == ["Due now", "Due"]
        assert titles(today.started) == ["Begun without end", "Begun"]
        assert titles(today.done) == ["Done"]

    def test_steps_with_a_date_are_shown_and_deleted_tasks_are_not(self, ada_plans: Planner) -> None:
        parent = ada_plans.add("Parent")
        ada_plans.add("Step", parent_id=parent.id, due_on=TODAY)
        gone = ada_plans.add("Gone", due_on=TODAY)
        ada_plans.tasks(lambda tasks: tasks.delete(gone.id or 0))

        assert titles(ada_plans.views(lambda views: views.today()).planned) == ["Step"]

    @pytest.mark.parametrize(
        ("zone", "title"), [("America/Los_Angeles", "25"), ("Europe/Berlin", "26"), ("Pacific/Kiritimati", "27")]
    )
    def test_the_day_is_that_of_the_users_zone(self, ada_plans: Planner, zone: str, title: str) -> None:
        for number in (25, 26, 27):
            ada_plans.add(str(number), due_on=day(f"2026-11-{number}"))
        ada_plans.in_zone(ZoneInfo(zone))
        ada_plans.now = {"25": NOW.replace(hour=3)}.get(title, NOW)

        assert titles(ada_plans.views(lambda views: views.today()).planned) == [title]


class TestDay:
    def test_a_coming_day_has_what_is_due_or_begins_on_it(self, ada_plans: Planner) -> None:
        ada_plans.add("Due", due_on=day("2026-12-03"))
        ada_plans.add("Begins", start_on=day("2026-12-03"), due_on=day("2026-12-10"))
        ada_plans.add("Begins before it is due", start_on=day("2026-12-01"), due_on=day("2026-12-03"))
        ada_plans.add("Another day", due_on=day("2026-12-04"))

        assert titles(ada_plans.views(lambda views: views.day(day("2026-12-03"))).planned) == ["Due", "Begins"]

    def test_a_past_day_has_what_was_done_on_it(self, ada_plans: Planner) -> None:
        ada_plans.now = NOW - timedelta(days=1)
        ada_plans.add("Done yesterday", is_done=True)
        ada_plans.now = NOW
        ada_plans.add("Done today", is_done=True)
        ada_plans.add("Left", due_on=day("2026-11-25"))

        yesterday = ada_plans.views(lambda views: views.day(day("2026-11-25")))

        assert (titles(yesterday.done), titles(yesterday.planned)) == (["Done yesterday"], ["Left"])

    def test_a_day_begins_where_the_clock_skips_midnight(self, ada_plans: Planner) -> None:
        ada_plans.in_zone(ZoneInfo("Asia/Beirut"))
        ada_plans.now = NOW.replace(year=2027, month=3, day=28, hour=0, minute=5, tzinfo=ZoneInfo("Asia/Beirut"))
        ada_plans.add("First thing", is_done=True)

        assert titles(ada_plans.views(lambda views: views.day(day("2027-03-28"))).done) == ["First thing"]
        assert ada_plans.views(lambda views: views.day(day("2027-03-27"))).done == []


def test_what_is_to_come_stands_by_day_then_later(ada_plans: Planner) -> None:
    ada_plans.add("Today", due_on=TODAY)
    ada_plans.add("Tomorrow", due_on=day("2026-11-27"))
    ada_plans.add("Tomorrow at nine", due_on=day("2026-11-27"), due_time="09:00")
    ada_plans.add("Begins", start_on=day("2026-11-29"), due_on=day("2026-12-24"))
    ada_plans.add("Last day", due_on=day("2026-12-10"))
    ada_plans.add("Next year", due_on=day("2027-01-04"))
    ada_plans.add("Later", due_on=day("2026-12-11"))

    upcoming = ada_plans.views(lambda views: views.upcoming())

    shown = {its_day.isoformat(): titles(rows) for its_day, rows in upcoming.days if rows}
    assert shown == {
        "2026-11-27": ["Tomorrow at nine", "Tomorrow"],
        "2026-11-29": ["Begins"],
        "2026-12-10": ["Last day"],
    }
    assert [its_day for its_day, _ in upcoming.days] == [TODAY + timedelta(days=number) for number in range(1, 15)]
    assert titles(upcoming.later) == ["Later", "Next year"]


def test_the_inbox_is_paged_by_hand_and_has_what_was_done_today(ada_plans: Planner) -> None:
    for number in range(5):
        ada_plans.now = NOW + timedelta(seconds=number)
        ada_plans.add(str(number))
    ada_plans.add("Done", is_done=True)
    home = ada_plans.add_list("Home")
    ada_plans.add("Elsewhere", list_id=home.id)

    first = ada_plans.views(lambda views: views.inbox(size=3))
    second = ada_plans.views(lambda views: views.inbox(offset=int(first.next or 0), size=3))

    assert [titles(page.rows) for page in (first, second)] == [["0", "1", "2"], ["3", "4"]]
    assert (titles(first.done), second.next) == (["Done"], None)


def test_a_label_shows_its_open_tasks_by_due_date(ada_plans: Planner) -> None:
    label = ada_plans.make.record("labels", ada_plans.user, name="errand").id or 0
    ada_plans.add("Undated", labels=[label])
    ada_plans.add("Later", due_on=day("2026-12-01"), labels=[label])
    ada_plans.add("Sooner", due_on=day("2026-11-27"), labels=[label])
    ada_plans.add("Done", is_done=True, labels=[label])
    ada_plans.add("Without")

    page = ada_plans.views(lambda views: views.of_label(label))

    assert (titles(page.rows), titles(page.done)) == (["Sooner", "Later", "Undated"], ["Done"])


def test_what_is_done_is_paged_latest_first(ada_plans: Planner) -> None:
    for number in range(7):
        ada_plans.now = NOW + timedelta(hours=number // 2)
        ada_plans.add(str(number), is_done=True)

    found, after = [], ""
    while True:
        page = ada_plans.views(lambda views, after=after: views.done(after, size=3))
        found += titles(page.rows)
        if page.next is None:
            break
        after = page.next

    assert found == ["6", "5", "4", "3", "2", "1", "0"]
    assert titles(ada_plans.views(lambda views: views.done("nonsense", size=2)).rows) == ["6", "5"]


def test_the_trash_shows_what_was_deleted_by_itself(ada_plans: Planner) -> None:
    parent = ada_plans.add("Parent")
    ada_plans.add("Step", parent_id=parent.id)
    alone = ada_plans.add("Alone", parent_id=ada_plans.add("Kept").id)
    for task in (parent, alone):
        ada_plans.tasks(lambda tasks, task=task: tasks.delete(task.id or 0))

    trash = ada_plans.views(lambda views: views.trash())

    assert titles(trash.rows) == ["Alone", "Parent"]


def test_the_history_of_a_repeating_task_is_its_completed_occurrences(ada_plans: Planner) -> None:
    task = ada_plans.add("Water", due_on=TODAY, repeat_rule="FREQ=DAILY")
    for _ in range(3):
        ada_plans.complete(task)
        ada_plans.now += timedelta(days=1)

    rows = ada_plans.views(lambda views: views.occurrences(task.id or 0))

    assert [row.due_on for row in rows] == [TODAY + timedelta(days=number) for number in (2, 1, 0)]


def test_the_overview_has_all_numbers(ada_plans: Planner) -> None:
    home = ada_plans.add_list("Home")
    kitchen = ada_plans.add_list("Kitchen", parent_id=home.id, is_section=True)
    ada_plans.add("Late", due_on=day("2026-11-20"))
    ada_plans.add("Due", due_on=TODAY, list_id=home.id)
    ada_plans.add("Begun", start_on=day("2026-11-20"), list_id=kitchen.id)
    task = ada_plans.add("With steps", list_id=kitchen.id)
    ada_plans.add("Step", parent_id=task.id)
    ada_plans.add("Done", is_done=True, list_id=home.id)

    overview = ada_plans.overview()

    assert (overview.inbox, overview.today, overview.overdue, overview.open) == (1, 2, 1, 4)
    assert [(one.name, one.pending, one.is_section) for one in overview.lists] == [
        ("Home", 1, False),
        ("Kitchen", 2, True),
    ]
    assert overview.pending_of(home.id) == 3


def test_a_time_that_comes_twice_is_overdue_on_the_page_and_in_the_numbers(ada_plans: Planner) -> None:
    ada_plans.add("Late", due_on=day("2026-10-25"), due_time="02:30")

    # 02:10 again.
    ada_plans.now = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    shown = ada_plans.views(lambda views: views.today())

    assert (titles(shown.overdue), shown.planned) == (["Late"], [])
    assert ada_plans.overview().overdue == 1


def test_the_overview_of_a_new_user_is_empty(ada_plans: Planner) -> None:
    overview = ada_plans.overview()

    assert (overview.lists, overview.inbox, overview.today, overview.overdue, overview.open) == ([], 0, 0, 0, 0)


def test_details_of_rows(ada_plans: Planner) -> None:
    label = ada_plans.make.record("labels", ada_plans.user, name="errand", colour="teal")
    task = ada_plans.add("Task", labels=[label.id], due_on=day("2026-11-27"))
    steps = [ada_plans.add(str(number), parent_id=task.id) for number in range(3)]
    ada_plans.complete(steps[0])
    ada_plans.run(Reminders, lambda reminders: reminders.add_to(task, ReminderDraft(at=NOW), ada_plans.operation))
    ada_plans.add("Plain")
    rows = ada_plans.views(lambda views: views.inbox()).rows

    details = ada_plans.run(Overviews, lambda overviews: overviews.details(rows))

    assert details == {task.id: Detail((LabelMark(label.id or 0, "errand", "teal"),), 3, 1, 1)}


VIEWS: list[Callable[[Views], Any]] = [
    lambda views: views.today(),
    lambda views: views.day(day("2026-11-27")),
    lambda views: views.upcoming(),
    lambda views: views.inbox(),
    lambda views: views.of_list(1),
    lambda views: views.of_label(1),
    lambda views: views.done(),
]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_one_statement_and_shows_nothing_of_others(
    ada_plans: Planner, database: Database, make: Factory, view: Callable[[Views], Any]
) -> None:
    bob = Planner(database, make)
    for number in range(3):
        bob.add(f"Bob {number}", due_on=TODAY + timedelta(days=number), is_done=number == 2)

    sent: list[str] = []

    def keep(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    def counted(views: Views) -> Any:
        event.listen(views.connection, "before_cursor_execute", keep)
        return view(views)

    shown = ada_plans.views(counted)

    assert len(sent) == 1
    assert "Bob" not in str(shown)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    ("view", "index"),
    [
        (VIEWS[0], "ix_tasks_open_due"),
        (VIEWS[0], "ix_tasks_open_start"),
        (VIEWS[0], "ix_tasks_completed_at"),
        (VIEWS[2], "ix_tasks_open_due"),
        (VIEWS[3], "ix_tasks_open_position"),
        (VIEWS[6], "ix_tasks_completed_at"),
    ],
)
def test_a_view_comes_from_its_index(
    ada_plans: Planner, database: Database, view: Callable[[Views], Any], index: str
) -> None:
    with database.transaction() as session:
        fill(session, ada_plans.user.id)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE tasks")
    sent: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        sent.append((statement, values))

    def told(views: Views) -> str:
        event.listen(views.connection, "before_cursor_execute", keep)
        view(views)
        event.remove(views.connection, "before_cursor_execute", keep)
        (statement, values), *_ = sent
        rows = views.connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        return "\n".join(str(row[0]) for row in rows)

    plan = ada_plans.views(told)

    assert index in plan, plan
    assert "Seq Scan on tasks" not in plan


def fill(session: Session, user_id: str) -> None:
    """20,000 tasks of the user, nearly all done long ago; open ones in the Inbox, some with dates."""
    statement = text(
        """INSERT INTO tasks (user_id, title, completed, completed_at, due_on, start_on, position)
        SELECT :user, 'Task ' || n, n % 20 <> 0,
            CASE WHEN n % 20 <> 0 THEN timestamptz '2020-01-01' + n * interval '2 hours' END,
            CASE WHEN n % 40 = 0 THEN date '2026-11-01' + n % 300 END,
            CASE WHEN n % 100 = 0 THEN date '2026-11-01' + n % 300 END, 'a' || n % 10
        FROM generate_series(1, 20000) n"""
    )
    session.connection().execute(statement, {"user": user_id})
