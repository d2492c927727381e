"""The loop of webhooks: makes deliveries of new events, and sends those that are due."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Connection

from web.db.database import Database
from web.push.sender import retry_after
from web.server.background import BackgroundLoop
from web.services import webhook_queue as queue
from web.services.webhook_queue import DeliveryClaim, WebhookMessage
from web.webhooks.sender import Outcome, WebhookSender

log = logging.getLogger("daybook.webhooks")
INTERVAL_SECONDS = 5.0
# So many receivers at a time: those of one lease are over within it, however slow they are.
THREADS = 8


class WebhookLoop(BackgroundLoop):
    name = "webhooks"

    def __init__(self, database: Database, sender: WebhookSender, interval: float = INTERVAL_SECONDS) -> None:
        super().__init__(interval)
        self._database = database
        self._sender = sender

    def look(self) -> None:
        """Send until nothing is due."""
        while not self.is_stopping and self.send_some():
            pass

    def send_some(self) -> int:
        """Enqueue what is new and send some of what is due; how many deliveries were claimed."""
        with self._database.connect(transaction=False) as connection:
            if not queue.is_any_waiting(connection):
                return 0
        with self._database.transaction() as session:
            queue.enqueue(session.connection())
            claims = queue.claim(session.connection())
        self._send(claims)
        return len(claims)

    def _send(self, claims: Sequence[DeliveryClaim]) -> None:
        with self._database.connect(transaction=False) as connection:
            found = [(taken, queue.message_of(connection, taken)) for taken in claims]
        messages = [(taken, message) for taken, message in found if message is not None]
        with ThreadPoolExecutor(THREADS, thread_name_prefix="webhook") as pool:
            outcomes = pool.map(lambda one: self._outcome(one[1]), messages)
            for (taken, _), outcome in zip(messages, outcomes, strict=True):
                with self._database.transaction() as session:
                    _mark(session.connection(), taken, outcome)

    def _outcome(self, message: WebhookMessage) -> Outcome:
        """What fails for one receiver by an error of ours delays no other."""
        try:
            return self._sender.send(message.url, message.secrets, message.message_id, message.body)
        except Exception:
            log.exception("The webhook message %s failed.", message.message_id)
            return Outcome(None, "Daybook failed to send it.")


def _mark(connection: Connection, taken: DeliveryClaim, outcome: Outcome) -> None:
    if outcome.is_success:
        queue.mark_delivered(connection, taken, outcome.status)
    elif outcome.is_gone:
        queue.mark_gone(connection, taken, outcome.status)
    else:
        wait = retry_after(outcome.retry_after) if outcome.retry_after else None
        queue.mark_failed(connection, taken, outcome.status, outcome.problem, wait)
