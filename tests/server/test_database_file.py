"""An SQLite file that is moved, deleted or replaced while Daybook serves, or cannot grow: 503, and nothing is lost."""

import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS, wait_until
from testkit.processes import children
from tests.databases import Databases
from tests.server.command import daybook, free_port, running, sign_up
from tests.server.conftest import MigratedEnvironment, migrated_copy

MOVED = "The database file was moved, deleted or replaced.\n"


class Site:
    """A running `daybook serve` on an SQLite file, and Ada, who is signed in to it."""

    def __init__(self, port: int, file: Path, pid: int) -> None:
        self.port, self.file, self.pid = port, file, pid
        cookie = sign_up(port).headers["set-cookie"].partition(";")[0]
        self.ada = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            timeout=PATIENCE_SECONDS,
            headers={"cookie": cookie, "sec-fetch-site": "same-origin"},
        )

    def add(self, title: str) -> int:
        return self.ada.post("/tasks", data={"title": title}).status_code

    @property
    def titles(self) -> list[str]:
        with closing(sqlite3.connect(self.file)) as connection:
            return [title for (title,) in connection.execute("SELECT title FROM tasks ORDER BY id")]

    @property
    def readiness(self) -> tuple[int, str]:
        answer = self.ada.get("/readyz")
        return answer.status_code, answer.text


@pytest.fixture(scope="module", params=["1", "2"], ids=["one worker", "two workers"])
def server(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Site]:
    """One for all tests of the module."""
    with TemporaryDirectory(prefix="d-") as name:
        env = migrated_copy(databases, Path(name), PORT=str(free_port()), WEB_CONCURRENCY=request.param)
        with running("serve", env) as process:
            site = Site(int(env["PORT"]), Path(name) / "daybook.db", process.pid)
            yield site
            site.ada.close()


@pytest.fixture
def site(server: Site) -> Iterator[Site]:
    """The server, whose file is in its place again after the test. A hard link keeps it where the test deletes it."""
    kept, aside = server.file.with_name("kept.db"), server.file.with_name("aside")
    os.link(server.file, kept)
    yield server
    if aside.exists():
        moved = [(part, server.file.parent / part.name) for part in aside.iterdir()]
        for part, place in moved:
            part.rename(place)
        aside.rmdir()
    kept.replace(server.file)
    for link in (kept, server.file.with_name("moved.db")):
        link.unlink(missing_ok=True)
    wait_until(lambda: server.readiness == (200, "ready\n"))


def move(file: Path) -> None:
    file.rename(file.with_name("moved.db"))


def delete(file: Path) -> None:
    file.unlink()


def replace_by_a_copy(file: Path) -> None:
    """As an editor or `rsync` does: another file with the same content."""
    copy = file.with_name("copy.db")
    shutil.copy(file, copy)
    copy.rename(file)


def move_the_folder(file: Path) -> None:
    aside = file.parent / "aside"
    aside.mkdir()
    for part in file.parent.glob("daybook.db*"):
        part.rename(aside / part.name)


@pytest.mark.parametrize("lose", [move, delete, replace_by_a_copy, move_the_folder])
def test_a_file_that_is_elsewhere_takes_no_change(site: Site, lose: Callable[[Path], None]) -> None:
    assert site.add("before") == 303

    lose(site.file)

    assert [site.add("after") for _ in range(6)] == [503] * 6
    assert site.ada.get("/tasks").status_code == 503
    assert sign_up(site.port, "grace@example.com").status_code == 503
    assert site.readiness[0] == 503
    assert MOVED in site.readiness[1]
    if lose is not replace_by_a_copy:
        assert not site.file.exists(), "no empty database was put in its place"


def test_a_file_that_comes_back_is_used_again(site: Site) -> None:
    stored = site.titles
    site.add("before")
    move(site.file)
    assert site.add("while it was away") == 503

    site.file.with_name("moved.db").rename(site.file)

    assert site.add("after") == 303
    wait_until(lambda: site.readiness == (200, "ready\n"))
    assert site.titles == [*stored, "before", "after"]


def test_a_start_without_the_file_creates_none(folder: Path, migrated_environment: MigratedEnvironment) -> None:
    env = migrated_environment(PORT=str(free_port()))
    (folder / "daybook.db").unlink()

    for command in ("serve", "seed", "purge"):
        refused = daybook(command, env)

        assert refused.returncode == 1
        assert "There is no database at sqlite:///" in refused.stderr
    assert not (folder / "daybook.db").exists()


def test_a_disk_without_space_is_not_ready_but_shows_its_tasks(site: Site) -> None:
    """A limit on the size of files stands for a full disk: writing fails, reading does not."""
    stored = site.titles
    site.add("before")
    assert site.readiness == (200, "ready\n")
    serving = [site.pid, *children(site.pid)]

    for pid in serving:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))

    status, text = site.readiness
    assert status == 503
    assert text.startswith("The database cannot be written to: ")
    assert site.ada.get("/tasks").status_code == 200
    assert site.add("without space") == 503

    for pid in serving:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    wait_until(lambda: site.readiness == (200, "ready\n"))
    assert site.add("after") == 303
    assert site.titles == [*stored, "before", "after"]
