"""A loop in a thread of each worker process: it looks for work at an interval, or when it is woken."""

import logging
import random
import threading

from sqlalchemy.exc import DBAPIError

from web.db.errors import CONNECTION_ERRORS

log = logging.getLogger("daybook.background")
INTERVAL_SECONDS = 20.0
# How long a stopping process waits for the step that is being done. Another process does what is left.
STOP_SECONDS = 5.0


class BackgroundLoop:
    """Subclasses look for work in `look`. It blocks, so the loop has a thread and no part in the event loop."""

    # Of the thread, and of what waits where the database does not answer.
    name = "background"

    def __init__(self, interval: float = INTERVAL_SECONDS) -> None:
        self._interval = interval
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def look(self) -> None:
        """Do all that is to be done now; return early once `is_stopping`."""
        raise NotImplementedError

    def close(self) -> None:
        """Called once, in the thread, after the last look."""

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        return self._stop.is_set()

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look now instead of at the end of the interval."""
        self._wake.set()

    def stop(self) -> None:
        """Ends after the step that is being done; blocks for up to STOP_SECONDS."""
        self._stop.set()
        self._wake.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        try:
            self._look_until_stopped()
        finally:
            self.close()

    def _look_until_stopped(self) -> None:
        # At random, so that the processes of a machine do not all look at the same moment.
        pause = random.uniform(0, self._interval)  # noqa: S311
        while not self._waited(pause):
            pause = self._interval
            try:
                self.look()
            except (DBAPIError, *CONNECTION_ERRORS) as problem:
                log.warning("%s wait for the database: %s", self.name.capitalize(), type(problem).__name__)
            except Exception:
                log.exception("The loop of %s failed; it goes on in %g seconds.", self.name, self._interval)

    def _waited(self, seconds: float) -> bool:
        """Whether the loop is to end after this wait."""
        self._wake.wait(seconds)
        self._wake.clear()
        return self._stop.is_set()
