"""A private PgBouncer in transaction mode, like Neon's `-pooler` host."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL, make_url

from testkit import NotAvailable
from testkit.account import run_by, server_account, temporary_folder
from testkit.patience import wait_until
from testkit.postgres import free_port

# It checks no password: every client becomes the server's own user.
SETTINGS = """
[databases]
* = {server}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
server_login_retry = 1
default_pool_size = 5
max_client_conn = 200
logfile = {folder}/log
"""

# Reads until its input ends, which happens when our process ends for any reason.
GUARD = """
"$1" -q "$0/pgbouncer.ini" & child=$!
echo $child
read -r _
kill -KILL $child 2>/dev/null
wait
"""


@dataclass
class PgBouncer:
    """A pooler in front of one server; it can be killed and started again on the same port."""

    program: str
    folder: Path
    server: URL
    port: int = field(default_factory=free_port)
    _guard: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address of the server's database through the pooler."""
        return self.url_for(self.server.render_as_string(hide_password=False))

    def url_for(self, database_url: str) -> str:
        """The address of another database of the same server, through the pooler."""
        pooled = make_url(database_url).set(host="127.0.0.1", port=self.port, query={})
        return pooled.set(drivername="postgresql").render_as_string(hide_password=False)

    def start(self) -> None:
        self._guard = subprocess.Popen(
            ["sh", "-c", GUARD, str(self.folder), self.program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            # A session of its own, so that Ctrl-C does not end it before the tests.
            start_new_session=True,
            cwd="/",
            **run_by(server_account()),
        )
        try:
            wait_until(self._listens)
        except AssertionError:
            raise RuntimeError(f"PgBouncer did not start:\n{self._log()}") from None

    def kill(self) -> None:
        """End it like `kill -9`: every client loses its connection at once."""
        if self._guard:
            self._guard.communicate()
            self._guard = None

    def create(self) -> None:
        (self.folder / "pgbouncer.ini").write_text(
            SETTINGS.format(server=_as_libpq_writes(self.server), port=self.port, folder=self.folder)
        )

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""


@contextmanager
def running_pgbouncer(postgres_url: str) -> Iterator[PgBouncer]:
    """A pooler in front of the server at `postgres_url`; it ends with the block.

    Raises NotAvailable where the machine has no PgBouncer.
    """
    # Debian installs it in a folder that only root's PATH contains.
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        raise NotAvailable("No PgBouncer found: on Debian and Ubuntu, apt install pgbouncer.")
    with temporary_folder(server_account(), "daybook-pgbouncer-") as folder:
        pooler = PgBouncer(program, folder, make_url(postgres_url))
        pooler.create()
        pooler.start()
        try:
            yield pooler
        finally:
            pooler.kill()


def _as_libpq_writes(server: URL) -> str:
    parts = {"host": server.host or server.query.get("host"), "port": server.port, "user": server.username}
    parts["password"] = server.password
    return " ".join(f"{name}={value}" for name, value in parts.items() if value)
