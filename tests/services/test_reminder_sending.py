"""While a reminder is sent: leases that end, tasks and users that change, and channels that fail."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlmodel import col, delete

from tests.services.planner import NOW, Planner, day
from tests.services.reminding import Recorder, remind, sent_at, stored
from web.models.reminder import ReminderDraft
from web.models.task_drafts import DueDraft
from web.models.user import User
from web.services import reminder_queue as queue
from web.services.leases import LEASE
from web.services.reminder_channels import ChannelUnavailable, ReminderMessage, Undeliverable
from web.services.reminders import Reminders


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
