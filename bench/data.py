"""The data of a run: a private PostgreSQL, migrated and seeded by Daybook, with signed-in users."""

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

from testkit.account import run_by, server_account, temporary_folder
from testkit.postgres import PostgresServer, find_programs
from web.auth.cookie import signed
from web.auth.identity import LIFETIME
from web.domain.access_tokens import digest_of, new_token
from web.models.access_token import SHOWN_LENGTH

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
SECRET = "a secret for benchmarks, which protects nothing"
ROWS = 50
# Users with more open tasks are left out; those with more than ROWS get a link to the next page.
MOST_TASKS = 200

# Durable commits. Vacuum and checkpoints run between the measurements only, see `tidy`.
SETTINGS = """
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
checkpoint_timeout = 1h
autovacuum = off
"""
# Stops PostgreSQL when its standard input closes, that is when this process exits for any reason.
GUARD = 'read -r _; "$1/pg_ctl" stop --silent --mode=fast --pgdata="$0/data"'
_REVERSE = """
UPDATE tasks SET completed = NOT completed, completed_at = CASE WHEN NOT completed THEN updated_at END
WHERE id = ANY(%s)"""
# 32 characters, like Better Auth's tokens. The five digits are a number that pgbench can choose.
TOKEN = "bench-session-0000000000000{}"
FIRST_NUMBER = 10_000


@dataclass(frozen=True)
class Size:
    """How many users and tasks to seed, and how many of the users are signed in."""

    people: int
    tasks: int
    signed_in: int


@dataclass(frozen=True)
class BenchUser:
    """A user with more than one page of open tasks, a session and an access token. `task_id` is the newest of them."""

    id: str
    cookie: str
    task_id: int
    access_token: str


@dataclass(frozen=True)
class Stored:
    """The columns that completing or reopening a task changes."""

    completed: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class World:
    """A filled database and its signed-in users."""

    url: str
    people: list[BenchUser]
    pgbench: str | None
    postmaster: int
    version: str

    def completed(self) -> set[int]:
        """Which of the users' tasks are completed now."""
        rows = self.query("SELECT id FROM tasks WHERE completed AND id = ANY(%s)", [self._task_ids()])
        return {task_id for (task_id,) in rows}

    def changes(self) -> int:
        """How often the users' tasks were changed in total."""
        return int(self.query("SELECT sum(version) FROM tasks WHERE id = ANY(%s)", [self._task_ids()])[0][0])

    def task(self, task_id: int) -> Stored:
        """The current state of a task."""
        return Stored(*self.query("SELECT completed, version, updated_at FROM tasks WHERE id = %s", [task_id])[0])

    def events(self, task_id: int, version: int) -> int:
        """How many events of the history led to this version of a task."""
        of_version = "SELECT count(*) FROM events WHERE subject = 'tasks' AND subject_id = %s AND version = %s"
        return int(self.query(of_version, [task_id, version])[0][0])

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Undo what the block completed or reopened without triggers, so that the counts stay right."""
        before = self.completed()
        undo = f"SET session_replication_role = replica; {_REVERSE}"
        try:
            yield
        finally:
            self.query(undo, [list(before ^ self.completed())])

    def tidy(self) -> None:
        """Vacuum and checkpoint, so that every measurement starts in the same state."""
        for statement in ("VACUUM tasks", "CHECKPOINT"):
            self.query(statement)

    def _task_ids(self) -> list[int]:
        return [user.task_id for user in self.people]

    def query(self, statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with _connection(self.url) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


@contextmanager
def filled_world(size: Size, *, keep: bool) -> Iterator[World]:
    """A temporary database, or with `keep` one in var/bench that the next run reuses."""
    with _server(VAR / f"postgres-{size.tasks}" if keep else None) as (server, url):
        _fill(url, size)
        people = _sign_in(url, size.signed_in)
        pgbench = shutil.which("pgbench", path=f"{server.programs.folder}:{os.environ['PATH']}")
        postmaster = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        yield World(url, people, pgbench, postmaster, str(server.programs.version))


@contextmanager
def _server(kept_folder: Path | None) -> Iterator[tuple[PostgresServer, str]]:
    account = server_account()
    with ExitStack() as stack:
        folder = kept_folder or stack.enter_context(temporary_folder(account, "daybook-bench-"))
        folder.mkdir(parents=True, exist_ok=True)
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        # Programs that find_programs copies are not kept.
        copies = stack.enter_context(temporary_folder(account, "daybook-programs-")) if kept_folder else folder
        server = PostgresServer(folder, find_programs(account, copies), account)
        stack.enter_context(_guarded(server) if kept_folder else server.guarded())
        if not (folder / "data" / "PG_VERSION").exists():
            server.create()
        yield server, server.start(SETTINGS)


@contextmanager
def _guarded(server: PostgresServer) -> Iterator[None]:
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
            seed = [daybook(), "seed", f"--people={size.people}", f"--tasks={size.tasks}", "--plain"]
            subprocess.run(seed, env=environment, check=True)
        cursor.execute("VACUUM (ANALYZE)")


USERS = """
SELECT user_id, (array_agg(id ORDER BY created_at DESC, id DESC))[1] FROM tasks
WHERE deleted_at IS NULL AND NOT completed GROUP BY user_id HAVING count(*) BETWEEN %s AND %s
ORDER BY count(*), user_id LIMIT %s"""
SESSIONS = """
INSERT INTO sessions (id, token, user_id, expires_at, created_at, updated_at, ip_address, user_agent) VALUES %s"""
ACCESS_TOKENS = """
INSERT INTO access_tokens (user_id, name, digest, shown, scope, last_used_at) VALUES %s"""


def _sign_in(url: str, count: int) -> list[BenchUser]:
    """Create sessions as Better Auth does, and access tokens that have just been used.

    New ones for each run, because Daybook would extend old sessions, and note the use of tokens.
    """
    now = datetime.now(UTC)
    expires = now + LIFETIME - timedelta(minutes=1)
    with _connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(USERS, [ROWS + 1, MOST_TASKS, count])
        rows = cursor.fetchall()
        sessions = [
            (f"bench-{number}", _token(number), user_id, expires, now, now, "", "bench")
            for number, (user_id, _) in enumerate(rows)
        ]
        cursor.execute("DELETE FROM sessions; DELETE FROM access_tokens")
        execute_values(cursor, SESSIONS, sessions)
        access_tokens = [new_token() for _ in rows]
        execute_values(
            cursor,
            ACCESS_TOKENS,
            [
                (user_id, "bench", digest_of(text), text[:SHOWN_LENGTH], "write", now)
                for (user_id, _), text in zip(rows, access_tokens, strict=True)
            ],
        )
        cursor.execute("VACUUM (ANALYZE) sessions, access_tokens")
    cookies = [f"better-auth.session_token={signed(_token(number), SECRET)}" for number in range(len(rows))]
    return [
        BenchUser(user_id, cookie, task_id, text)
        for (user_id, task_id), cookie, text in zip(rows, cookies, access_tokens, strict=True)
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
    """The path of the `daybook` command in this Python environment."""
    return str(Path(sys.executable).parent / "daybook")
