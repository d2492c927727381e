"""What was removed for good is not left in the files of an SQLite database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from testkit.patience import PATIENCE_SECONDS
from tests.server.command import daybook, free_port, running, sign_up
from tests.server.conftest import MigratedEnvironment

WORDS = (b"xylophone", b"marimba", b"zebediah", b"quokka", b"203.0.113.77", b"kazoo", b"ocarina")
LONG_AGO = "strftime('%Y-%m-%dT%H:%M:%f', 'now', '-31 days') || '000Z'"


class Site:
    """A running `daybook serve` with its database file, and a user whose words occur nowhere else."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.folder = env, folder
        port = int(env["PORT"])
        sign_up(port, "neighbour@example.com")
        signed_up = sign_up(port, "zebediah@example.com", **{"x-forwarded-for": "203.0.113.77", "user-agent": "Quokka"})
        self.user = httpx.Client(
            base_url=f"http://127.0.0.1:{port}",
            headers={
                "cookie": signed_up.headers["set-cookie"].partition(";")[0],
                "origin": f"http://localhost:{port}",
                "sec-fetch-site": "same-origin",
            },
            timeout=PATIENCE_SECONDS,
        )

    def close(self) -> None:
        self.user.close()

    def write(self) -> None:
        self.post("/tasks", data={"title": "Xylophone lesson", "description": "with a Marimba. " * 60})
        self.post("/tasks/1", data={"title": "Kazoo lesson", "description": "", "version": "1"})
        self.post("/labels", data={"name": "Ocarina", "colour": "green"})

    def post(self, path: str, **options: object) -> None:
        answer = self.user.post(path, **options)  # type: ignore[arg-type]
        assert answer.status_code in (200, 303), (path, answer.status_code, answer.text)

    def execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self.folder / "daybook.db", timeout=PATIENCE_SECONDS)) as connection:
            connection.execute(statement)
            connection.commit()

    def words(self) -> set[bytes]:
        """The words that the database's files hold, after a purge."""
        assert daybook("purge", self.env).returncode == 0
        content = b"".join(file.read_bytes().lower() for file in self.folder.glob("daybook.db*"))
        return {word for word in WORDS if word in content}


@pytest.fixture
def site(folder: Path, migrated_environment: MigratedEnvironment) -> Iterator[Site]:
    env = migrated_environment(PORT=str(free_port()), FORWARDED_ALLOW_IPS="127.0.0.1", LOG_ADDRESSES="none")
    with running("serve", env), closing(Site(env, folder)) as site:
        site.write()
        yield site


def delete_account_two_weeks_ago(site: Site) -> None:
    site.post("/settings/deletion", data={"current_password": "correct horse"})
    site.execute(f"UPDATE closed_accounts SET delete_at = {LONG_AGO}")


def delete_account_by_command(site: Site) -> None:
    assert daybook("users", site.env, "delete", "zebediah@example.com", "--yes").returncode == 0


def delete_records_long_ago(site: Site) -> None:
    site.post("/tasks/1/delete")
    site.post("/labels/1/delete")
    for table in ("tasks", "labels"):
        site.execute(f"UPDATE {table} SET deleted_at = {LONG_AGO} WHERE deleted_at IS NOT NULL")


def sign_out(site: Site) -> None:
    site.post("/sign-out")


@pytest.mark.parametrize(
    ("remove", "left"),
    [
        (delete_account_two_weeks_ago, set()),
        (delete_account_by_command, set()),
        (delete_records_long_ago, {b"zebediah", b"quokka", b"203.0.113.77"}),
        (sign_out, set(WORDS) - {b"quokka", b"203.0.113.77"}),
    ],
)
def test_no_word_of_it_is_left(site: Site, remove: Callable[[Site], None], left: set[bytes]) -> None:
    assert site.words() == set(WORDS)

    remove(site)

    assert site.words() == left
