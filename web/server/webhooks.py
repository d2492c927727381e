"""The loop of webhooks: makes deliveries of new events, and sends those that are due."""

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from sqlalchemy import Connection

from web.db.database import Database
from web.domain.fair_turns import fair_turns
from web.push.sender import retry_after
from web.server.background import BackgroundLoop
from web.services import webhook_queue as queue
from web.services.webhook_queue import DeliveryClaim, WebhookMessage
from web.webhooks.sender import Outcome, WebhookSender

log = logging.getLogger("daybook.webhooks")
INTERVAL_SECONDS = 5.0
# So many deliveries at a time. Each begins when it is claimed, so it is over within its lease.
PLACES = 24
# How long it waits for one of them before it looks for what else is due, or whether it is to stop.
WAIT_SECONDS = 0.5
# How often the cursors are moved.
ADVANCE_SECONDS = 600.0


class WebhookLoop(BackgroundLoop):
    """A receiver that is slow keeps few of the places (`fair_turns`), and the loop goes on with the others."""

    name = "webhooks"

    def __init__(self, database: Database, sender: WebhookSender, interval: float = INTERVAL_SECONDS) -> None:
        super().__init__(interval)
        self._database = database
        self._sender = sender
        self._pool = ThreadPoolExecutor(PLACES, thread_name_prefix="webhook")
        self._under_way: dict[Future[Outcome], DeliveryClaim] = {}
        self._enqueued_at = self._advanced_at = float("-inf")

    def look(self) -> None:
        """Send until nothing is due."""
        while not self.is_stopping and (self._begin() or self._under_way):
            self._finish(FIRST_COMPLETED)
        if self._is_over(ADVANCE_SECONDS, self._advanced_at):
            self._advanced_at = time.monotonic()
            with self._database.transaction() as session:
                queue.advance(session.connection())

    def close(self) -> None:
        """What takes longer is left to its lease."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._finish(ALL_COMPLETED)

    def _begin(self) -> bool:
        """Whether anything was claimed. It enqueues at the interval, and when there is nothing else to do."""
        is_time = self._is_over(self._interval, self._enqueued_at)
        if is_time:
            self._enqueue()
        is_idle = not is_time and not self._under_way
        return self._claim() or (is_idle and self._enqueue() and self._claim())

    def _enqueue(self) -> bool:
        self._enqueued_at = time.monotonic()
        with self._database.connect(transaction=False) as connection:
            behind = queue.behind(connection)
        if behind:
            with self._database.transaction() as session:
                queue.enqueue(session.connection(), behind)
        return bool(behind)

    def _claim(self) -> bool:
        with self._database.connect(transaction=False) as connection:
            waiting = queue.waiting(connection)
        under_way = [taken.turn for taken in self._under_way.values()]
        turns = fair_turns(waiting, under_way, PLACES - len(under_way))
        if not turns:
            return False
        with self._database.transaction() as session:
            claims = queue.claim(session.connection(), turns)
        self._send(claims)
        return bool(claims)

    def _send(self, claims: Sequence[DeliveryClaim]) -> None:
        with self._database.connect(transaction=False) as connection:
            found = [(taken, queue.message_of(connection, taken)) for taken in claims]
        for taken, message in found:
            if message is not None:
                self._under_way[self._pool.submit(self._outcome, message)] = taken

    def _finish(self, which: str) -> None:
        """Mark what is over. Where the database fails it is marked at the next look."""
        over = wait(self._under_way, WAIT_SECONDS, which).done
        if over:
            with self._database.transaction() as session:
                for sent in over:
                    if not sent.cancelled():
                        _mark(session.connection(), self._under_way[sent], sent.result())
        for sent in over:
            del self._under_way[sent]

    def _is_over(self, seconds: float, since: float) -> bool:
        return time.monotonic() - since >= seconds

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
