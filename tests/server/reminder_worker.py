"""A process that sends reminders as a worker does, into a file: `python -m tests.server.reminder_worker URL FILE`.

A claim lasts two seconds instead of a minute, so that a test need not wait for that of a killed process.
"""

import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import make_url

from web.db.database import Database
from web.models import import_all
from web.server.reminders import ReminderLoop
from web.services import leases, reminder_queue
from web.services.reminder_channels import ReminderMessage


class File:
    """A channel that appends the tag of each message, whole lines even from several processes."""

    name = "file"

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def send(self, message: ReminderMessage) -> None:
        os.write(self._file, f"{message.tag}\n".encode())

    def close(self) -> None:
        os.close(self._file)


def main(url: str, path: str) -> None:
    import_all()
    leases.LEASE, reminder_queue.ENOUGH = timedelta(seconds=2), timedelta()
    loop = ReminderLoop(Database(make_url(url)), [File(path)], interval=0.05)
    loop.start()
    signal.sigwait({signal.SIGTERM})
    loop.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(*sys.argv[1:])
