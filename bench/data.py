"""The data of a run: a PostgreSQL of its own, migrated and seeded by Daybook, and people who are signed in."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import execute_values
from sqlalchemy import make_url

from testkit.postgres import PostgresServer, find_programs, run_by, server_account, temporary_folder
from web.auth.cookie import signed
from web.auth.identity import LIFETIME

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
SECRET = "a secret of the bench, which guards nothing"
ROWS = 50
# A page with more than its rows has the link to the next one too; far more would be somebody else's kind of day.
MOST_TASKS = 200

# What is acknowledged is on the disk. The bench vacuums between the turns, so that nothing of it falls into one.
SETTINGS = """
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
checkpoint_timeout = 1h
autovacuum = off
"""
# Its input ends when our process does, however that happens.
GUARD = 'read -r _; "$1/pg_ctl" stop --silent --mode=fast --pgdata="$0/data"'
# 32 characters, as Better Auth's own have, and numbered with five digits: pgbench walks through them by number.
TOKEN = "bench-session-0000000000000{}"
FIRST_NUMBER = 10_000


@dataclass(frozen=True)
class Size:
    """How much to seed, and how many people walk through it."""

    people: int
    tasks: int
    visitors: int


@dataclass(frozen=True)
class BenchUser:
    """Somebody signed in, with at least a page of tasks; `task_id` is one of them."""

    id: str
    cookie: str
    task_id: int


@dataclass(frozen=True)
class Stored:
    """What a change of a task changes."""

    completed: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class World:
    """A filled database."""

    url: str
    people: list[BenchUser]
    pgbench: str | None
    postmaster: int
    version: str

    def completed(self) -> set[int]:
        """Which of the people's tasks are completed now."""
        rows = self.ask("SELECT id FROM tasks WHERE completed AND id = ANY(%s)", [self._task_ids()])
        return {task_id for (task_id,) in rows}

    def changes(self) -> int:
        """How often the people's tasks were changed, all in all."""
        return int(self.ask("SELECT sum(version) FROM tasks WHERE id = ANY(%s)", [self._task_ids()])[0][0])

    def task(self, task_id: int) -> Stored:
        """A task as it is now."""
        return Stored(*self.ask("SELECT completed, version, updated_at FROM tasks WHERE id = %s", [task_id])[0])

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Take back what the block completed and reopened without the triggers: their totals know nothing of it."""
        before = self.completed()
        unseen = "SET session_replication_role = replica; UPDATE tasks SET completed = NOT completed WHERE id = ANY(%s)"
        try:
            yield
        finally:
            self.ask(unseen, [list(before ^ self.completed())])

    def tidy(self) -> None:
        """The same start for every turn: no leftovers of the one before, nothing to write behind its back."""
        for statement in ("VACUUM tasks", "CHECKPOINT"):
            self.ask(statement)

    def _task_ids(self) -> list[int]:
        return [user.task_id for user in self.people]

    def ask(self, statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with _connection(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def filled_world(size: Size, *, keep: bool) -> Iterator[World]:
    """A throw-away database, or one in var/bench that the next run finds again."""
    with _server(VAR / f"postgres-{size.tasks}" if keep else None) as (server, url):
        _fill(url, size)
        people = _sign_in(url, size.visitors)
        pgbench = shutil.which("pgbench", path=f"{server.programs.folder}:{os.environ['PATH']}")
        postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield World(url, people, pgbench, postmaster, str(server.programs.version))


@contextmanager
def _server(kept: Path | None) -> Iterator[tuple[PostgresServer, str]]:
    account = server_account()
    with ExitStack() as stack:
        folder = kept or stack.enter_context(temporary_folder(account, "daybook-bench-"))
        folder.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        # What find_programs may have to copy is not kept.
        copies = stack.enter_context(temporary_folder(account, "daybook-programs-")) if kept else folder
        server = PostgresServer(folder, find_programs(account, copies), account)
        stack.enter_context(_stopped_at_the_end(server) if kept else server.guarded())
        if not (folder / "data" / "PG_VERSION").exists():
            server.create()
        yield server, server.start(SETTINGS)


@contextmanager
def _stopped_at_the_end(server: PostgresServer) -> Iterator[None]:
    command = ["sh", "-c", GUARD, str(server.folder), str(server.programs.folder)]
    guard = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd="/",
        **run_by(server.account),
    )
    try:
        yield
    finally:
        guard.communicate()


def _fill(url: str, size: Size) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", tempfile.gettempdir()),
        "DATABASE_URL": url,
        "BETTER_AUTH_SECRET": SECRET,
    }
    subprocess.run([daybook(), "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
    with _connection(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tasks")
        if cursor.fetchone() < (size.tasks,):
            seed = [daybook(), "seed", f"--people={size.people}", f"--tasks={size.tasks}"]
            subprocess.run(seed, env=environment, check=True)
        cursor.execute("VACUUM (ANALYZE)")


def _sign_in(url: str, visitors: int) -> list[BenchUser]:
    """Sessions as Better Auth writes them, anew for each run: Daybook would renew an old one."""
    now = datetime.now(UTC)
    with _connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            """SELECT user_id, (array_agg(id ORDER BY created_at DESC, id DESC))[1] FROM tasks
            WHERE deleted_at IS NULL GROUP BY user_id HAVING count(*) BETWEEN %s AND %s
            ORDER BY count(*), user_id LIMIT %s""",
            [ROWS, MOST_TASKS, visitors],
        )
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM sessions")
        execute_values(
            cursor,
            """INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at, ip_address, user_agent)
            VALUES %s""",
            [
                (
                    f"bench-{number}",
                    _token(number),
                    user_id,
                    now + LIFETIME - timedelta(minutes=1),
                    now,
                    now,
                    "",
                    "bench",
                )
                for number, (user_id, _) in enumerate(rows)
            ],
        )
        cursor.execute("VACUUM (ANALYZE) sessions")
    return [
        BenchUser(user_id, f"better-auth.session_token={signed(_token(number), SECRET)}", task_id)
        for number, (user_id, task_id) in enumerate(rows)
    ]


def _token(number: int) -> str:
    return TOKEN.format(FIRST_NUMBER + number)


@contextmanager
def _connection(url: str) -> Iterator["psycopg2.extensions.connection"]:
    parts = make_url(url)
    connection = psycopg2.connect(host=parts.host, port=parts.port, user=parts.username, dbname=parts.database)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()


def daybook() -> str:
    """The command, from the environment that runs the bench."""
    return str(Path(sys.executable).parent / "daybook")
