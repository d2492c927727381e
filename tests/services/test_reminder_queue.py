"""The queue of reminders: what is due is claimed and sent once, and what rests is not sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.factories import Factory
from tests.services.planner import NOW, Planner, day
from tests.services.reminding import Recorder, remind, sent_at, stored
from web.db.database import Database
from web.services import reminder_queue as queue
from web.services.reminders import Reminders


def test_what_is_due_is_sent_once(ada_plans: Planner) -> None:
    task = ada_plans.add("Buy milk", due_on=day("2026-11-26"), due_time="15:00")
    reminder, channel = remind(ada_plans, task, minutes_before=30), Recorder()

    counts = [sent_at(ada_plans, reminder, channel) for _ in range(2)]

    assert counts == [1, 0]
    [message] = channel.sent
    assert (message.title, message.body, message.path) == ("Buy milk", "Due today, 15:00", f"/tasks/{task.id}")
    assert (message.user_id, message.expires_at) == (ada_plans.user.id, NOW + timedelta(days=1))
    assert message.tag == f"reminder-{reminder.id}-20261126T133000Z"
    assert (stored(ada_plans, reminder).sent_at, stored(ada_plans, reminder).sent_by) == (NOW, "email")


def test_what_is_to_come_waits(ada_plans: Planner) -> None:
    reminder, channel = remind(ada_plans, ada_plans.add(), at=NOW + timedelta(seconds=1)), Recorder()

    assert sent_at(ada_plans, reminder, channel) == 0
    assert sent_at(ada_plans, reminder, channel, late=timedelta(seconds=1)) == 1


def test_without_a_channel_it_counts_as_sent(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())

    sent_at(ada_plans, reminder)

    assert (stored(ada_plans, reminder).sent_at, stored(ada_plans, reminder).sent_by) == (NOW, None)


def test_what_is_older_than_a_day_is_not_sent(ada_plans: Planner) -> None:
    reminder, channel = remind(ada_plans, ada_plans.add()), Recorder()

    assert sent_at(ada_plans, reminder, channel, late=timedelta(days=1)) == 0
    assert (channel.sent, stored(ada_plans, reminder).sent_at) == ([], None)


def archive(planner: Planner, task: Any) -> None:
    planner.lists(lambda lists: lists.archive(task.list_id))


RESTING: list[Callable[[Planner, Any], Any]] = [
    lambda planner, task: planner.complete(task),
    lambda planner, task: planner.tasks(lambda tasks: tasks.delete(task.id)),
    archive,
    lambda planner, task: planner.lists(lambda lists: lists.delete(task.list_id)),
    lambda planner, task: planner.run(Reminders, lambda all_of: all_of.delete(all_of.of(task.id)[0].id or 0)),
]


@pytest.mark.parametrize("rest", RESTING)
def test_the_reminder_of_what_rests_is_not_sent(ada_plans: Planner, rest: Callable[[Planner, Any], Any]) -> None:
    task = ada_plans.add(list_id=ada_plans.add_list("Home").id)
    reminder, channel = remind(ada_plans, task), Recorder()
    rest(ada_plans, task)

    assert sent_at(ada_plans, reminder, channel) == 0
    assert channel.sent == []


@pytest.mark.parametrize("rest", RESTING)
def test_it_is_asked_again_right_before_sending(ada_plans: Planner, rest: Callable[[Planner, Any], Any]) -> None:
    task = ada_plans.add(list_id=ada_plans.add_list("Home").id)
    remind(ada_plans, task)
    with time_machine.travel(NOW, tick=False), ada_plans.database.transaction() as session:
        [taken] = queue.claim(session.connection())

    rest(ada_plans, task)

    with time_machine.travel(NOW, tick=False), ada_plans.database.reading() as session:
        assert queue.message_of(session.connection(), taken) is None


def test_what_a_living_sender_has_no_other_gets(ada_plans: Planner) -> None:
    reminder, channel = remind(ada_plans, ada_plans.add()), Recorder()
    with time_machine.travel(NOW, tick=False), ada_plans.database.transaction() as session:
        queue.claim(session.connection())

    assert sent_at(ada_plans, reminder, channel, late=timedelta(seconds=59)) == 0
    assert sent_at(ada_plans, reminder, channel, late=timedelta(seconds=60)) == 1


def test_a_title_of_a_foreign_hand_is_one_line(database: Database, make: Factory) -> None:
    planner = Planner(database, make)
    task = make.task(planner.user, "Buy\r\nBcc: eve@example.com\x07milk")
    reminder, channel = remind(planner, task), Recorder()

    sent_at(planner, reminder, channel)

    assert [message.title for message in channel.sent] == ["Buy Bcc: eve@example.com milk"]
