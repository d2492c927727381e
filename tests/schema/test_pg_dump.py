"""PostgreSQL's own backup, as docs/database.md tells it: what comes back is what was there, or it is refused."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text

from testkit import NotAvailable
from testkit.account import server_account
from testkit.postgres import Programs, find_programs, fresh_database
from tests.databases import Databases, Stage, settings_for
from tests.factories import Factory
from web.db.database import Database
from web.domain.actor import Actor
from web.models.task import TaskDraft
from web.schema.revision import database_problem
from web.services.tasks import Tasks

pytestmark = pytest.mark.databases("postgresql")
Restore = Callable[[Path, str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Programs:
    account = server_account()
    try:
        found = find_programs(account, tmp_path_factory.mktemp("programs"))
    except NotAvailable as reason:
        pytest.skip(str(reason))
    if not (found.folder / "pg_dump").exists():
        pytest.skip("No pg_dump found beside PostgreSQL's server.")
    return found


@pytest.fixture
def source(databases: Databases) -> Iterator[str]:
    with databases.copy("postgresql", Stage.HEAD) as url:
        yield url


@pytest.fixture
def dump(programs: Programs, source: str, tmp_path: Path) -> Path:
    """A dump of a database with a user, a task and its history."""
    database = Database(settings_for(source).database_url)
    user = Factory(database).user("Ada")
    with database.transaction() as session:
        Tasks(session.connection(), Actor(user.id)).add(TaskDraft(title="Buy milk"), str(uuid4()))
    database.close()
    file = tmp_path / "daybook.dump"
    done = run(programs, "pg_dump", "--format=custom", "--no-owner", f"--file={file}", libpq(source))
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def restore(programs: Programs) -> Restore:
    options = ("--single-transaction", "--exit-on-error", "--no-owner")
    return lambda file, url: run(programs, "pg_restore", *options, f"--dbname={libpq(url)}", str(file))


def libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def run(programs: Programs, program: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([programs.folder / program, *options], capture_output=True, text=True)


def rows_of(url: str) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    database = Database(settings_for(url).database_url)
    with database.autocommit.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = {name: sorted(connection.scalars(text(f'SELECT t::text FROM "{name}" AS t')).all()) for name in names}
    database.close()
    return rows


def test_a_dump_comes_back_as_it_was(source: str, postgres: str, dump: Path, restore: Restore) -> None:
    with fresh_database(postgres) as url:
        done = restore(dump, url)

        assert done.returncode == 0, done.stderr
        assert rows_of(url) == rows_of(source)
        assert [row for row in rows_of(url)["tasks"] if "Buy milk" in row]
        assert problem_of(url) is None


def problem_of(url: str) -> str | None:
    """What /readyz would report."""
    database = Database(settings_for(url).database_url)
    try:
        return database_problem(database.autocommit)
    finally:
        database.close()


@pytest.mark.parametrize("damage", ["cut", "no dump", "empty"])
def test_a_damaged_dump_restores_nothing(
    programs: Programs, postgres: str, dump: Path, restore: Restore, damage: str
) -> None:
    content = dump.read_bytes()
    dump.write_bytes({"cut": content[: len(content) // 2], "no dump": b"SELECT 1;", "empty": b""}[damage])

    with fresh_database(postgres) as url:
        assert restore(dump, url).returncode != 0
        assert rows_of(url) == {}
