"""Runs Daybook as a deployment does: `daybook serve` with its own port, database and Better Auth."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import make_url
from sqlmodel import col, select

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.factories import SECRET, VAPID_PRIVATE_KEY, Factory
from web.database_url import normalised
from web.db.database import Database
from web.models.user import User

COMMAND = Path(sys.executable).with_name("daybook")
OURS = (
    *("DATABASE_URL", "DATABASE_DIRECT_URL", "BETTER_AUTH_", "APP_URL", "HOST", "PORT", "VAPID_", "WEB_", "LOG_"),
    *("SMTP_", "MAIL_", "USER_BUDGETS"),
)


@dataclass(frozen=True)
class Site:
    """The URL, the database and the log file of a running Daybook."""

    url: str
    database: Database
    log: Path

    @property
    def make(self) -> Factory:
        return Factory(self.database)

    def user(self, email: str) -> User:
        with self.database.reading() as session:
            return session.scalars(select(User).where(col(User.email) == email)).one()

    def execute(self, statement: str) -> None:
        with self.database.transaction() as session:
            session.connection().exec_driver_sql(statement)


@contextmanager
def running_site(database_url: str, folder: Path, *, is_migrated: bool = False, **settings: str) -> Iterator[Site]:
    """Run `daybook migrate`, then `daybook serve` with these settings too until the end of the block."""
    port, log = _free_port(), folder / "daybook.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    environment |= {"DATABASE_URL": database_url, "BETTER_AUTH_SECRET": SECRET, "PORT": str(port)}
    environment |= {"VAPID_PRIVATE_KEY": VAPID_PRIVATE_KEY, **settings}
    database = Database(normalised(make_url(database_url)))
    with log.open("w") as output:
        if not is_migrated:
            subprocess.run([COMMAND, "migrate"], env=environment, check=True, stdout=output, stderr=output)
        process = subprocess.Popen([COMMAND, "serve"], env=environment, stdout=output, stderr=output)
        try:
            wait_until(lambda: _is_ready(port) or process.poll() is not None)
            assert process.poll() is None, f"Daybook did not start:\n{log.read_text()}"
            yield Site(f"http://localhost:{port}", database, log)
        finally:
            database.close()
            process.terminate()
            try:
                process.wait(PATIENCE_SECONDS)
            finally:
                process.kill()


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://localhost:{port}/readyz", timeout=20):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
