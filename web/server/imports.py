"""The import loop: reads files, imports them and takes imports back, outside of requests."""

from web.db.database import Database
from web.server.background import INTERVAL_SECONDS, BackgroundLoop
from web.services import import_queue as queue

# Between two batches, so that a request that waits for SQLite's one writer gets its turn.
PAUSE_SECONDS = 0.02


class ImportLoop(BackgroundLoop):
    """One import at a time in each process. The page of an import wakes it."""

    name = "imports"

    def __init__(self, database: Database, interval: float = INTERVAL_SECONDS) -> None:
        super().__init__(interval)
        self._database = database

    def look(self) -> None:
        while not self.is_stopping and (taken := self._claim()):
            # Reads every format, with the calendars' library: not loaded by a process that imports nothing.
            from web.services.import_work import ImportWork

            ImportWork(self._database, lambda: self.is_stopping, lambda: self._stop.wait(PAUSE_SECONDS)).work_on(taken)

    def _claim(self) -> queue.Claim | None:
        with self._database.connect(transaction=False) as connection:
            if not queue.is_any_waiting(connection):
                return None
        with self._database.transaction() as session:
            return queue.claim(session.connection())
