"""Reminders as notifications, on every browser that a user subscribed."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from web.db.database import Database
from web.domain.actor import Actor
from web.models.push_subscription import PushSubscription
from web.push.sender import Notification, PushSender, SubscriptionGone
from web.services.push_subscriptions import MOST_SUBSCRIPTIONS, PushSubscriptions
from web.services.reminder_channels import ChannelUnavailable, ReminderMessage, Undeliverable
from web.settings import Settings

log = logging.getLogger("daybook.push")
# One for each device of a user, so that none waits for another: `send` takes as long as the slowest push service, whose
# connecting, TLS, writing and answering have TIMEOUT_SECONDS each.
THREADS = MOST_SUBSCRIPTIONS


class PushChannel:
    """The channel `push` of the reminder loop."""

    name = "push"

    def __init__(self, settings: Settings, database: Database, transport: httpx.BaseTransport | None = None) -> None:
        self._database = database
        self._sender = PushSender(settings, transport)

    def send(self, message: ReminderMessage) -> None:
        """To all devices; enough if one push service takes it. Deletes subscriptions that are gone.

        One that takes nothing now does not make the others show the reminder a second time. Raises ChannelUnavailable
        or Undeliverable if no device was reached.
        """
        actor = Actor(message.user_id)
        with self._database.reading() as session:
            subscriptions = PushSubscriptions(session.connection(), actor).all()
        notification = Notification(message.title, message.body, message.path, message.tag, message.expires_at)
        failures = self._send_to_all(subscriptions, notification)
        taken = [one.id or 0 for one, failure in zip(subscriptions, failures, strict=True) if failure is None]
        gone = [
            one.id or 0
            for one, failure in zip(subscriptions, failures, strict=True)
            if isinstance(failure, SubscriptionGone)
        ]
        if taken or gone:
            with self._database.transaction() as session:
                note(PushSubscriptions(session.connection(), actor), taken, gone)
        if not taken:
            _raise_worst(failures)

    def close(self) -> None:
        self._sender.close()

    def _send_to_all(
        self, subscriptions: Sequence[PushSubscription], notification: Notification
    ) -> list[Exception | None]:
        """For each subscription why it failed, or None. One that fails by an error of ours stops none of the others."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="push") as pool:
            return list(pool.map(lambda one: self._failure(one, notification), subscriptions))

    def _failure(self, subscription: PushSubscription, notification: Notification) -> Exception | None:
        try:
            self._sender.send(subscription, notification)
        except SubscriptionGone as gone:
            return gone
        except (ChannelUnavailable, Undeliverable) as problem:
            log.warning("Subscription %s got no notification: %s", subscription.id, problem)
            return problem
        except Exception as problem:
            log.exception("Subscription %s got no notification.", subscription.id)
            return ChannelUnavailable(type(problem).__name__)
        return None


def note(subscriptions: PushSubscriptions, taken: Sequence[int], gone: Sequence[int]) -> None:
    """What came of a notification: by the ids of the subscriptions that took it, and of those that are gone."""
    if taken:
        subscriptions.note_success(taken)
    if gone:
        subscriptions.drop(gone)


def _raise_worst(failures: Sequence[Exception | None]) -> None:
    """One that may be reached later counts more than one that never will be."""
    for kind in (ChannelUnavailable, Undeliverable):
        for failure in failures:
            if isinstance(failure, kind):
                raise failure
