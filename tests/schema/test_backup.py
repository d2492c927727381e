"""Backups of SQLite: consistent under load, and verified before they are restored."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from testkit.patience import PATIENCE_SECONDS, wait_until
from tests.conftest import settings_for
from tests.factories import Factory
from tests.server.command import assert_one_error_line, daybook, environment
from web.db.database import Database
from web.models.user import User
from web.schema.backup import CannotCopy, back_up, restore
from web.schema.checksum import MARK, seal
from web.schema.migrate import migrate
from web.settings import ROOT

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import make_url
import web.schema.backup
web.schema.backup._move = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
web.schema.backup.back_up(make_url(sys.argv[1]), Path(sys.argv[2]), force=True)
"""


@pytest.fixture(scope="module")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "daybook.db"
    migrate(settings_for(f"sqlite:///{file}"))
    return file


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path) -> URL:
    back_up(make_url(f"sqlite:///{migrated_file}"), tmp_path / "daybook.db")
    return make_url(f"sqlite:///{tmp_path / 'daybook.db'}")


@pytest.fixture
def database(url: URL) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


@pytest.fixture
def ada(database: Database) -> User:
    return Factory(database).user()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


def titles(file: Path | str | None) -> list[str]:
    with closing(sqlite3.connect(str(file))) as connection:
        return [title for (title,) in connection.execute("SELECT title FROM tasks ORDER BY id")]


class TestBackup:
    def test_under_load_contains_every_committed_row(self, database: Database, ada: User, url: URL, copy: Path) -> None:
        make, over, written = Factory(database), threading.Event(), []

        def write() -> None:
            while not over.is_set():
                title = f"Task {len(written)}"
                make.task(ada, title)
                written.append(title)

        def backed_up() -> bool:
            """Whether rows were written during the backup."""
            before = list(written)
            back_up(url, copy, force=True)
            after, kept = len(written), titles(copy)

            assert kept[: len(before)] == before
            assert kept == [f"Task {number}" for number in range(len(kept))]
            return after > len(before)

        with ThreadPoolExecutor(1) as pool:
            writer = pool.submit(write)
            try:
                for _ in range(5):
                    wait_until(lambda: backed_up() or writer.done())
            finally:
                over.set()
        writer.result()

    def test_is_one_file_for_its_owner_only(self, database: Database, ada: User, url: URL, copy: Path) -> None:
        Factory(database).task(ada)

        back_up(url, copy)

        assert copy.stat().st_mode & 0o777 == 0o600
        assert sorted(path.name for path in copy.parent.glob("*copy*")) == ["copy.db"]

    def test_replaces_a_file_only_with_force(self, url: URL, copy: Path) -> None:
        copy.write_text("precious")

        with pytest.raises(CannotCopy, match="--force"):
            back_up(url, copy)
        assert copy.read_text() == "precious"

        back_up(url, copy, force=True)
        assert titles(copy) == []

    def test_never_replaces_the_database_itself(self, url: URL) -> None:
        with pytest.raises(CannotCopy, match="cannot be replaced"):
            back_up(url, Path(str(url.database)), force=True)

    def test_killed_in_the_middle_leaves_the_previous_one(
        self, database: Database, ada: User, url: URL, copy: Path
    ) -> None:
        Factory(database).task(ada, "kept")
        back_up(url, copy)
        Factory(database).task(ada, "new")

        command = [sys.executable, "-c", KILLED, str(url), str(copy)]
        killed = subprocess.run(command, cwd=ROOT, timeout=PATIENCE_SECONDS, check=False)

        assert killed.returncode == -9
        assert titles(copy) == ["kept"]

    def test_of_a_broken_database_is_refused(self, url: URL, copy: Path) -> None:
        Path(str(url.database)).write_bytes(b"no database at all" * 1000)

        with pytest.raises(CannotCopy):
            back_up(url, copy)
        assert not list(copy.parent.glob("*copy*"))

    def test_names_a_folder_that_is_missing(self, url: URL, tmp_path: Path) -> None:
        with pytest.raises(CannotCopy, match="No such file"):
            back_up(url, tmp_path / "nowhere" / "copy.db")

    def test_of_a_missing_database_is_refused(self, copy: Path, tmp_path: Path) -> None:
        with pytest.raises(CannotCopy, match="no database"):
            back_up(make_url(f"sqlite:///{tmp_path / 'none.db'}"), copy)
        assert not (tmp_path / "none.db").exists()


class TestRestore:
    def test_replaces_the_database_and_keeps_the_previous_one(self, url: URL, copy: Path) -> None:
        database = Database(url)
        make = Factory(database)
        ada = make.user()
        make.task(ada, "kept")
        back_up(url, copy)
        make.task(ada, "too much")
        database.close()

        previous = restore(url, copy)

        assert titles(url.database) == ["kept"]
        assert titles(previous) == ["kept", "too much"]

    def test_accepts_a_copy_without_the_table_of_rate_limits(self, url: URL, copy: Path) -> None:
        back_up(url, copy)
        with closing(sqlite3.connect(copy)) as older:
            older.execute("DROP TABLE rate_limits")
        seal(copy)

        restore(url, copy)
        migrate(settings_for(url.render_as_string()))

        with closing(sqlite3.connect(str(url.database))) as restored:
            assert restored.execute("SELECT count(*) FROM rate_limits").fetchone() == (0,)

    def test_creates_a_missing_database(self, url: URL, copy: Path, tmp_path: Path) -> None:
        back_up(url, copy)

        assert restore(make_url(f"sqlite:///{tmp_path / 'new.db'}"), copy) is None
        assert titles(tmp_path / "new.db") == []

    def test_replaces_a_broken_database(self, url: URL, copy: Path) -> None:
        back_up(url, copy)
        broken = Path(str(url.database))
        broken.write_bytes(b"no database at all" * 1000)
        Path(f"{broken}-wal").write_bytes(b"a log that belongs to it")

        previous = restore(url, copy)

        assert previous
        assert titles(broken) == []
        assert previous.read_bytes().startswith(b"no database")
        assert Path(f"{previous}-wal").exists()

    def test_refuses_while_the_database_is_open(self, database: Database, ada: User, url: URL, copy: Path) -> None:
        back_up(url, copy)
        Factory(database).task(ada, "of another session")

        with pytest.raises(CannotCopy, match="in use"):
            restore(url, copy)
        assert titles(url.database) == ["of another session"]

    @pytest.mark.parametrize(
        ("spoil", "words"),
        [
            (lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]), "not an intact"),
            (lambda file: file.write_bytes(b"x" * 5000), "not an intact"),
            (lambda file: file.write_bytes(b""), "is not a Daybook database"),
            (lambda file: change(file, "DROP TABLE tasks"), "no table tasks"),
            (lambda file: change(file, "UPDATE alembic_version SET version_num = '9999'"), "revision 9999"),
            (lambda file: change(file, "DELETE FROM alembic_version"), "revision none"),
            (lambda file: file.unlink(), "no file"),
        ],
    )
    def test_refuses_a_file_that_is_damaged_or_not_ours(
        self, url: URL, copy: Path, spoil: Callable[[Path], object], words: str
    ) -> None:
        back_up(url, copy)
        spoil(copy)
        before = Path(str(url.database)).read_bytes()

        with pytest.raises(CannotCopy, match=words):
            restore(url, copy)
        assert Path(str(url.database)).read_bytes() == before
        assert not list(copy.parent.glob("*.part"))

    @pytest.mark.parametrize("place", ["a title", "between pages", "the checksum", "its mark", "the end", "after it"])
    def test_refuses_a_copy_with_one_changed_byte(
        self, database: Database, ada: User, url: URL, copy: Path, place: str
    ) -> None:
        Factory(database).task(ada, "Pay 100 to Grace")
        database.close()
        back_up(url, copy)
        content = bytearray(copy.read_bytes())
        at = {
            "a title": content.rindex(b"Pay 100"),
            "between pages": content.rindex(b"Pay 100") - 100,
            "the checksum": len(content) - 1,
            "its mark": content.rindex(MARK) + 3,
        }
        if place in at:
            content[at[place]] ^= 1
        copy.write_bytes(content[:-1] if place == "the end" else content + b"\n" * (place == "after it"))

        with pytest.raises(CannotCopy):
            restore(url, copy)

        assert titles(url.database) == ["Pay 100 to Grace"]

    def test_warns_about_a_copy_of_an_older_release(
        self, url: URL, copy: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        back_up(url, copy)
        copy.write_bytes(copy.read_bytes().partition(MARK)[0])

        restore(url, copy)

        assert "has no checksum" in caplog.text


def change(file: Path, statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(statements)
    seal(file)


class TestTheCommand:
    def test_a_backup_can_be_restored(self, url: URL, tmp_path: Path) -> None:
        env = environment(tmp_path, DATABASE_URL=str(url))

        assert daybook("backup", env, str(tmp_path / "copy.db")).returncode == 0
        assert_one_error_line(daybook("backup", env, str(tmp_path / "copy.db")), "--force")
        done = daybook("restore", env, str(tmp_path / "copy.db"))

        assert done.returncode == 0
        assert "daybook.db.before-" in done.stdout

    @pytest.mark.parametrize("command", ["backup", "restore"])
    def test_names_pg_dump_on_postgresql(self, tmp_path: Path, command: str) -> None:
        env = environment(tmp_path, DATABASE_URL="postgresql://ada:hunter2@127.0.0.1:9/book")

        assert_one_error_line(daybook(command, env, str(tmp_path / "copy.db")), "pg_dump")
