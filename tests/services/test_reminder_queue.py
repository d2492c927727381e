"""The queue of reminders: what is claimed, what rests, and what becomes of a failure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlmodel import col, delete

from tests.factories import Factory
from tests.services.planner import NOW, Planner, day
from web.db.database import Database
from web.models.reminder import Reminder, ReminderDraft
from web.models.task_drafts import DueDraft
from web.models.user import User
from web.server.reminders import ReminderLoop
from web.services import reminder_queue as queue
from web.services.due_reminders import SHOWN_FOR, DueReminders
from web.services.leases import LEASE
from web.services.reminder_channels import ChannelUnavailable, ReminderMessage, Undeliverable
from web.services.reminders import Reminders

KEY = "6f0d6a52-6d7e-4a0a-9f0b-0d9c6b1d6a11"


class Recorder:
    """A channel that keeps what it is given, and fails as often as it is told."""

    def __init__(self, name: str = "email", *failures: Exception) -> None:
        self.name, self.failures = name, list(failures)
        self.sent: list[ReminderMessage] = []
        self.is_closed = False

    def send(self, message: ReminderMessage) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)

    def close(self) -> None:
        self.is_closed = True


def remind(planner: Planner, task: Any, **values: Any) -> Reminder:
    draft = ReminderDraft(**(values or {"at": NOW}))
    return planner.run(Reminders, lambda reminders: reminders.add_to(task, draft, KEY))


def sent_at(planner: Planner, reminder: Reminder, *channels: Recorder, late: timedelta = timedelta()) -> int:
    """Send what is due so long after NOW."""
    with time_machine.travel(NOW + late, tick=False):
        return ReminderLoop(planner.database, channels).send_due()


def stored(planner: Planner, reminder: Reminder) -> Reminder:
    with planner.database.reading() as session:
        found = session.get(Reminder, reminder.id)
        assert found
        return found


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


class Acting(Recorder):
    """A channel in whose work something happens."""

    def __init__(self, during: Callable[[], Any]) -> None:
        super().__init__()
        self._during = during

    def send(self, message: ReminderMessage) -> None:
        super().send(message)
        self._during()


def claimed_at(planner: Planner, late: timedelta) -> queue.Claim:
    with time_machine.travel(NOW + late, tick=False), planner.database.transaction() as session:
        [taken] = queue.claim(session.connection())
        return taken


def test_one_that_outlasts_its_lease_is_sent_once(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())
    slow, other = Acting(lambda: claimed_at(ada_plans, LEASE)), Recorder()

    sent_at(ada_plans, reminder, slow)

    assert sent_at(ada_plans, reminder, other, late=2 * LEASE) == 0
    assert (len(slow.sent), other.sent) == (1, [])
    assert (stored(ada_plans, reminder).sent_at, stored(ada_plans, reminder).sent_by) == (NOW, "email")


def test_a_failure_that_outlasts_its_lease_counts(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())

    def fail() -> None:
        claimed_at(ada_plans, LEASE)
        raise ChannelUnavailable("slow")

    sent_at(ada_plans, reminder, Acting(fail))

    assert stored(ada_plans, reminder).attempts == 1


def test_a_failure_takes_nothing_back_that_another_sender_has_sent(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())

    def fail() -> None:
        sent_at(ada_plans, reminder, Recorder(), late=LEASE)
        raise ChannelUnavailable("slow")

    sent_at(ada_plans, reminder, Acting(fail))

    assert stored(ada_plans, reminder).sent_at == NOW + LEASE


def test_a_user_who_is_deleted_while_it_is_sent_is_no_problem(
    ada_plans: Planner, caplog: pytest.LogCaptureFixture
) -> None:
    reminder = remind(ada_plans, ada_plans.add())

    def delete_user() -> None:
        with ada_plans.database.transaction() as session:
            session.execute(delete(User).where(col(User.id) == ada_plans.user.id))

    channel = Acting(delete_user)

    assert [sent_at(ada_plans, reminder, channel) for _ in range(2)] == [1, 0]
    ours = [record for record in caplog.records if record.name == "daybook.reminders"]
    assert (len(channel.sent), ours) == (1, [])


def test_one_that_moves_while_it_is_sent_is_sent_again(ada_plans: Planner) -> None:
    task = ada_plans.add(due_on=day("2026-11-26"), due_time="15:00")
    reminder = remind(ada_plans, task, minutes_before=30)

    moving = Acting(lambda: ada_plans.edit(task, DueDraft(due_on=day("2026-11-26"), due_time="15:10")))
    channel = Recorder()
    sent_at(ada_plans, reminder, moving)
    assert stored(ada_plans, reminder).sent_at is None

    sent_at(ada_plans, reminder, channel, late=timedelta(minutes=10))

    assert [one.tag for one in moving.sent] != [one.tag for one in channel.sent]


def test_a_channel_that_fails_is_tried_again_without_the_others(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())
    push, email = Recorder("push"), Recorder("email", ChannelUnavailable("busy", 90), RuntimeError("odd"))

    sent_at(ada_plans, reminder, push, email)
    assert (stored(ada_plans, reminder).sent_at, stored(ada_plans, reminder).sent_by) == (None, "push")
    assert sent_at(ada_plans, reminder, push, email, late=timedelta(seconds=89)) == 0
    sent_at(ada_plans, reminder, push, email, late=timedelta(seconds=90))
    sent_at(ada_plans, reminder, push, email, late=timedelta(seconds=90 + 5 * 60))

    assert (len(push.sent), len(email.sent)) == (1, 1)
    assert stored(ada_plans, reminder).sent_by == "email,push"
    assert stored(ada_plans, reminder).sent_at is not None


def test_what_can_never_arrive_is_not_tried_again(ada_plans: Planner) -> None:
    reminder, channel = remind(ada_plans, ada_plans.add()), Recorder("email", Undeliverable("no such address"))

    sent_at(ada_plans, reminder, channel)

    assert (channel.sent, stored(ada_plans, reminder).sent_at) == ([], NOW)


def test_a_failure_of_one_delays_no_other_and_is_tried_again(
    ada_plans: Planner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    odd = remind(ada_plans, ada_plans.add("Odd"))
    other, channel = ada_plans.add("Buy milk"), Recorder()
    ada_plans.run(Reminders, lambda reminders: reminders.add_to(other, ReminderDraft(at=NOW), str(uuid4())))

    def fail(title: str) -> str:
        if title == "Odd":
            raise RuntimeError("odd")
        return title

    with monkeypatch.context() as failing:
        failing.setattr(queue, "shown_line", fail)
        assert sent_at(ada_plans, odd, channel) == 2
    assert f"Reminder {odd.id} failed; it is tried again later." in caplog.messages
    assert [message.title for message in channel.sent] == ["Buy milk"]

    sent_at(ada_plans, odd, channel, late=timedelta(minutes=1))
    assert [message.title for message in channel.sent] == ["Buy milk", "Odd"]


def test_a_channel_is_given_up_after_the_last_pause(ada_plans: Planner) -> None:
    reminder = remind(ada_plans, ada_plans.add())
    channel = Recorder("email", *[ChannelUnavailable("down") for _ in range(20)])
    late = timedelta()

    for pause in (*queue.PAUSES, 0):
        assert sent_at(ada_plans, reminder, channel, late=late) == 1
        late += timedelta(minutes=pause)

    assert stored(ada_plans, reminder).sent_at is not None
    assert sent_at(ada_plans, reminder, channel, late=late) == 0


def test_a_title_of_a_foreign_hand_is_one_line(database: Database, make: Factory) -> None:
    planner = Planner(database, make)
    task = make.task(planner.user, "Buy\r\nBcc: eve@example.com\x07milk")
    reminder, channel = remind(planner, task), Recorder()

    sent_at(planner, reminder, channel)

    assert [message.title for message in channel.sent] == ["Buy Bcc: eve@example.com milk"]


def test_what_was_put_away_is_shown_again_once_it_has_moved(ada_plans: Planner) -> None:
    task = ada_plans.add("Buy milk", due_on=day("2026-11-26"), due_time="14:00")
    reminder = remind(ada_plans, task, minutes_before=0)

    def shown() -> list[str]:
        return [one.title for one in ada_plans.run(DueReminders, lambda due: due.all())]

    before = shown()
    ada_plans.run(Reminders, lambda reminders: reminders.dismiss(reminder))
    dismissed = shown()
    ada_plans.edit(task, DueDraft(due_on=day("2026-11-27"), due_time="14:00"))
    moved = shown()
    ada_plans.now = NOW + timedelta(days=1)

    assert (before, dismissed, moved, shown()) == (["Buy milk"], [], [], ["Buy milk"])


def test_the_page_stops_showing_one_after_thirty_days(ada_plans: Planner) -> None:
    remind(ada_plans, ada_plans.add())
    counts = []

    for later in (SHOWN_FOR - timedelta(seconds=1), SHOWN_FOR):
        ada_plans.now = NOW + later
        counts.append(len(ada_plans.run(DueReminders, lambda due: due.all())))

    assert counts == [1, 0]
